# llhttp has no -dev package in Debian 12; node-llhttp ships its C sources, which we build as a library.
find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp
          NO_DEFAULT_PATH)
find_path(LLHTTP_INCLUDE_DIR llhttp.h PATHS /usr/share/include/llhttp
          NO_DEFAULT_PATH)
if(NOT LLHTTP_SOURCE_DIR OR NOT LLHTTP_INCLUDE_DIR)
  message(FATAL_ERROR "llhttp not found: run ./weir deps, or apt-get install node-llhttp")
endif()
file(GLOB llhttp_sources ${LLHTTP_SOURCE_DIR}/*.c)
add_library(llhttp STATIC ${llhttp_sources})
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE_DIR})

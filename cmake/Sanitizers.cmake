# WEIR_SANITIZE: "", "address,undefined" or "thread". WEIR_FUZZ adds libFuzzer's coverage (clang).
set(WEIR_SANITIZE "" CACHE STRING "sanitizers to build with: address,undefined or thread")
option(WEIR_FUZZ "build the fuzz targets with libFuzzer (clang)" OFF)
if(WEIR_SANITIZE)
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${WEIR_SANITIZE})
endif()
if(WEIR_SANITIZE MATCHES undefined)
  # Checking a vptr takes a pipe, so in a test that uses up all descriptors every object looks broken.
  add_compile_options(-fno-sanitize=vptr)
endif()
if(WEIR_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Two sets of headers that nearly every file includes and that are slow to read, each compiled once
# for all who take it by REUSE_FROM: with GCC a copy has 110 MB.
#   weir_headers       for layers
#   weir_test_headers  for their unit tests: what is tested is optimized and tells fuzzers where it
#                      went, the tests themselves compile three times as fast without
#                      (WEIR_TEST_OPTIONS)
set(WEIR_TEST_OPTIONS -O0)
if(WEIR_FUZZ)
  list(APPEND WEIR_TEST_OPTIONS -fno-sanitize=fuzzer-no-link)
endif()
# hiredis' pkg-config file defines it for its users; precompiled headers want it everywhere.
add_compile_definitions(_FILE_OFFSET_BITS=64)
file(WRITE ${CMAKE_BINARY_DIR}/empty.cc "")

add_library(weir_headers STATIC ${CMAKE_BINARY_DIR}/empty.cc)
target_compile_options(weir_headers PRIVATE ${WEIR_WARNINGS})
target_link_libraries(weir_headers PRIVATE tl::expected fmt::fmt)
target_precompile_headers(weir_headers PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)

add_library(weir_test_headers STATIC ${CMAKE_BINARY_DIR}/empty.cc)
target_compile_options(weir_test_headers PRIVATE ${WEIR_WARNINGS} ${WEIR_TEST_OPTIONS})
target_link_libraries(weir_test_headers PRIVATE GTest::gmock_main)
target_precompile_headers(weir_test_headers PRIVATE <gmock/gmock.h>)

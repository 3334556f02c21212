# weir_layer(<name> FOLDER <folder> [DEPS <layer>...] [LIBS <target>...])
#
# One folder is one library is one storey: every .cc file in the folder, sub-folders included unless
# they are layers of their own. DEPS names every other storey whose headers the folder may include:
# scripts/check_layers.py reads the same words and fails the build on any other include. A name must
# stand above the line that uses it, so a circle cannot be written.
#
# Beside the library, where they exist:
#   tests/unit/<folder>/**/*_test.cc   become one GoogleTest program, <name>_tests
#   tests/fuzz/<name>/<what>_fuzz.cc   become a program each where WEIR_FUZZ is on, <name>_<what>_fuzz,
#                                      and the replay of its corpus a test
function(weir_layer name)
  cmake_parse_arguments(ARG "" "FOLDER" "DEPS;LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${ARG_FOLDER}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  set(kind PUBLIC)
  if(sources)
    add_library(weir_${name} STATIC ${sources})
    target_compile_options(weir_${name} PRIVATE ${WEIR_WARNINGS})
    if(NOT name STREQUAL "base")
      target_precompile_headers(weir_${name} REUSE_FROM weir_headers)
    endif()
  else()
    add_library(weir_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_include_directories(weir_${name} ${kind} ${PROJECT_SOURCE_DIR}/common ${PROJECT_SOURCE_DIR})
  list(TRANSFORM ARG_DEPS PREPEND weir_)
  target_link_libraries(weir_${name} ${kind} ${ARG_DEPS} ${ARG_LIBS})
  string(REGEX REPLACE "^common/" "" folder ${ARG_FOLDER})
  weir_unit_tests(${name} ${folder})
  weir_fuzz_targets(${name})
endfunction()

function(weir_unit_tests name folder)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${folder}/*_test.cc)
  if(WEIR_SANITIZE STREQUAL "thread")
    weir_keep_threaded(tests)
  endif()
  if(NOT tests)
    return()
  endif()
  add_executable(${name}_tests ${tests})
  target_compile_options(${name}_tests PRIVATE ${WEIR_WARNINGS} ${WEIR_TEST_OPTIONS})
  target_precompile_headers(${name}_tests REUSE_FROM weir_test_headers)
  target_link_libraries(${name}_tests PRIVATE weir_${name} weir_test_support GTest::gmock_main)
  # Where the compiler ran, since __FILE__, by which tests find their data, may be relative to it.
  gtest_discover_tests(${name}_tests TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                       WORKING_DIRECTORY ${CMAKE_BINARY_DIR} PROPERTIES TIMEOUT 120)
endfunction()

# The thread sanitizer has nothing to say where there is one thread: of the files in the list LIST
# this keeps those that start threads, or loops, which have threads to help them, here or in what
# they include.
function(weir_keep_threaded LIST)
  set(kept)
  foreach(file ${${LIST}})
    file(STRINGS ${file} hits LIMIT_COUNT 1
         REGEX "std::j?thread|std::async|EventLoop|LoopGroup|WorkerThread|(run_until|_fixture|test_server|/store_[a-z]+)[.]h")
    if(hits)
      list(APPEND kept ${file})
    endif()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${${LIST}})
  set(${LIST} ${kept} PARENT_SCOPE)
endfunction()

function(weir_fuzz_targets name)
  if(NOT WEIR_FUZZ)
    return()
  endif()
  file(GLOB fuzzers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/${name}/*_fuzz.cc)
  foreach(fuzzer ${fuzzers})
    get_filename_component(what ${fuzzer} NAME_WE)
    set(target ${name}_${what})
    string(REGEX REPLACE "_fuzz$" "" what ${what})
    add_executable(${target} ${fuzzer})
    target_compile_options(${target} PRIVATE ${WEIR_WARNINGS})
    target_link_libraries(${target} PRIVATE weir_${name} weir_test_support)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${name}.fuzz_corpus.${what}
             COMMAND ${target} -runs=0 ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name}/${what})
    set_tests_properties(${name}.fuzz_corpus.${what} PROPERTIES TIMEOUT 120)
  endforeach()
endfunction()

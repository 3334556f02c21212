# Every warning is an error, with g++ 12 and with clang 14 alike.
set(WEIR_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Wrong about std::string and std::optional in g++ 12 (gcc bugs 105562, 105593).
  list(APPEND WEIR_WARNINGS -Wno-maybe-uninitialized -Wno-restrict)
endif()

#pragma once

namespace weir::srt {

/// Starts libsrt, and stops it when it goes: one in a program, for as long as there are callers.
class Library {
 public:
  Library();
  ~Library();

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

}  // namespace weir::srt

#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/check.h"

namespace weir::testing {

/// A new folder that goes away with all that is in it.
class TempFolder {
 public:
  TempFolder() : path_(std::filesystem::temp_directory_path() / "weir-test-XXXXXX") {
    WEIR_CHECK(::mkdtemp(path_.data()) != nullptr);
  }

  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }

  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace weir::testing

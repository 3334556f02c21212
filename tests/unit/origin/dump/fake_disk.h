#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "origin/dump/dump_disk.h"

namespace weir::dump::testing {

/// What a FakeDisk holds, which a test looks at.
struct FakeFiles {
  std::map<std::string, std::string> files{};
  std::vector<std::string> order{};  ///< Names, whenever they were put.
  std::vector<std::string> lasting{};
  std::string info{};
  bool opens = true;
  std::string failing{};  ///< Names that begin so cannot be put; empty: all can.

  bool Has(const std::string& name) const { return files.contains(name); }

  /// How many names begin so.
  size_t Count(std::string_view begin) const {
    return static_cast<size_t>(std::count_if(files.begin(), files.end(), [&](const auto& file) {
      return std::string_view(file.first).starts_with(begin);
    }));
  }

  size_t IndexOf(const std::string& name) const {
    return static_cast<size_t>(std::find(order.begin(), order.end(), name) - order.begin());
  }
};

/// A disk of a test.
class FakeDisk final : public DumpDisk {
 public:
  /// `files` outlives it.
  explicit FakeDisk(FakeFiles& files) : files_(files) {}

  Status Open() override {
    if (files_.opens) return {};
    return Fail(ErrorCode::kUnavailable, "cannot make the folder: Permission denied");
  }

  Status Put(const std::string& name, std::string_view bytes, bool lasting) override {
    if (!files_.failing.empty() && name.starts_with(files_.failing))
      return Fail(ErrorCode::kUnavailable, "cannot write: No space left on device");
    files_.files[name] = bytes;
    files_.order.push_back(name);
    if (lasting) files_.lasting.push_back(name);
    return {};
  }

  Status PutInfo(std::string_view text, bool /*lasting*/) override {
    files_.info = text;
    return {};
  }

  std::string PathOf(const std::string& name) const override { return "/dumps/one/" + name; }

 private:
  FakeFiles& files_;
};

}  // namespace weir::dump::testing

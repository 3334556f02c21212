#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "origin/dump/dump_spec.h"
#include "origin/files/folder.h"

namespace weir::dump {

/// Where one dump's files lie. Every call may take as long as the disk does.
///
/// Thread: one at a time.
class DumpDisk {
 public:
  DumpDisk() = default;
  virtual ~DumpDisk() = default;

  DumpDisk(const DumpDisk&) = delete;
  DumpDisk& operator=(const DumpDisk&) = delete;

  /// First of all. kUnavailable: its folders cannot be made.
  virtual Status Open() = 0;

  /// A file in the dump's folder, in place of one that is there, whole or not at all. With
  /// `lasting` it is on the disk afterwards.
  virtual Status Put(const std::string& name, std::string_view bytes, bool lasting) = 0;

  /// The same of the info file; only where there is one.
  virtual Status PutInfo(std::string_view text, bool lasting) = 0;

  /// Where the file of that name lies, from the system's root on.
  virtual std::string PathOf(const std::string& name) const = 0;
};

/// A real one.
class FolderDisk final : public DumpDisk {
 public:
  FolderDisk(std::string root, DumpPlace place);

  Status Open() override;
  Status Put(const std::string& name, std::string_view bytes, bool lasting) override;
  Status PutInfo(std::string_view text, bool lasting) override;
  std::string PathOf(const std::string& name) const override;

 private:
  const std::string root_;
  const DumpPlace place_;
  std::optional<files::Folder> folder_;
  std::optional<files::Folder> info_folder_;
};

}  // namespace weir::dump

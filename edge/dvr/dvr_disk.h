#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "edge/dvr/dvr_file.h"

namespace weir::edge {

/// The folder with a DVR's files. Every call may take as long as the disk does.
///
/// Thread: one at a time writes, lists and removes; any may read.
class DvrDisk {
 public:
  virtual ~DvrDisk() = default;

  /// Takes the folder for itself. kUnavailable: it cannot be made or written to, or another
  /// program has it.
  virtual Status Open() = 0;

  /// The file appears whole or not at all. kLimitExceeded: there is no room.
  virtual Status Write(const DvrFile& file, std::span<const uint8_t> bytes) = 0;

  /// kNotFound: it is not there, or was cut off.
  virtual Result<std::vector<uint8_t>> Read(const DvrFile& file) const = 0;

  virtual void Remove(const DvrFile& file) = 0;

  /// The whole files of stream `key`.
  virtual std::vector<DvrFile> List(const std::string& key) = 0;

  /// Removes files that are cut off or older than `age`, and folders that are empty. Returns the
  /// bytes of all files that stay.
  virtual uint64_t Sweep(std::chrono::seconds age) = 0;
};

/// A real one. Files of others in it are left alone.
class FolderDisk final : public DvrDisk {
 public:
  explicit FolderDisk(std::string root) : root_(std::move(root)) {}

  ~FolderDisk() override;

  FolderDisk(const FolderDisk&) = delete;
  FolderDisk& operator=(const FolderDisk&) = delete;

  Status Open() override;
  Status Write(const DvrFile& file, std::span<const uint8_t> bytes) override;
  Result<std::vector<uint8_t>> Read(const DvrFile& file) const override;
  void Remove(const DvrFile& file) override;
  std::vector<DvrFile> List(const std::string& key) override;
  uint64_t Sweep(std::chrono::seconds age) override;

 private:
  std::string PathOf(const DvrFile& file) const { return root_ + "/" + file.path(); }

  const std::string root_;
  int lock_ = -1;
};

}  // namespace weir::edge

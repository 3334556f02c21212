#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "edge/dvr/dvr_disk.h"

namespace weir::edge {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockName = "/.lock";
constexpr const char* kUnfinished = ".unfinished";

Status Failed(const char* what, const std::string& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return Fail(full ? ErrorCode::kLimitExceeded : ErrorCode::kUnavailable,
              fmt::format("cannot {} {}: {}", what, path, std::strerror(error)));
}

/// Writes all of `bytes`; errno tells why not.
bool WriteAll(int fd, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return true;
}

bool WriteFile(const std::string& path, std::span<const uint8_t> bytes) {
  const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return false;
  const bool written = WriteAll(fd, bytes);
  const int error = errno;
  ::close(fd);
  errno = error;
  return written;
}

/// Calls `use(entry, path relative to root)` for every plain file three levels down, which is where
/// ours are.
template <class Use>
void ForEachFile(const std::string& root, const std::string& below, const Use& use) {
  std::error_code error;
  fs::recursive_directory_iterator entry(below, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && !entry->is_symlink(ignored))
      use(*entry, entry->path().string().substr(root.size() + 1));
  }
}

bool IsWhole(const fs::directory_entry& entry, const DvrFile& file) {
  std::error_code error;
  return entry.file_size(error) == file.size && !error;
}

}  // namespace

FolderDisk::~FolderDisk() {
  if (lock_ >= 0) ::close(lock_);
}

Status FolderDisk::Open() {
  std::error_code error;
  fs::create_directories(root_, error);
  if (error) return Failed("make the folder", root_, error.value());
  const std::string lock = root_ + kLockName;
  lock_ = ::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0640);
  if (lock_ < 0) return Failed("open", lock, errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0)
    return Fail(ErrorCode::kUnavailable, root_ + " belongs to another edge: each needs its own");
  return {};
}

Status FolderDisk::Write(const DvrFile& file, std::span<const uint8_t> bytes) {
  const std::string path = PathOf(file);
  const std::string unfinished = path + kUnfinished;
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error) return Failed("make the folder of", path, error.value());
  if (!WriteFile(unfinished, bytes) || ::rename(unfinished.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(unfinished.c_str());
    return Failed("write", path, reason);
  }
  return {};
}

Result<std::vector<uint8_t>> FolderDisk::Read(const DvrFile& file) const {
  std::ifstream in(PathOf(file), std::ios::binary);
  std::vector<uint8_t> bytes(file.size);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!in || in.peek() != std::ifstream::traits_type::eof())
    return Fail(ErrorCode::kNotFound, "cannot read " + file.path());
  return bytes;
}

void FolderDisk::Remove(const DvrFile& file) {
  ::unlink(PathOf(file).c_str());
}

std::vector<DvrFile> FolderDisk::List(const std::string& key) {
  std::vector<DvrFile> files;
  ForEachFile(root_, root_ + "/" + key,
              [&](const fs::directory_entry& entry, const std::string& path) {
                const auto file = ParseDvrPath(path);
                if (file && IsWhole(entry, *file)) files.push_back(*file);
              });
  return files;
}

uint64_t FolderDisk::Sweep(std::chrono::seconds age) {
  struct Found {
    fs::path path;
    DvrFile file;
    bool old = false;
  };

  std::vector<Found> found;
  std::vector<fs::path> broken;
  std::set<fs::path> in_use;  // folders that have segments
  const auto oldest = fs::file_time_type::clock::now() - age;
  ForEachFile(root_, root_, [&](const fs::directory_entry& entry, std::string path) {
    const bool unfinished = path.ends_with(kUnfinished);
    if (unfinished) path.resize(path.size() - std::strlen(kUnfinished));
    const auto file = ParseDvrPath(path);
    if (!file) return;
    if (unfinished || !IsWhole(entry, *file)) return broken.push_back(entry.path());
    std::error_code error;
    const bool old = entry.last_write_time(error) < oldest && !error;
    if (file->number && !old) in_use.insert(entry.path().parent_path());
    found.push_back({.path = entry.path(), .file = *file, .old = old});
  });
  std::error_code ignored;
  for (const fs::path& path : broken)
    fs::remove(path, ignored);
  uint64_t bytes = 0;
  for (const Found& each : found) {
    // An init segment is as old as its run, and stays as long as anything of that.
    const bool wanted =
        !each.old || (!each.file.number && in_use.contains(each.path.parent_path()));
    if (wanted) {
      bytes += each.file.size;
      continue;
    }
    fs::remove(each.path, ignored);
    fs::remove(each.path.parent_path(), ignored);  // if empty, as the next
    fs::remove(each.path.parent_path().parent_path(), ignored);
  }
  return bytes;
}

}  // namespace weir::edge

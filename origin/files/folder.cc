#include "origin/files/folder.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/random.h"

namespace weir::files {
namespace {

constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr size_t kTemporaryDigits = 32;

Result<net::OwnedFd> OpenFolder(int parent, const std::string& name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int fd = ::openat(parent, name.c_str(), kFlags);
  if (fd < 0 && errno == ENOENT) {
    if (::mkdirat(parent, name.c_str(), kFolderMode) != 0 && errno != EEXIST)
      return SystemError(fmt::format("make the folder {}", name), errno);
    fd = ::openat(parent, name.c_str(), kFlags);
  }
  if (fd < 0) return SystemError(fmt::format("open the folder {}", name), errno);
  return net::OwnedFd(fd);
}

}  // namespace

tl::unexpected<Error> SystemError(std::string_view what, int error) {
  return Fail(ErrorCode::kUnavailable,
              fmt::format("cannot {}: {}", what, std::system_category().message(error)));
}

std::string NameOf(std::string_view path) {
  return std::string(path.substr(path.find_last_of('/') + 1));
}

Status WriteAt(int fd, uint64_t offset, const uint8_t* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = ::pwrite(fd, bytes, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", errno);
    bytes += written;
    offset += static_cast<uint64_t>(written);
    size -= static_cast<size_t>(written);
  }
  return {};
}

Result<Folder> Folder::OfFile(const std::string& root, std::string_view path) {
  return Open(root, path.substr(0, path.size() - NameOf(path).size()));
}

Result<Folder> Folder::Open(const std::string& root, std::string_view path) {
  std::error_code failed;
  std::filesystem::create_directories(root, failed);
  net::OwnedFd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return SystemError(fmt::format("open the folder {}", root), errno);
  while (!path.empty()) {
    Result<net::OwnedFd> next = OpenFolder(folder.get(), std::string(TakeUntil(path, '/')));
    if (!next) return tl::unexpected(next.error());
    folder = *std::move(next);
  }
  return Folder(std::move(folder));
}

Result<net::OwnedFd> Folder::Make(const std::string& name) const {
  const int fd = ::openat(fd_.get(), name.c_str(),
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  if (fd >= 0) return net::OwnedFd(fd);
  if (errno == EEXIST) return Fail(ErrorCode::kConflict, "there is a file of that name");
  return SystemError(fmt::format("make the file {}", name), errno);
}

Result<net::OwnedFd> Folder::OpenToRead(const std::string& name) const {
  const int fd = ::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) return net::OwnedFd(fd);
  if (errno == ENOENT) return Fail(ErrorCode::kNotFound, "there is no such file");
  return SystemError(fmt::format("open the file {}", name), errno);
}

bool Folder::Has(const std::string& name) const {
  struct stat found {};

  return ::fstatat(fd_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
}

Status Folder::MoveTo(const std::string& from, const Folder& folder, const std::string& to) const {
  const auto taken = [] { return Fail(ErrorCode::kConflict, "there is a file of that name"); };
  const int target = folder.fd_.get();
  if (::renameat2(fd_.get(), from.c_str(), target, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) return taken();
  // EINVAL: a file system that cannot do that in one step (NFS).
  if (errno == EINVAL) {
    if (folder.Has(to)) return taken();
    if (::renameat(fd_.get(), from.c_str(), target, to.c_str()) == 0) return {};
  }
  return SystemError(fmt::format("rename a file to {}", to), errno);
}

Status Folder::Replace(const std::string& from, const std::string& to) const {
  if (::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()) == 0) return {};
  return SystemError(fmt::format("rename a file to {}", to), errno);
}

Status Folder::Put(const std::string& name, std::string_view bytes, bool lasting) const {
  const std::string temporary = "tmp_" + crypto::RandomHex(kTemporaryDigits);
  const Result<net::OwnedFd> made = Make(temporary);
  if (!made) return tl::unexpected(made.error());
  Status done =
      WriteAt(made->get(), 0, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (done && lasting && ::fsync(made->get()) != 0)
    done = SystemError("write the file to the disk", errno);
  if (done) done = Replace(temporary, name);
  if (!done) {
    (void)Remove(temporary);  // The first trouble is the one to tell.
    return done;
  }
  return lasting ? Sync() : Status();
}

Status Folder::Remove(const std::string& name) const {
  if (::unlinkat(fd_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
  return SystemError(fmt::format("remove the file {}", name), errno);
}

Status Folder::Sync() const {
  // Some file systems have no such thing for folders.
  if (::fsync(fd_.get()) == 0 || errno == EINVAL) return {};
  return SystemError("write the folder to the disk", errno);
}

}  // namespace weir::files

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "net/owned_fd.h"

namespace weir::files {

/// A folder below a root, reached without following a symbolic link: nothing that is made here can
/// lie outside the root, whatever others put into it.
///
/// All names are of one part. Blocks. Errors are kUnavailable with what the system says, but where
/// it says otherwise.
class Folder {
 public:
  /// Opens, and makes where they are missing, the folders of `path` (which PathBelow made) but for
  /// its last part. `root` is made too, and may itself be a link.
  static Result<Folder> OfFile(const std::string& root, std::string_view path);

  /// The same with its last part, which is a folder.
  static Result<Folder> Open(const std::string& root, std::string_view path);

  /// A new file, for reading and writing. kConflict: there is one.
  Result<net::OwnedFd> Make(const std::string& name) const;

  /// kNotFound: there is none.
  Result<net::OwnedFd> OpenToRead(const std::string& name) const;

  bool Has(const std::string& name) const;

  /// Moves a file into `folder`, by another name. kConflict: there is a file of that name.
  Status MoveTo(const std::string& from, const Folder& folder, const std::string& to) const;

  /// Replaces a file `to`.
  Status Replace(const std::string& from, const std::string& to) const;

  /// A file of these bytes, in place of one that is there: whoever opens it finds a whole one. With
  /// `lasting` it is on the disk afterwards.
  Status Put(const std::string& name, std::string_view bytes, bool lasting) const;

  /// One that is not there is fine.
  Status Remove(const std::string& name) const;

  /// Names that were made and changed are on the disk afterwards.
  Status Sync() const;

 private:
  explicit Folder(net::OwnedFd fd) : fd_(std::move(fd)) {}

  net::OwnedFd fd_;
};

/// The last part of a path.
std::string NameOf(std::string_view path);

/// Writes it all, or says why not.
Status WriteAt(int fd, uint64_t offset, const uint8_t* bytes, size_t size);

/// "cannot <what>: No space left on device"
tl::unexpected<Error> SystemError(std::string_view what, int error);

}  // namespace weir::files

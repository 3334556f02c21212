#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/memory_file.h"

namespace weir {

/// Immutable bytes with many readers: a view, and a share in whatever keeps it alive.
///
/// Copying copies no byte. Safe to hand from thread to thread, since nobody can write.
class SharedBytes {
 public:
  SharedBytes() = default;

  explicit SharedBytes(std::vector<uint8_t> bytes) {
    auto owner = std::make_shared<const std::vector<uint8_t>>(std::move(bytes));
    view_ = *owner;
    owner_ = std::move(owner);
  }

  explicit SharedBytes(std::string text) {
    auto owner = std::make_shared<const std::string>(std::move(text));
    view_ = {reinterpret_cast<const uint8_t*>(owner->data()), owner->size()};
    owner_ = std::move(owner);
  }

  /// `view` lies in what `owner` keeps alive.
  SharedBytes(std::shared_ptr<const void> owner, std::span<const uint8_t> view)
      : owner_(std::move(owner)), view_(view) {}

  /// Bytes that outlive every reader: literals and what the linker put into the program.
  static SharedBytes Static(std::span<const uint8_t> bytes) {
    SharedBytes shared;
    shared.view_ = bytes;
    return shared;
  }

  static SharedBytes Copy(std::span<const uint8_t> bytes) {
    return SharedBytes(std::vector<uint8_t>(bytes.begin(), bytes.end()));
  }

  /// `view` lies within `file`.
  static SharedBytes InFile(std::shared_ptr<const MemoryFile> file, std::span<const uint8_t> view) {
    SharedBytes shared;
    shared.file_ = file.get();
    shared.owner_ = std::move(file);
    shared.view_ = view;
    return shared;
  }

  /// Where bytes lie in a file.
  struct FilePlace {
    int fd = -1;
    int64_t offset = 0;
  };

  /// Where they lie in a memory file, if they do. Good as long as somebody shares them.
  std::optional<FilePlace> file() const {
    if (file_ == nullptr) return std::nullopt;
    return FilePlace{.fd = file_->fd(), .offset = view_.data() - file_->bytes().data()};
  }

  /// A part of the same bytes. `offset + size` must lie within them.
  SharedBytes Slice(size_t offset, size_t size) const {
    SharedBytes slice = *this;
    slice.view_ = view_.subspan(offset, size);
    return slice;
  }

  SharedBytes From(size_t offset) const { return Slice(offset, view_.size() - offset); }

  std::span<const uint8_t> view() const { return view_; }

  std::string_view text() const {
    return {reinterpret_cast<const char*>(view_.data()), view_.size()};
  }

  const uint8_t* data() const { return view_.data(); }

  size_t size() const { return view_.size(); }

  bool empty() const { return view_.empty(); }

 private:
  std::shared_ptr<const void> owner_;
  const MemoryFile* file_ = nullptr;  // the owner, if it is one
  std::span<const uint8_t> view_;
};

}  // namespace weir

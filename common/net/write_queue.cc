#include "net/write_queue.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace weir::net {
namespace {

// An idle connection keeps no more than this many empty places.
constexpr size_t kIdlePieces = 32;

// Below this a system call of its own costs more than copying.
constexpr size_t kFromFileMin = size_t{16} * 1024;

bool IsForFile(const SharedBytes& piece) {
  return piece.size() >= kFromFileMin && piece.file();
}

}  // namespace

void WriteQueue::Push(SharedBytes bytes) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  pieces_.push_back(std::move(bytes));
}

std::span<uv_buf_t> WriteQueue::Gather(std::span<uv_buf_t> buffers, size_t bytes_max) const {
  return GatherFrom(buffers, bytes_max, /*stop_at_file=*/false).buffers;
}

WriteQueue::Offer WriteQueue::GatherUpToFile(std::span<uv_buf_t> buffers, size_t bytes_max) const {
  return GatherFrom(buffers, bytes_max, /*stop_at_file=*/true);
}

std::optional<WriteQueue::FilePiece> WriteQueue::FrontInFile() const {
  if (empty() || !IsForFile(pieces_[first_])) return std::nullopt;
  const SharedBytes& piece = pieces_[first_];
  SharedBytes::FilePlace place = *piece.file();
  place.offset += static_cast<int64_t>(offset_);
  return FilePiece{.place = place, .size = piece.size() - offset_};
}

WriteQueue::Offer WriteQueue::GatherFrom(std::span<uv_buf_t> buffers, size_t bytes_max,
                                         bool stop_at_file) const {
  size_t used = 0;
  size_t skip = offset_;
  for (size_t i = first_; i < pieces_.size() && used < buffers.size() && bytes_max > 0; ++i) {
    if (stop_at_file && IsForFile(pieces_[i])) {
      return {.buffers = buffers.first(used), .file_follows = true};
    }
    const auto rest = pieces_[i].view().subspan(skip);
    skip = 0;
    const size_t size = std::min(rest.size(), bytes_max);
    bytes_max -= size;
    // libuv's buffers are for reading too, hence not const; writing leaves them alone.
    auto* base =
        const_cast<uint8_t*>(rest.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    buffers[used].base = reinterpret_cast<char*>(base);
    buffers[used].len = size;
    ++used;
  }
  return {.buffers = buffers.first(used)};
}

void WriteQueue::Consume(size_t size) {
  WEIR_CHECK(size <= bytes_);
  bytes_ -= size;
  offset_ += size;
  while (first_ < pieces_.size() && offset_ >= pieces_[first_].size()) {
    offset_ -= pieces_[first_].size();
    pieces_[first_] = SharedBytes();
    ++first_;
  }
  Compact();
}

void WriteQueue::Compact() {
  if (first_ == pieces_.size()) {
    first_ = 0;
    pieces_.clear();
    if (pieces_.capacity() > kIdlePieces) pieces_.shrink_to_fit();
  } else if (first_ > kIdlePieces && first_ > pieces_.size() / 2) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace weir::net

#include "protocols/hls/media_store.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace weir::hls {
namespace {

/// What is sent from a file is sent by the page: no page is to hold the end of one and the start of
/// the next.
constexpr size_t kPage = 4096;

}  // namespace

SharedBytes MediaStore::Keep(SharedBytes bytes) {
  const std::span<uint8_t> place = Room(bytes.size());
  if (place.empty()) return bytes;
  std::copy(bytes.view().begin(), bytes.view().end(), place.begin());
  return SharedBytes::InFile(file_, place);
}

SharedBytes MediaStore::Join(std::span<const SharedBytes> pieces) {
  size_t size = 0;
  for (const SharedBytes& piece : pieces)
    size += piece.size();
  const std::span<uint8_t> place = Room(size);
  std::vector<uint8_t> heap(place.empty() ? size : 0);
  auto to = place.empty() ? std::span<uint8_t>(heap).begin() : place.begin();
  for (const SharedBytes& piece : pieces)
    to = std::copy(piece.view().begin(), piece.view().end(), to);
  return place.empty() ? SharedBytes(std::move(heap)) : SharedBytes::InFile(file_, place);
}

/// A place in the file; empty where it is to be the heap.
std::span<uint8_t> MediaStore::Room(size_t size) {
  if (size < kInFileMin) return {};
  if (file_ == nullptr || file_->bytes().size() - used_ < size) {
    file_ = MemoryFile::Make(std::max(kFileSize, size));
    used_ = 0;
    if (file_ == nullptr) return {};
  }
  const std::span<uint8_t> place = file_->bytes().subspan(used_, size);
  used_ = std::min((used_ + size + kPage - 1) / kPage * kPage, file_->bytes().size());
  return place;
}

}  // namespace weir::hls

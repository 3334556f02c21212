#include "protocols/hls/media_store.h"

#include <algorithm>
#include <utility>

namespace weir::hls {
namespace {

/// What is sent from a file is sent by the page: no page is to hold the end of one and the start of
/// the next.
constexpr size_t kPage = 4096;

}  // namespace

SharedBytes MediaStore::Keep(SharedBytes bytes) {
  if (bytes.size() < kInFileMin) return bytes;
  if (file_ == nullptr || file_->bytes().size() - used_ < bytes.size()) {
    file_ = MemoryFile::Make(std::max(kFileSize, bytes.size()));
    used_ = 0;
    if (file_ == nullptr) return bytes;
  }
  const std::span<uint8_t> place = file_->bytes().subspan(used_, bytes.size());
  std::copy(bytes.view().begin(), bytes.view().end(), place.begin());
  used_ = std::min((used_ + bytes.size() + kPage - 1) / kPage * kPage, file_->bytes().size());
  return SharedBytes::InFile(file_, place);
}

}  // namespace weir::hls

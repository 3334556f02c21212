#include "formats/flv/file_reader.h"

#include <algorithm>

#include "base/byte_reader.h"

namespace weir::flv {
namespace {

constexpr size_t kTagHeaderSize = 11;
constexpr size_t kPreviousTagSize = 4;
constexpr uint32_t kSignature = 0x464c56;  // "FLV"
constexpr uint8_t kEncryptedBit = 0x20;

bool IsKnown(uint8_t type) {
  return type == static_cast<uint8_t>(TagType::kAudio) ||
         type == static_cast<uint8_t>(TagType::kVideo) ||
         type == static_cast<uint8_t>(TagType::kScript);
}

}  // namespace

Status FileReader::Feed(std::span<const uint8_t> bytes) {
  while (!bytes.empty() && !failure_) {
    const size_t taken = std::min(bytes.size(), wanted_ - partial_.size());
    const auto piece = bytes.first(taken);
    bytes = bytes.subspan(taken);
    if (part_ == Part::kSkip) {
      wanted_ -= taken;
      if (wanted_ == 0) Expect(Part::kTagHeader, kTagHeaderSize);
      continue;
    }
    partial_.insert(partial_.end(), piece.begin(), piece.end());
    if (partial_.size() < wanted_) break;
    const auto understood = TakePart();
    if (!understood) failure_ = understood.error();
  }
  if (failure_) return tl::unexpected(*failure_);
  return {};
}

Status FileReader::TakePart() {
  if (part_ == Part::kFileHeader) return TakeFileHeader();
  if (part_ == Part::kTagHeader) return TakeTagHeader();
  TakeBody();
  return {};
}

Status FileReader::TakeFileHeader() {
  ByteReader reader(partial_);
  const uint32_t signature = reader.U24();
  (void)reader.U16();  // version, and whether there is audio and video, which is often wrong
  const size_t size = reader.U32();
  if (signature != kSignature || size < kFileHeaderSize)
    return Fail(ErrorCode::kMalformed, "not an FLV file");
  Expect(Part::kSkip, size - kFileHeaderSize + kPreviousTagSize);
  return {};
}

Status FileReader::TakeTagHeader() {
  ByteReader reader(partial_);
  const uint8_t flags = reader.U8();
  const size_t size = reader.U24();
  const uint32_t timestamp = reader.U24();
  const uint32_t extension = reader.U8();
  const uint8_t type = flags & 0x1f;
  if (!IsKnown(type)) {
    Expect(Part::kSkip, size + kPreviousTagSize);
    return {};
  }
  if ((flags & kEncryptedBit) != 0) return Fail(ErrorCode::kUnsupported, "FLV tag is encrypted");
  tag_.type = static_cast<TagType>(type);
  tag_.timestamp_ms = extension << 24 | timestamp;
  if (size == 0) {
    partial_.clear();
    TakeBody();
    return {};
  }
  Expect(Part::kBody, size);
  partial_.reserve(size);
  return {};
}

void FileReader::TakeBody() {
  tag_.body = SharedBytes(std::exchange(partial_, {}));
  sink_.OnTag(std::exchange(tag_, {}));
  Expect(Part::kSkip, kPreviousTagSize);
}

void FileReader::Expect(Part part, size_t size) {
  part_ = part;
  wanted_ = size;
  partial_.clear();
}

}  // namespace weir::flv

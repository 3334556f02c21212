#include "formats/fmp4/fragment_reader.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/byte_reader.h"
#include "formats/fmp4/fragment_flags.h"

namespace weir::fmp4 {
namespace {

constexpr size_t kBoxHeadSize = 8;
constexpr uint32_t kFlagsMask = 0xFFFFFF;
constexpr uint32_t kMessageHead = 0x01000000;  // version 1, no flags
/// All that WriteFragment may set.
constexpr uint32_t kHeaderFlags = kDefaultDuration | kDefaultFlags | kDefaultBaseIsMoof;
constexpr uint32_t kRunFlags =
    kDataOffset | kSampleDuration | kSampleSize | kSampleFlags | kSampleCompositionOffset;

struct Box {
  std::string_view type;
  std::span<const uint8_t> content;
};

/// The box that `bytes` begins with, which is taken off them.
Result<Box> TakeBox(std::span<const uint8_t>& bytes) {
  ByteReader reader(bytes);
  const uint32_t size = reader.U32();
  const std::span<const uint8_t> type = reader.Bytes(4);
  if (!reader.ok() || size < kBoxHeadSize || size > bytes.size())
    return Fail(ErrorCode::kMalformed, "a box that is cut off");
  const Box box{.type = {reinterpret_cast<const char*>(type.data()), type.size()},
                .content = bytes.subspan(kBoxHeadSize, size - kBoxHeadSize)};
  bytes = bytes.subspan(size);
  return box;
}

/// What tfhd and tfdt say of all samples.
struct Defaults {
  uint32_t track_id = 0;
  std::optional<uint32_t> duration;
  std::optional<uint32_t> flags;
  std::optional<uint64_t> decode_time;
};

/// Reads one moof and adds its samples, whose payloads lie behind it.
class MovieFragmentReader {
 public:
  /// `from_moof` is all bytes from the moof's head on.
  MovieFragmentReader(std::span<const uint8_t> from_moof, std::vector<SampleView>& samples)
      : from_moof_(from_moof), samples_(samples) {}

  Status Read(std::span<const uint8_t> moof) {
    return ForEachBox(moof, [this](const Box& box) -> Status {
      if (box.type != "traf") return {};
      defaults_ = {};
      return ForEachBox(box.content, [this](const Box& inner) { return ReadInTraf(inner); });
    });
  }

 private:
  template <class Use>
  static Status ForEachBox(std::span<const uint8_t> bytes, const Use& use) {
    while (!bytes.empty()) {
      const auto box = TakeBox(bytes);
      if (!box) return tl::unexpected(box.error());
      if (Status used = use(*box); !used) return used;
    }
    return {};
  }

  Status ReadInTraf(const Box& box) {
    if (box.type == "tfhd") return ReadHeader(ByteReader(box.content));
    if (box.type == "tfdt") return ReadDecodeTime(ByteReader(box.content));
    if (box.type == "trun") return ReadRun(ByteReader(box.content));
    return {};
  }

  Status ReadHeader(ByteReader reader) {
    const uint32_t flags = reader.U32() & kFlagsMask;
    if ((flags & ~kHeaderFlags) != 0 || (flags & kDefaultBaseIsMoof) == 0)
      return Fail(ErrorCode::kUnsupported, "a tfhd of another kind");
    defaults_.track_id = reader.U32();
    if ((flags & kDefaultDuration) != 0) defaults_.duration = reader.U32();
    if ((flags & kDefaultFlags) != 0) defaults_.flags = reader.U32();
    return reader.ok() ? Status() : Fail(ErrorCode::kMalformed, "a tfhd that is cut off");
  }

  Status ReadDecodeTime(ByteReader reader) {
    if (reader.U32() >> 24 != 1) return Fail(ErrorCode::kUnsupported, "a tfdt of version 0");
    defaults_.decode_time = reader.U64();
    return reader.ok() ? Status() : Fail(ErrorCode::kMalformed, "a tfdt that is cut off");
  }

  Status ReadRun(ByteReader reader) {
    const uint32_t flags = reader.U32() & kFlagsMask;
    const bool known = (flags & ~kRunFlags) == 0 && (flags & kDataOffset) != 0 &&
                       (flags & kSampleSize) != 0 && defaults_.decode_time &&
                       ((flags & kSampleDuration) != 0 || defaults_.duration) &&
                       ((flags & kSampleFlags) != 0 || defaults_.flags);
    if (!known) return Fail(ErrorCode::kUnsupported, "a trun of another kind");
    const uint32_t count = reader.U32();
    size_t offset = reader.U32();
    for (uint32_t i = 0; i < count && reader.ok(); ++i) {
      if (Status read = ReadSample(reader, flags, offset); !read) return read;
    }
    return reader.ok() ? Status() : Fail(ErrorCode::kMalformed, "a trun that is cut off");
  }

  Status ReadSample(ByteReader& reader, uint32_t flags, size_t& offset) {
    SampleView sample{
        .track_id = defaults_.track_id, .payload = {}, .decode_time = *defaults_.decode_time};
    sample.duration = (flags & kSampleDuration) != 0 ? reader.U32() : *defaults_.duration;
    const size_t size = reader.U32();
    sample.sync = ((flags & kSampleFlags) != 0 ? reader.U32() : *defaults_.flags) == kSync;
    if ((flags & kSampleCompositionOffset) != 0)
      sample.composition_offset = static_cast<int32_t>(reader.U32());
    if (offset > from_moof_.size() || size > from_moof_.size() - offset)
      return Fail(ErrorCode::kMalformed, "a sample beyond the end");
    sample.payload = from_moof_.subspan(offset, size);
    offset += size;
    *defaults_.decode_time += sample.duration;
    if (reader.ok()) samples_.push_back(sample);
    return {};
  }

  const std::span<const uint8_t> from_moof_;
  std::vector<SampleView>& samples_;
  Defaults defaults_;
};

/// Up to a zero, which is taken off as well.
std::string_view TakeText(std::span<const uint8_t>& bytes) {
  const auto end = std::find(bytes.begin(), bytes.end(), 0);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                              static_cast<size_t>(end - bytes.begin()));
  bytes = bytes.subspan(std::min(bytes.size(), text.size() + 1));
  return text;
}

}  // namespace

Result<std::vector<MessageView>> ReadMessages(std::span<const uint8_t> bytes) {
  std::vector<MessageView> messages;
  while (!bytes.empty()) {
    const auto box = TakeBox(bytes);
    if (!box) return tl::unexpected(box.error());
    if (box->type != "emsg") continue;
    ByteReader reader(box->content);
    const bool known = reader.U32() == kMessageHead;
    MessageView message;
    message.timescale = reader.U32();
    message.time = reader.U64();
    reader.U32();  // event_duration
    message.id = reader.U32();
    std::span<const uint8_t> rest = reader.Rest();
    message.scheme = TakeText(rest);
    TakeText(rest);  // value
    message.data = rest;
    if (!reader.ok()) return Fail(ErrorCode::kMalformed, "an emsg that is cut off");
    if (known && message.timescale > 0) messages.push_back(message);
  }
  return messages;
}

Result<std::vector<SampleView>> ReadFragments(std::span<const uint8_t> bytes) {
  std::vector<SampleView> samples;
  while (!bytes.empty()) {
    MovieFragmentReader fragment(bytes, samples);
    const auto box = TakeBox(bytes);
    if (!box) return tl::unexpected(box.error());
    if (box->type != "moof") continue;
    if (Status read = fragment.Read(box->content); !read) return tl::unexpected(read.error());
  }
  return samples;
}

}  // namespace weir::fmp4

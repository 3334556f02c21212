#include "bench/load/recording.h"

#include <fstream>
#include <iterator>

#include "base/byte_writer.h"
#include "formats/flv/file_reader.h"

namespace weir::load {
namespace {

constexpr uint8_t kFillerNal = 12;
constexpr size_t kVideoTagHeader = 5;

class Collect final : public flv::FileReader::Sink {
 public:
  explicit Collect(std::vector<flv::Tag>& tags) : tags_(tags) {}

  void OnTag(flv::Tag tag) override { tags_.push_back(std::move(tag)); }

 private:
  std::vector<flv::Tag>& tags_;
};

/// Metadata, and sequence headers of plain and of enhanced RTMP.
bool IsOpening(const flv::Tag& tag) {
  if (tag.type == flv::TagType::kScript || tag.body.size() < 2) return true;
  const uint8_t first = tag.body.data()[0];
  const bool enhanced = tag.type == flv::TagType::kVideo ? first >> 7 == 1 : first >> 4 == 9;
  return enhanced ? (first & 0x0f) == 0 : tag.body.data()[1] == 0;
}

/// H.264 in length-prefixed NAL units may be followed by any amount of filler data.
SharedBytes Padded(const SharedBytes& body, int scale) {
  const size_t extra = (body.size() - kVideoTagHeader) * static_cast<size_t>(scale - 1);
  if (extra < 8) return body;
  ByteWriter padded;
  padded.Reserve(body.size() + extra);
  padded.Bytes(body.view());
  padded.U32(static_cast<uint32_t>(extra - 4));
  padded.U8(kFillerNal);
  std::vector<uint8_t> bytes = padded.Take();
  bytes.resize(body.size() + extra, 0xff);
  return SharedBytes(std::move(bytes));
}

}  // namespace

Result<Recording> LoadRecording(const std::string& file, int scale) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return Fail(ErrorCode::kUnavailable, "cannot read " + file);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(input), {}};
  std::vector<flv::Tag> tags;
  Collect collect(tags);
  flv::FileReader reader(collect);
  if (Status read = reader.Feed({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
      !read) {
    return tl::unexpected(read.error());
  }
  Recording recording;
  uint32_t last_video = 0;
  uint32_t video_frames = 0;
  for (flv::Tag& tag : tags) {
    if (IsOpening(tag)) {
      if (tag.body.size() > kVideoTagHeader || tag.type != flv::TagType::kVideo) {
        recording.opening.push_back(std::move(tag));
      }
      continue;
    }
    if (tag.type == flv::TagType::kVideo) {
      if (tag.body.size() <= kVideoTagHeader) continue;
      if (scale > 1) tag.body = Padded(tag.body, scale);
      last_video = tag.timestamp_ms;
      ++video_frames;
    }
    recording.media.push_back(std::move(tag));
  }
  if (video_frames < 2) return Fail(ErrorCode::kMalformed, "there is no video in " + file);
  recording.length_ms = last_video + last_video / (video_frames - 1);
  return recording;
}

}  // namespace weir::load

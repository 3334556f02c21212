#include "protocols/hls/packager_resource.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <zlib.h>

#include "crypto/digest.h"
#include "crypto/hex.h"
#include "http/shared_fields.h"

namespace weir::hls {
namespace {

/// Below this the gzip wrapping eats what it saves.
constexpr size_t kGzipSizeMin = 200;
/// Enough for any playlist's repetitions, at an eighth of the memory of the largest.
constexpr int kWindowBits = 13;
constexpr int kGzipWrapper = 16;  // added to the window bits: zlib's way to ask for gzip
constexpr int kMemLevel = 6;
constexpr int kOsUnknown = 255;
constexpr size_t kEtagBytes = 16;

/// `text` in gzip, the same whenever and wherever it is made; empty where that is no smaller.
SharedBytes Gzip(std::string_view text) {
  if (text.size() < kGzipSizeMin) return {};
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindowBits + kGzipWrapper,
                   kMemLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, deflateEnd);
  gz_header header{};  // no time, no name
  header.os = kOsUnknown;
  deflateSetHeader(&stream, &header);
  // No larger than the text: then it would not be used.
  std::vector<uint8_t> packed(text.size());
  std::vector<uint8_t> input(text.begin(), text.end());  // zlib's input is not const
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
  packed.resize(stream.total_out);
  packed.shrink_to_fit();
  return SharedBytes(std::move(packed));
}

std::string EtagOf(std::span<const uint8_t> bytes) {
  const crypto::Sha256Digest digest = crypto::Sha256(bytes);
  return '"' + crypto::HexEncode(std::span(digest).first(kEtagBytes)) + '"';
}

}  // namespace

ResourcePtr MakeResource(SharedBytes bytes, SharedBytes gzip, std::string_view content_type) {
  const std::string type(content_type);
  const std::string etag = EtagOf(bytes.view());
  http::SharedFieldsPtr gzip_fields;
  if (!gzip.empty()) {
    // A strong validator is of the bytes themselves, and these are others (RFC 9110, 8.8.3.3).
    gzip_fields = http::ShareFields(
        {{"Content-Type", type}, {"ETag", "W/" + etag}, {"Content-Encoding", "gzip"}});
  }
  return std::make_shared<const Resource>(
      Resource{.bytes = std::move(bytes),
               .gzip = std::move(gzip),
               .etag = etag,
               .content_type = content_type,
               .fields = http::ShareFields({{"Content-Type", type}, {"ETag", etag}}),
               .gzip_fields = std::move(gzip_fields)});
}

ResourcePtr MakePlaylist(std::string text) {
  const SharedBytes bytes(std::move(text));
  return MakeResource(bytes, Gzip(bytes.text()), "application/vnd.apple.mpegurl");
}

ResourcePtr MakeMedia(SharedBytes bytes, media::MediaKind kind) {
  return MakeResource(std::move(bytes), {},
                      kind == media::MediaKind::kVideo ? "video/mp4" : "audio/mp4");
}

ResourcePtr MakeTs(SharedBytes bytes) {
  return MakeResource(std::move(bytes), {}, "video/mp2t");
}

}  // namespace weir::hls

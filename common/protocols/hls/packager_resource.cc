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

ResourcePtr MakePlaylist(std::string text) {
  Resource playlist{.bytes = SharedBytes(std::move(text)),
                    .gzip = {},
                    .etag = {},
                    .content_type = "application/vnd.apple.mpegurl"};
  playlist.gzip = Gzip(playlist.bytes.text());
  playlist.etag = EtagOf(playlist.bytes.view());
  return std::make_shared<const Resource>(std::move(playlist));
}

ResourcePtr MakeMedia(SharedBytes bytes, media::MediaKind kind) {
  std::string etag = EtagOf(bytes.view());
  return std::make_shared<const Resource>(
      Resource{.bytes = std::move(bytes),
               .gzip = {},
               .etag = std::move(etag),
               .content_type = kind == media::MediaKind::kVideo ? "video/mp4" : "audio/mp4"});
}

}  // namespace weir::hls

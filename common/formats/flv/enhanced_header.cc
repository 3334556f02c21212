#include "formats/flv/enhanced_header.h"

#include <fmt/format.h>

namespace weir::flv {
namespace {

enum class MultitrackType : uint8_t { kOneTrack = 0, kManyTracks = 1, kManyTracksManyCodecs = 2 };

SharedBytes RestOf(const ByteReader& reader, const SharedBytes& body) {
  return body.From(body.size() - reader.remaining());
}

/// Walks the tracks of the body up to track 0.
void FindTrack0(ByteReader& reader, const SharedBytes& body, MultitrackType type,
                EnhancedHeader& header) {
  header.has_track_0 = false;
  while (reader.ok() && reader.remaining() > 0) {
    if (type == MultitrackType::kManyTracksManyCodecs) header.fourcc = reader.U32();
    const uint8_t track = reader.U8();
    const size_t size =
        type == MultitrackType::kOneTrack ? reader.remaining() : size_t{reader.U24()};
    const SharedBytes rest = RestOf(reader, body);
    (void)reader.Bytes(size);
    if (track != 0 || !reader.ok()) continue;
    header.has_track_0 = true;
    header.rest = rest.Slice(0, size);
    return;
  }
}

}  // namespace

uint8_t SkipModEx(ByteReader& reader, uint8_t packet_type, const EnhancedTypes& types) {
  while (packet_type == types.mod_ex && reader.ok()) {
    size_t size = size_t{reader.U8()} + 1;
    if (size == 256) size = size_t{reader.U16()} + 1;
    (void)reader.Bytes(size);  // nanoseconds to add to the timestamp, or something newer
    packet_type = reader.U8() & 0xf;
  }
  return packet_type;
}

Result<EnhancedHeader> ReadEnhancedHeader(ByteReader& reader, const SharedBytes& body,
                                          uint8_t packet_type, const EnhancedTypes& types) {
  EnhancedHeader header{.packet_type = packet_type, .fourcc = 0, .has_track_0 = true, .rest = {}};
  if (packet_type != types.multitrack) {
    header.fourcc = reader.U32();
    header.rest = RestOf(reader, body);
  } else {
    const uint8_t both = reader.U8();
    header.packet_type = both & 0xf;
    if (header.packet_type == types.multitrack || header.packet_type == types.mod_ex)
      return Fail(ErrorCode::kMalformed, "multitrack tag within a multitrack tag");
    const auto type = static_cast<MultitrackType>(both >> 4);
    if (type > MultitrackType::kManyTracksManyCodecs)
      return Fail(ErrorCode::kUnsupported, fmt::format("multitrack type {}", both >> 4));
    if (type != MultitrackType::kManyTracksManyCodecs) header.fourcc = reader.U32();
    FindTrack0(reader, body, type, header);
  }
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "tag header is cut off");
  return header;
}

}  // namespace weir::flv

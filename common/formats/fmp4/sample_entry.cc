#include "formats/fmp4/sample_entry.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "formats/fmp4/box_writer.h"

namespace weir::fmp4 {
namespace {

struct EntryNames {
  std::string_view entry;
  std::string_view config;
};

constexpr EntryNames NamesOf(media::CodecId codec) {
  switch (codec) {
    case media::CodecId::kH264:
      return {.entry = "avc1", .config = "avcC"};
    case media::CodecId::kH265:
      return {.entry = "hvc1", .config = "hvcC"};
    case media::CodecId::kAv1:
      return {.entry = "av01", .config = "av1C"};
    case media::CodecId::kAac:
      return {.entry = "mp4a", .config = "esds"};
    case media::CodecId::kOpus:
      return {.entry = "Opus", .config = "dOps"};
  }
  return {.entry = "free", .config = "free"};
}

uint16_t Narrow(uint32_t value) {
  return static_cast<uint16_t>(std::min<uint32_t>(value, std::numeric_limits<uint16_t>::max()));
}

/// The head of an MPEG-4 descriptor (ISO/IEC 14496-1, 8.3.3), its size always in four bytes.
void WriteDescriptorHead(ByteWriter& out, uint8_t tag, size_t size) {
  out.U8(tag);
  for (int shift = 21; shift > 0; shift -= 7)
    out.U8(static_cast<uint8_t>(0x80 | ((size >> shift) & 0x7F)));
  out.U8(static_cast<uint8_t>(size & 0x7F));
}

void WriteElementaryStream(ByteWriter& out, const media::Track& track) {
  constexpr size_t kHead = 5;  // of a descriptor
  const size_t specific = kHead + track.config.size();
  const size_t decoder = 13 + specific;
  const auto bitrate = static_cast<uint32_t>(
      std::clamp<int64_t>(track.bitrate, 0, std::numeric_limits<uint32_t>::max()));
  const BoxWriter esds(out, "esds", 0, 0);
  WriteDescriptorHead(out, 0x03, 3 + kHead + decoder + kHead + 1);
  out.U16(0);  // ES_ID: 0 in a file
  out.U8(0);
  WriteDescriptorHead(out, 0x04, decoder);
  out.U8(0x40);  // MPEG-4 audio
  out.U8(0x15);  // an audio stream
  out.U24(0);    // buffer size
  out.U32(bitrate);
  out.U32(bitrate);
  WriteDescriptorHead(out, 0x05, track.config.size());
  out.Bytes(track.config.view());
  WriteDescriptorHead(out, 0x06, 1);
  out.U8(2);  // SL packet header as MP4 files have it
}

void WriteConfig(ByteWriter& out, const media::Track& track) {
  if (track.codec == media::CodecId::kAac) return WriteElementaryStream(out, track);
  const BoxWriter config(out, NamesOf(track.codec).config);
  out.Bytes(track.config.view());
}

void WriteVideoFields(ByteWriter& out, const media::Track& track) {
  out.Zeros(16);
  out.U16(Narrow(track.width));
  out.U16(Narrow(track.height));
  out.U32(0x00480000);  // 72 dpi
  out.U32(0x00480000);
  out.U32(0);
  out.U16(1);     // frame per sample
  out.Zeros(32);  // compressor's name
  out.U16(0x18);  // colour, no alpha
  out.U16(0xFFFF);
}

void WriteAudioFields(ByteWriter& out, const media::Track& track) {
  // 16.16 cannot hold more than 65,535 Hz: 0 there, and readers look into the configuration.
  const bool rate_fits = track.sample_rate <= std::numeric_limits<uint16_t>::max();
  out.Zeros(8);
  out.U16(Narrow(track.channels));
  out.U16(16);  // bits per sample
  out.U32(0);
  out.U32(rate_fits ? track.sample_rate << 16 : 0);
}

}  // namespace

void WriteSampleEntry(ByteWriter& out, const media::Track& track) {
  const BoxWriter entry(out, NamesOf(track.codec).entry);
  out.Zeros(6);
  out.U16(1);  // data reference
  if (track.kind() == media::MediaKind::kVideo) {
    WriteVideoFields(out, track);
  } else {
    WriteAudioFields(out, track);
  }
  WriteConfig(out, track);
}

}  // namespace weir::fmp4

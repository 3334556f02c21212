#include "formats/fmp4/init_segment.h"

#include <array>
#include <string_view>

#include "base/byte_writer.h"
#include "formats/fmp4/box_writer.h"
#include "formats/fmp4/sample_entry.h"

namespace weir::fmp4 {
namespace {

/// "und" in three times five bits.
constexpr uint16_t kLanguageUnknown = 0x55C4;
constexpr uint32_t kMovieTimescale = 1'000;

void WriteMatrix(ByteWriter& out) {
  constexpr std::array<uint32_t, 9> kUnity{0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
  for (const uint32_t value : kUnity)
    out.U32(value);
}

void WriteFileType(ByteWriter& out) {
  const BoxWriter ftyp(out, "ftyp");
  out.Text("iso6");
  out.U32(0);
  for (const std::string_view brand : {"iso6", "cmfc", "mp41"})
    out.Text(brand);
}

void WriteMovieHeader(ByteWriter& out, uint32_t next_id) {
  const BoxWriter mvhd(out, "mvhd", 0, 0);
  out.Zeros(8);  // creation and modification time
  out.U32(kMovieTimescale);
  out.U32(0);        // duration: that of the fragments
  out.U32(0x10000);  // rate 1.0
  out.U16(0x0100);   // volume 1.0
  out.Zeros(10);
  WriteMatrix(out);
  out.Zeros(24);
  out.U32(next_id);
}

void WriteTrackHeader(ByteWriter& out, const media::Track& track, uint32_t id) {
  constexpr uint32_t kEnabledInMovieInPreview = 7;
  const bool video = track.kind() == media::MediaKind::kVideo;
  const BoxWriter tkhd(out, "tkhd", 0, kEnabledInMovieInPreview);
  out.Zeros(8);
  out.U32(id);
  out.U32(0);
  out.U32(0);  // duration
  out.Zeros(8);
  out.U16(0);  // layer
  out.U16(0);  // alternate group
  out.U16(video ? 0 : 0x0100);
  out.U16(0);
  WriteMatrix(out);
  out.U32(video ? track.width << 16 : 0);
  out.U32(video ? track.height << 16 : 0);
}

void WriteMediaHeader(ByteWriter& out, const media::Track& track) {
  const BoxWriter mdhd(out, "mdhd", 0, 0);
  out.Zeros(8);
  out.U32(track.timescale());
  out.U32(0);
  out.U16(kLanguageUnknown);
  out.U16(0);
}

void WriteHandler(ByteWriter& out, const media::Track& track) {
  const bool video = track.kind() == media::MediaKind::kVideo;
  const BoxWriter hdlr(out, "hdlr", 0, 0);
  out.U32(0);
  out.Text(video ? "vide" : "soun");
  out.Zeros(12);
  out.Text(video ? "video" : "audio");
  out.U8(0);
}

void WriteMediaInformationHeader(ByteWriter& out, const media::Track& track) {
  if (track.kind() == media::MediaKind::kVideo) {
    const BoxWriter vmhd(out, "vmhd", 0, 1);
    out.Zeros(8);
  } else {
    const BoxWriter smhd(out, "smhd", 0, 0);
    out.Zeros(4);
  }
}

void WriteDataInformation(ByteWriter& out) {
  const BoxWriter dinf(out, "dinf");
  const BoxWriter dref(out, "dref", 0, 0);
  out.U32(1);
  constexpr uint32_t kInThisFile = 1;
  const BoxWriter url(out, "url ", 0, kInThisFile);
}

void WriteSampleTable(ByteWriter& out, const media::Track& track) {
  const BoxWriter stbl(out, "stbl");
  {
    const BoxWriter stsd(out, "stsd", 0, 0);
    out.U32(1);
    WriteSampleEntry(out, track);
  }
  for (const std::string_view type : {"stts", "stsc", "stco"}) {
    const BoxWriter empty(out, type, 0, 0);
    out.U32(0);
  }
  const BoxWriter stsz(out, "stsz", 0, 0);
  out.Zeros(8);
}

void WriteTrack(ByteWriter& out, const media::Track& track, uint32_t id) {
  const BoxWriter trak(out, "trak");
  WriteTrackHeader(out, track, id);
  const BoxWriter mdia(out, "mdia");
  WriteMediaHeader(out, track);
  WriteHandler(out, track);
  const BoxWriter minf(out, "minf");
  WriteMediaInformationHeader(out, track);
  WriteDataInformation(out);
  WriteSampleTable(out, track);
}

void WriteMovieExtends(ByteWriter& out, uint32_t next_id) {
  const BoxWriter mvex(out, "mvex");
  for (uint32_t id = kTrackId; id < next_id; ++id) {
    const BoxWriter trex(out, "trex", 0, 0);
    out.U32(id);
    out.U32(1);     // sample description
    out.Zeros(12);  // every fragment says its own durations, sizes and flags
  }
}

}  // namespace

std::vector<uint8_t> WriteInitSegment(const media::Track& track) {
  return WriteInitSegment(std::span(&track, 1));
}

std::vector<uint8_t> WriteInitSegment(std::span<const media::Track> tracks) {
  ByteWriter out;
  out.Reserve(tracks.size() * 768);
  WriteFileType(out);
  {
    const BoxWriter moov(out, "moov");
    const auto next_id = static_cast<uint32_t>(kTrackId + tracks.size());
    WriteMovieHeader(out, next_id);
    for (size_t i = 0; i < tracks.size(); ++i)
      WriteTrack(out, tracks[i], static_cast<uint32_t>(kTrackId + i));
    WriteMovieExtends(out, next_id);
  }
  return out.Take();
}

}  // namespace weir::fmp4

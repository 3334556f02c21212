#include "formats/fmp4/init_segment.h"

#include <gtest/gtest.h>

#include "support/mp4_boxes.h"

namespace weir::fmp4 {
namespace {

using test::FindBox;

media::Track Video(media::CodecId codec) {
  return {.codec = codec,
          .config = SharedBytes(std::vector<uint8_t>{1, 0x64, 0, 0x1F}),
          .codec_string = {},
          .width = 1280,
          .height = 720};
}

media::Track Audio(media::CodecId codec, uint32_t rate) {
  return {.codec = codec,
          .config = SharedBytes(std::vector<uint8_t>{0x11, 0x90}),
          .codec_string = {},
          .bitrate = 128'000,
          .sample_rate = rate,
          .channels = 2};
}

/// The sample entry's type, and its fields and boxes.
test::Mp4Box EntryOf(std::span<const uint8_t> init) {
  const auto stsd = FindBox(init, "moov/trak/mdia/minf/stbl/stsd");
  const auto entries = test::ReadBoxes(stsd.body.subspan(8));
  EXPECT_EQ(entries.size(), 1U);
  return entries.front();
}

TEST(InitSegment, HasTheBoxesOfACmafHeader) {
  const auto init = WriteInitSegment(Video(media::CodecId::kH264));
  const auto top = test::ReadBoxes(init);
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].type, "ftyp");
  EXPECT_EQ(top[1].type, "moov");
  const std::string brands(top[0].body.begin(), top[0].body.end());
  EXPECT_TRUE(brands.starts_with("iso6"));
  EXPECT_NE(brands.find("cmfc"), std::string::npos);
  for (const char* path :
       {"moov/mvhd", "moov/mvex/trex", "moov/trak/tkhd", "moov/trak/mdia/mdhd",
        "moov/trak/mdia/hdlr", "moov/trak/mdia/minf/vmhd", "moov/trak/mdia/minf/dinf/dref",
        "moov/trak/mdia/minf/stbl/stts", "moov/trak/mdia/minf/stbl/stsc",
        "moov/trak/mdia/minf/stbl/stsz", "moov/trak/mdia/minf/stbl/stco"}) {
    EXPECT_FALSE(FindBox(init, path).body.empty()) << path;
  }
}

TEST(InitSegment, HasSeveralTracksWhereAsked) {
  const std::vector<media::Track> tracks = {Video(media::CodecId::kH264),
                                            Audio(media::CodecId::kAac, 48'000)};
  const auto init = WriteInitSegment(tracks);
  std::vector<uint32_t> ids;
  for (const test::Mp4Box& box : test::ReadBoxes(FindBox(init, "moov").body)) {
    if (box.type != "trak") continue;
    ByteReader tkhd(test::ReadBoxes(box.body).front().body);
    tkhd.Bytes(12);
    ids.push_back(tkhd.U32());
  }
  EXPECT_EQ(ids, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(test::ReadBoxes(FindBox(init, "moov/mvex").body).size(), 2U);
  ByteReader mvhd(FindBox(init, "moov/mvhd").body);
  mvhd.Bytes(96);
  EXPECT_EQ(mvhd.U32(), 3U);  // next_track_ID
}

TEST(InitSegment, SaysHowLargeThePictureIsAndHowItsClockTicks) {
  const auto init = WriteInitSegment(Video(media::CodecId::kH264));
  ByteReader tkhd(FindBox(init, "moov/trak/tkhd").body);
  EXPECT_EQ(tkhd.U32(), 7U);
  tkhd.Bytes(72);
  EXPECT_EQ(tkhd.U32(), 1280U << 16);
  EXPECT_EQ(tkhd.U32(), 720U << 16);
  EXPECT_EQ(tkhd.remaining(), 0U);
  ByteReader mdhd(FindBox(init, "moov/trak/mdia/mdhd").body);
  mdhd.Bytes(12);
  EXPECT_EQ(mdhd.U32(), 90'000U);
  mdhd.U32();
  EXPECT_EQ(mdhd.U16(), 0x55C4);
}

TEST(InitSegment, NamesEachVideoCodecAndCarriesItsConfiguration) {
  const std::pair<media::CodecId, std::pair<const char*, const char*>> codecs[] = {
      {media::CodecId::kH264, {"avc1", "avcC"}},
      {media::CodecId::kH265, {"hvc1", "hvcC"}},
      {media::CodecId::kAv1, {"av01", "av1C"}}};
  for (const auto& [codec, names] : codecs) {
    const auto init = WriteInitSegment(Video(codec));
    const auto entry = EntryOf(init);
    EXPECT_EQ(entry.type, names.first);
    ByteReader fields(entry.body);
    fields.Bytes(24);
    EXPECT_EQ(fields.U16(), 1280);
    EXPECT_EQ(fields.U16(), 720);
    const auto config = FindBox(entry.body.subspan(78), names.second);
    EXPECT_EQ(std::vector<uint8_t>(config.body.begin(), config.body.end()),
              (std::vector<uint8_t>{1, 0x64, 0, 0x1F}));
  }
}

TEST(InitSegment, WrapsAacInDescriptors) {
  const auto init = WriteInitSegment(Audio(media::CodecId::kAac, 48'000));
  const auto entry = EntryOf(init);
  EXPECT_EQ(entry.type, "mp4a");
  ByteReader fields(entry.body);
  fields.Bytes(16);
  EXPECT_EQ(fields.U16(), 2);
  fields.Bytes(6);
  EXPECT_EQ(fields.U32(), 48'000U << 16);
  ByteReader esds(FindBox(entry.body.subspan(28), "esds").body);
  EXPECT_EQ(esds.U32(), 0U);
  const auto descriptor = [&esds](uint8_t tag) {
    EXPECT_EQ(esds.U8(), tag);
    uint32_t size = 0;
    for (int i = 0; i < 4; ++i)
      size = size << 7 | (esds.U8() & 0x7FU);
    return size;
  };
  const uint32_t stream = descriptor(3);
  EXPECT_EQ(stream, esds.remaining());
  esds.Bytes(3);
  const uint32_t decoder = descriptor(4);
  EXPECT_EQ(decoder, esds.remaining() - 6);
  EXPECT_EQ(esds.U8(), 0x40);
  EXPECT_EQ(esds.U8(), 0x15);
  esds.Bytes(7);
  EXPECT_EQ(esds.U32(), 128'000U);
  EXPECT_EQ(descriptor(5), 2U);
  EXPECT_EQ(esds.U16(), 0x1190);
  EXPECT_EQ(descriptor(6), 1U);
  EXPECT_EQ(esds.U8(), 2);
  EXPECT_EQ(esds.remaining(), 0U);
}

TEST(InitSegment, CarriesOpusWithItsClock) {
  const auto init = WriteInitSegment(Audio(media::CodecId::kOpus, 48'000));
  EXPECT_EQ(EntryOf(init).type, "Opus");
  EXPECT_EQ(FindBox(EntryOf(init).body.subspan(28), "dOps").body.size(), 2U);
  ByteReader mdhd(FindBox(init, "moov/trak/mdia/mdhd").body);
  mdhd.Bytes(12);
  EXPECT_EQ(mdhd.U32(), 48'000U);
}

TEST(InitSegment, LeavesTheRateOutWhereTheFieldCannotHoldIt) {
  const auto init = WriteInitSegment(Audio(media::CodecId::kAac, 96'000));
  ByteReader fields(EntryOf(init).body);
  fields.Bytes(24);
  EXPECT_EQ(fields.U32(), 0U);
  ByteReader mdhd(FindBox(init, "moov/trak/mdia/mdhd").body);
  mdhd.Bytes(12);
  EXPECT_EQ(mdhd.U32(), 96'000U);
}

}  // namespace
}  // namespace weir::fmp4

#include "formats/ts/segment.h"

#include <algorithm>
#include <random>
#include <string_view>

#include <gtest/gtest.h>

#include "media/codec_config.h"
#include "support/sample_media.h"
#include "support/ts_packets.h"

namespace weir::ts {
namespace {

using test::ReadTs;
using test::TsFile;

constexpr uint16_t kFirstPid = 0x100;
constexpr uint16_t kSecondPid = 0x101;
constexpr int64_t kFrame = 3'600;  // 25 a second
constexpr int64_t kAudioFrame = 2'089;

media::Track MakeTrack(media::CodecId codec, SharedBytes config) {
  media::Track track;
  track.codec = codec;
  track.config = std::move(config);
  return track;
}

media::Track AvcTrack() {
  return MakeTrack(media::CodecId::kH264, sample::Bytes(sample::kAvcConfig720p));
}

media::Track HevcTrack() {
  return MakeTrack(media::CodecId::kH265, sample::Bytes(sample::kHevcConfig720p));
}

media::Track AacTrack() {
  return MakeTrack(media::CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo));
}

std::vector<Unit> Video(int frames, std::span<const uint8_t> key, std::span<const uint8_t> other) {
  std::vector<Unit> units;
  for (int i = 0; i < frames; ++i) {
    const int64_t dts = 900'000 + i * kFrame;
    units.push_back({.payload = i == 0 ? key : other,
                     .dts = dts,
                     .pts = dts + (i % 3) * kFrame,
                     .duration = kFrame,
                     .key = i == 0});
  }
  return units;
}

std::vector<Unit> Audio(int frames) {
  std::vector<Unit> units;
  for (int i = 0; i < frames; ++i) {
    const int64_t dts = 900'500 + i * kAudioFrame;
    units.push_back({.payload = sample::kAacFrame,
                     .dts = dts,
                     .pts = dts,
                     .duration = kAudioFrame,
                     .key = true});
  }
  return units;
}

std::vector<uint8_t> Write(std::span<const ElementaryStream> streams, int64_t number = 7) {
  auto bytes = WriteSegment(streams, number);
  EXPECT_TRUE(bytes.has_value());
  return bytes ? *bytes : std::vector<uint8_t>();
}

/// What follows the start codes of a byte stream.
std::vector<std::vector<uint8_t>> NalsOf(const std::vector<uint8_t>& bytes) {
  std::vector<std::vector<uint8_t>> nals;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  constexpr std::string_view kStart("\0\0\0\1", 4);
  for (size_t at = text.find(kStart); at != std::string_view::npos;) {
    const size_t next = text.find(kStart, at + 4);
    const auto nal = text.substr(at + 4, next == std::string_view::npos ? next : next - at - 4);
    nals.emplace_back(nal.begin(), nal.end());
    at = next;
  }
  return nals;
}

TEST(TsSegment, BringsBackEveryFrameOfVideoAndAudio) {
  const media::Track video = AvcTrack();
  const media::Track audio = AacTrack();
  const std::vector<ElementaryStream> streams{
      {.track = &video, .units = Video(50, sample::kAvcKeyFrame720p, sample::kAvcFrame720p)},
      {.track = &audio, .units = Audio(86)}};
  const std::vector<uint8_t> bytes = Write(streams);
  TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.stream_types,
            (std::map<uint16_t, uint8_t>{{kFirstPid, 0x1B}, {kSecondPid, 0x0F}}));
  EXPECT_EQ(file.clock_pid, kFirstPid);

  const auto& pictures = file.pes[kFirstPid];
  ASSERT_EQ(pictures.size(), 50U);
  for (size_t i = 0; i < pictures.size(); ++i) {
    EXPECT_EQ(pictures[i].dts - pictures[0].dts, streams[0].units[i].dts - 900'000);
    EXPECT_EQ(pictures[i].pts - pictures[0].dts, streams[0].units[i].pts - 900'000);
    EXPECT_EQ(pictures[i].random_access, i == 0);
    EXPECT_EQ(pictures[i].told_size, pictures[i].real_size);
  }
  const auto nals = NalsOf(pictures[0].payload);
  ASSERT_EQ(nals.size(), 4U);
  EXPECT_EQ(nals[0], (std::vector<uint8_t>{0x09, 0xF0}));
  EXPECT_EQ(nals[1].front(), 0x67);
  EXPECT_EQ(nals[2].front(), 0x68);
  EXPECT_TRUE(std::equal(nals[3].begin(), nals[3].end(), sample::kAvcKeyFrame720p.begin() + 4,
                         sample::kAvcKeyFrame720p.end()));
  EXPECT_EQ(NalsOf(pictures[1].payload).size(), 2U);
}

TEST(TsSegment, PutsAnAdtsHeaderBeforeEachFrameOfSound) {
  const media::Track audio = AacTrack();
  const std::vector<ElementaryStream> streams{{.track = &audio, .units = Audio(20)}};
  const std::vector<uint8_t> bytes = Write(streams);
  TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  const auto& packets = file.pes[kFirstPid];
  ASSERT_LT(packets.size(), 20U);  // several frames in each
  size_t frames = 0;
  for (const test::TsPes& pes : packets) {
    EXPECT_EQ(pes.pts - packets[0].pts, static_cast<int64_t>(frames) * kAudioFrame);
    std::span<const uint8_t> rest(pes.payload);
    while (rest.size() >= 7) {
      // Syncword, LC at 44.1 kHz, two channels.
      ASSERT_EQ(rest[0], 0xFF);
      ASSERT_EQ(rest[1], 0xF1);
      ASSERT_EQ(rest[2], 0x50);
      ASSERT_EQ(rest[3] >> 6, 2);
      const size_t size = static_cast<size_t>((rest[3] & 3) << 11 | rest[4] << 3 | rest[5] >> 5);
      ASSERT_EQ(size, sample::kAacFrame.size() + 7);
      EXPECT_TRUE(std::equal(sample::kAacFrame.begin(), sample::kAacFrame.end(), rest.begin() + 7));
      rest = rest.subspan(size);
      ++frames;
    }
    EXPECT_TRUE(rest.empty());
  }
  EXPECT_EQ(frames, 20U);
}

TEST(TsSegment, CarriesHevc) {
  const media::Track video = HevcTrack();
  const std::vector<ElementaryStream> streams{
      {.track = &video, .units = Video(3, sample::kHevcKeyFrame720p, sample::kHevcFrame720p)}};
  const std::vector<uint8_t> bytes = Write(streams);
  TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.stream_types[kFirstPid], 0x24);
  std::vector<int> types;
  for (const auto& nal : NalsOf(file.pes[kFirstPid].at(0).payload))
    types.push_back(nal.front() >> 1);
  EXPECT_EQ(types, (std::vector<int>{35, 32, 33, 34, 20}));
}

/// Counters of a PID go up by one from packet to packet, also over the ends of segments.
TEST(TsSegment, CountersGoOnFromSegmentToSegment) {
  const media::Track video = AvcTrack();
  const media::Track audio = AacTrack();
  std::map<uint16_t, uint8_t> next;
  for (int64_t number = 13; number < 20; ++number) {
    const int size = 1 + static_cast<int>(number % 4);
    const std::vector<ElementaryStream> streams{
        {.track = &video, .units = Video(size, sample::kAvcKeyFrame720p, sample::kAvcFrame720p)},
        {.track = &audio, .units = Audio(size - 1)}};
    const std::vector<uint8_t> bytes = Write(streams, number);
    const TsFile file = ReadTs(bytes);
    EXPECT_EQ(file.faults, std::vector<std::string>{});
    for (const test::TsPacket& packet : file.packets) {
      EXPECT_FALSE(packet.discontinuity);
      if (!packet.has_payload) continue;
      const auto expected = next.find(packet.pid);
      if (expected != next.end()) {
        EXPECT_EQ(packet.counter, expected->second) << packet.pid;
      }
      next[packet.pid] = (packet.counter + 1) & 15;
    }
  }
  EXPECT_EQ(next.size(), 4U);
}

TEST(TsSegment, TellsTheClockEveryTenthOfASecond) {
  const media::Track video = AvcTrack();
  const media::Track audio = AacTrack();
  std::vector<Unit> slow;  // one picture a second
  for (int i = 0; i < 4; ++i) {
    slow.push_back({.payload = sample::kAvcKeyFrame720p,
                    .dts = 900'000 + i * 90'000,
                    .pts = 900'000 + i * 90'000,
                    .duration = 90'000,
                    .key = true});
  }
  const std::vector<ElementaryStream> streams{{.track = &video, .units = slow},
                                              {.track = &audio, .units = Audio(172)}};
  const std::vector<uint8_t> bytes = Write(streams);
  const TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  std::optional<int64_t> last;
  for (const test::TsPacket& packet : file.packets) {
    if (!packet.clock) continue;
    EXPECT_EQ(packet.pid, file.clock_pid);
    if (last) {
      EXPECT_GT(*packet.clock, *last);
      EXPECT_LE(*packet.clock - *last, 9'000);
    }
    last = packet.clock;
  }
  // Up to the end, where the next segment's begins.
  ASSERT_TRUE(last);
  EXPECT_GE(*last, 900'000 + 4 * 90'000 - 9'000);
}

TEST(TsSegment, LeavesTheReceiverTimeBeforeItDecodes) {
  const media::Track video = AvcTrack();
  const std::vector<ElementaryStream> streams{
      {.track = &video, .units = Video(10, sample::kAvcKeyFrame720p, sample::kAvcFrame720p)}};
  const std::vector<uint8_t> bytes = Write(streams);
  TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.packets[2].clock, 900'000);
  EXPECT_EQ(file.pes[kFirstPid][0].dts, 900'000 + 63'000);
}

TEST(TsSegment, TimesWrapAfter33Bits) {
  const media::Track audio = AacTrack();
  const int64_t far = (int64_t{1} << 33) - 63'000 + 12;
  const std::vector<ElementaryStream> streams{
      {.track = &audio,
       .units = {
           {.payload = sample::kAacFrame, .dts = far, .pts = far, .duration = 1, .key = true}}}};
  const std::vector<uint8_t> bytes = Write(streams);
  TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.pes[kFirstPid].at(0).pts, 12);
  EXPECT_EQ(file.packets[2].clock, far);
}

/// Whatever the sizes, down to a frame of one byte that must fill sixteen packets.
TEST(TsSegment, FillsPacketsWhateverTheSizes) {
  const media::Track video = AvcTrack();
  const media::Track audio = AacTrack();
  std::mt19937 random(1);
  for (int round = 0; round < 400; ++round) {
    std::vector<std::vector<uint8_t>> payloads;
    for (int i = 0; i < 4; ++i)
      payloads.emplace_back(1 + random() % (round % 2 == 0 ? 200 : 3'000), 0x55);
    std::vector<ElementaryStream> streams{{.track = &audio}};
    for (int i = 0; i < 4; ++i) {
      const int64_t dts = i * (round % 3 == 0 ? kAudioFrame : 20'000);
      streams[0].units.push_back({.payload = payloads[static_cast<size_t>(i)],
                                  .dts = dts,
                                  .pts = dts,
                                  .duration = kAudioFrame,
                                  .key = true});
    }
    const std::vector<uint8_t> bytes = Write(streams);
    TsFile file = ReadTs(bytes);
    ASSERT_EQ(file.faults, std::vector<std::string>{}) << round;
    std::vector<uint8_t> sound;
    for (const test::TsPes& pes : file.pes[kFirstPid])
      sound.insert(sound.end(), pes.payload.begin(), pes.payload.end());
    size_t expected = 0;
    for (const auto& payload : payloads)
      expected += payload.size() + 7;
    ASSERT_EQ(sound.size(), expected);
  }
}

TEST(TsSegment, KnowsWhatItCannotCarry) {
  EXPECT_TRUE(CanCarry(AvcTrack()));
  EXPECT_TRUE(CanCarry(HevcTrack()));
  EXPECT_TRUE(CanCarry(AacTrack()));
  EXPECT_FALSE(CanCarry(MakeTrack(media::CodecId::kOpus, sample::Bytes(sample::kOpusHeadStereo))));
  EXPECT_FALSE(CanCarry(MakeTrack(media::CodecId::kAv1, sample::Bytes(sample::kAv1Config720p))));
  EXPECT_FALSE(
      CanCarry(MakeTrack(media::CodecId::kH264, SharedBytes(std::vector<uint8_t>{1, 2, 3}))));
  // 960 samples in a frame; a rate written out; channels listed one by one.
  for (const std::vector<uint8_t>& config :
       {std::vector<uint8_t>{0x12, 0x14}, {0x17, 0x80, 0x56, 0x22, 0x10}, {0x12, 0x00}}) {
    EXPECT_FALSE(CanCarry(MakeTrack(media::CodecId::kAac, SharedBytes(config))));
  }
}

TEST(TsSegment, SaysSoWhenAFrameIsTooLongForAdts) {
  const media::Track audio = AacTrack();
  const std::vector<uint8_t> frame(8'192, 0);
  const std::vector<ElementaryStream> streams{
      {.track = &audio, .units = {{.payload = frame, .duration = 1, .key = true}}}};
  const auto bytes = WriteSegment(streams, 1);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, ErrorCode::kUnsupported);
}

/// A track that has stopped stays in the map, so that nothing changes for the player.
TEST(TsSegment, ListsATrackThatHasNothing) {
  const media::Track video = AvcTrack();
  const media::Track audio = AacTrack();
  const std::vector<ElementaryStream> streams{
      {.track = &video, .units = Video(2, sample::kAvcKeyFrame720p, sample::kAvcFrame720p)},
      {.track = &audio}};
  const std::vector<uint8_t> bytes = Write(streams);
  const TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.stream_types.size(), 2U);
}

TEST(TsSegment, HasAStreamForItsTags) {
  const media::Track video = AvcTrack();
  const std::vector<ElementaryStream> streams{
      {.track = &video, .units = Video(50, sample::kAvcKeyFrame720p, sample::kAvcFrame720p)}};
  const std::vector<uint8_t> first(300, 1);
  const std::vector<uint8_t> second{'I', 'D', '3'};
  const int64_t at = streams[0].units[10].pts;
  const std::vector<TimedTag> tags{{.pts = at, .tag = first}, {.pts = at + 1, .tag = second}};
  const auto bytes = WriteSegment(streams, 7, tags);
  ASSERT_TRUE(bytes);
  TsFile file = ReadTs(*bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  constexpr uint16_t kTagPid = 0x180;
  EXPECT_EQ(file.stream_types, (std::map<uint16_t, uint8_t>{{kFirstPid, 0x1B}, {kTagPid, 0x15}}));
  ASSERT_EQ(file.pes[kTagPid].size(), 2U);
  EXPECT_EQ(file.pes[kTagPid][0].payload, first);
  EXPECT_EQ(file.pes[kTagPid][1].payload, second);
  EXPECT_EQ(file.pes[kTagPid][0].pts, file.pes[kFirstPid][10].pts);
  EXPECT_EQ(file.by_pid[kTagPid].size() % 16, 0U) << "a whole round of counters";
  EXPECT_EQ(file.pes[kFirstPid].size(), 50U);
}

}  // namespace
}  // namespace weir::ts

#include "formats/ts/stream_writer.h"

#include <memory>

#include <gtest/gtest.h>

#include "media/codec_config.h"
#include "support/sample_media.h"
#include "support/ts_packets.h"

namespace weir::ts {
namespace {

using media::CodecId;
using test::ReadTs;
using test::TsFile;
using test::TsPacket;

constexpr uint16_t kFirstPid = 0x100;
constexpr uint16_t kSecondPid = 0x101;

media::Track TrackOf(media::TrackId id, CodecId codec, const SharedBytes& config) {
  auto track = media::ReadCodecConfig(codec, id, config);
  EXPECT_TRUE(track.has_value());
  return track.value_or(media::Track{});
}

media::Track Avc(media::TrackId id = 0) {
  return TrackOf(id, CodecId::kH264, sample::Bytes(sample::kAvcConfig720p));
}

media::Track Aac(media::TrackId id = 1) {
  return TrackOf(id, CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo));
}

media::Frame Frame(const media::Track& track, int64_t ms, bool key, int64_t composition_ms = 0) {
  media::Frame frame;
  frame.track = track.id;
  frame.dts = FromTicks<1000>(ms);
  frame.pts = FromTicks<1000>(ms + composition_ms);
  frame.key = key;
  if (track.kind() == media::MediaKind::kVideo)
    frame.payload =
        key ? sample::Bytes(sample::kAvcKeyFrame720p) : sample::Bytes(sample::kAvcFrame720p);
  else
    frame.payload = sample::Bytes(sample::kAacFrame);
  return frame;
}

/// Four seconds of 25 pictures with their sound, a key frame each second.
std::vector<uint8_t> WriteSome(StreamWriter& writer) {
  std::vector<uint8_t> out;
  for (int64_t i = 0; i < 100; ++i) {
    EXPECT_TRUE(writer.Write(Frame(Avc(), i * 40, i % 25 == 0, i % 3 * 40), out));
    EXPECT_TRUE(writer.Write(Frame(Aac(), i * 40 + 10, true), out));
  }
  return out;
}

/// Continuity counters of `pid` that do not follow each other.
int CounterFaults(const TsFile& file, uint16_t pid) {
  int faults = 0;
  std::optional<uint8_t> last;
  for (const TsPacket& packet : file.by_pid.at(pid)) {
    if (!packet.has_payload) continue;
    if (last && packet.counter != ((*last + 1) & 15)) ++faults;
    last = packet.counter;
  }
  return faults;
}

TEST(TsStreamWriter, BringsBackEveryFrame) {
  auto writer = StreamWriter::For({Avc(), Aac()});
  ASSERT_TRUE(writer);
  const std::vector<uint8_t> bytes = WriteSome(*writer);
  TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.stream_types,
            (std::map<uint16_t, uint8_t>{{kFirstPid, 0x1B}, {kSecondPid, 0x0F}}));
  EXPECT_EQ(file.clock_pid, kFirstPid);
  ASSERT_EQ(file.pes[kFirstPid].size(), 100U);
  ASSERT_EQ(file.pes[kSecondPid].size(), 100U);
  const int64_t first = file.pes[kFirstPid][0].dts;
  for (int64_t i = 0; i < 100; ++i) {
    const auto& picture = file.pes[kFirstPid][static_cast<size_t>(i)];
    EXPECT_EQ(picture.dts - first, i * 3'600);
    EXPECT_EQ(picture.pts - picture.dts, i % 3 * 3'600);
    EXPECT_EQ(picture.random_access, i % 25 == 0);
    EXPECT_EQ(file.pes[kSecondPid][static_cast<size_t>(i)].pts - first, i * 3'600 + 900);
  }
  for (const uint16_t pid : {uint16_t{0}, file.map_pid, kFirstPid, kSecondPid})
    EXPECT_EQ(CounterFaults(file, pid), 0) << pid;
}

TEST(TsStreamWriter, TellsTablesAndClockAllTheTime) {
  auto writer = StreamWriter::For({Avc(), Aac()});
  ASSERT_TRUE(writer);
  const std::vector<uint8_t> bytes = WriteSome(*writer);
  const TsFile file = ReadTs(bytes);
  std::optional<int64_t> clock;
  int64_t tables_at = 0;
  for (size_t i = 0; i < file.packets.size(); ++i) {
    const TsPacket& packet = file.packets[i];
    if (packet.clock) {
      if (clock) {
        EXPECT_GT(*packet.clock, *clock);
        EXPECT_LE(*packet.clock - *clock, 9'000);
      }
      clock = packet.clock;
    }
    if (packet.pid == 0) {
      EXPECT_LE(clock.value_or(0) - tables_at, 12'000);
      tables_at = clock.value_or(0);
      EXPECT_EQ(file.packets[i + 1].pid, file.map_pid);
    }
    // Whoever tunes in at a key frame has the tables first.
    if (packet.pid == kFirstPid && packet.random_access) {
      EXPECT_EQ(file.packets[i - 1].pid, file.map_pid);
    }
  }
}

TEST(TsStreamWriter, SoundAloneBearsTheClock) {
  auto writer = StreamWriter::For({Aac()});
  ASSERT_TRUE(writer);
  std::vector<uint8_t> bytes;
  for (int64_t i = 0; i < 20; ++i)
    ASSERT_TRUE(writer->Write(Frame(Aac(), i * 23, true), bytes));
  const TsFile file = ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.clock_pid, kFirstPid);
  EXPECT_TRUE(file.by_pid.at(kFirstPid).front().clock);
}

TEST(TsStreamWriter, ThePictureBearsTheClockWhereverItStands) {
  auto writer = StreamWriter::For({Aac(7), Avc(9)});
  ASSERT_TRUE(writer);
  std::vector<uint8_t> bytes;
  ASSERT_TRUE(writer->Write(Frame(Avc(9), 0, true), bytes));
  EXPECT_EQ(ReadTs(bytes).clock_pid, kSecondPid);
}

TEST(TsStreamWriter, TheClockNeverGoesBack) {
  auto writer = StreamWriter::For({Avc(), Aac()});
  ASSERT_TRUE(writer);
  std::vector<uint8_t> bytes;
  ASSERT_TRUE(writer->Write(Frame(Avc(), 0, true), bytes));
  ASSERT_TRUE(writer->Write(Frame(Aac(), 500, true), bytes));  // early
  ASSERT_TRUE(writer->Write(Frame(Avc(), 40, false), bytes));
  const TsFile file = ReadTs(bytes);
  int64_t clock = -1;
  for (const TsPacket& packet : file.packets) {
    if (!packet.clock) continue;
    EXPECT_GT(*packet.clock, clock);
    clock = *packet.clock;
  }
  EXPECT_EQ(clock, 45'000);
}

TEST(TsStreamWriter, AnotherConfigurationGetsAnotherMapAndGoesOnCounting) {
  auto writer = StreamWriter::For({Avc(), Aac()});
  ASSERT_TRUE(writer);
  std::vector<uint8_t> bytes = WriteSome(*writer);
  const auto map_version = [](const TsFile& file, size_t i) {
    return file.by_pid.at(file.map_pid).at(i).payload[6] >> 1 & 31;
  };
  const TsFile before = ReadTs(bytes);
  const size_t maps = before.by_pid.at(before.map_pid).size();
  ASSERT_TRUE(
      writer->Change({TrackOf(0, CodecId::kH264, sample::Bytes(sample::kAvcConfig1080p)), Aac()}));
  ASSERT_TRUE(writer->Write(Frame(Avc(), 4'001, false), bytes));
  TsFile after = ReadTs(bytes);
  EXPECT_EQ(after.faults, std::vector<std::string>{});
  EXPECT_NE(map_version(after, maps), map_version(after, 0));
  EXPECT_EQ(CounterFaults(after, kFirstPid), 0);
  EXPECT_FALSE(writer->Change({TrackOf(0, CodecId::kAv1, sample::Bytes(sample::kAv1Config720p))}))
      << "AV1 has no place in a transport stream";
  EXPECT_TRUE(writer->Write(Frame(Avc(), 4'041, false), bytes)) << "the refused change did harm";
}

TEST(TsStreamWriter, OpusIsAnnouncedAndFramed) {
  const media::Track opus = TrackOf(3, CodecId::kOpus, sample::Bytes(sample::kOpusHeadSurround));
  ASSERT_TRUE(StreamWriter::CanCarry(opus));
  auto writer = StreamWriter::For({opus});
  ASSERT_TRUE(writer);
  media::Frame frame;
  frame.track = 3;
  frame.key = true;
  frame.payload = SharedBytes(std::vector<uint8_t>(300, 0xAB));
  std::vector<uint8_t> bytes;
  ASSERT_TRUE(writer->Write(frame, bytes));
  TsFile file = ReadTs(bytes);
  const auto section = file.packets[1].payload;
  const std::string_view text(reinterpret_cast<const char*>(section.data()), section.size());
  EXPECT_NE(text.find("\x05\x04Opus\x7F\x02\x80\x06"), std::string_view::npos);
  const auto packets = file.by_pid.at(kFirstPid);
  std::vector<uint8_t> pes;
  for (const TsPacket& packet : packets)
    pes.insert(pes.end(), packet.payload.begin(), packet.payload.end());
  EXPECT_EQ(pes[3], 0xBD);
  const size_t at = 9U + pes[8];
  EXPECT_EQ((std::vector<uint8_t>(pes.begin() + static_cast<ptrdiff_t>(at),
                                  pes.begin() + static_cast<ptrdiff_t>(at) + 5)),
            (std::vector<uint8_t>{0x7F, 0xE0, 0xFF, 45, 0xAB}));
  EXPECT_EQ(pes.size(), at + 4 + 300);
}

TEST(TsStreamWriter, RefusesWhatItCannotCarry) {
  EXPECT_FALSE(
      StreamWriter::For({TrackOf(0, CodecId::kAv1, sample::Bytes(sample::kAv1Config720p))}));
  auto writer = StreamWriter::For({Aac()});
  ASSERT_TRUE(writer);
  std::vector<uint8_t> bytes;
  EXPECT_FALSE(writer->Write(Frame(Avc(), 0, true), bytes)) << "another track";
  media::Frame huge = Frame(Aac(), 0, true);
  huge.payload = SharedBytes(std::vector<uint8_t>(9'000));
  EXPECT_FALSE(writer->Write(huge, bytes));
  EXPECT_TRUE(bytes.empty());
}

}  // namespace
}  // namespace weir::ts

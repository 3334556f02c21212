#include "protocols/relay/message_reader.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "protocols/relay/frame_head.h"
#include "protocols/relay/message_writer.h"

namespace weir::relay {
namespace {

/// Writes down all that is found.
class Log final : public MessageReader::Sink {
 public:
  Status OnVersion(uint8_t version) override {
    lines.push_back("version " + std::to_string(version));
    return {};
  }

  Status OnMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body) override {
    lines.push_back(std::to_string(static_cast<int>(type)) + " " + std::to_string(channel) + " " +
                    std::string(body.begin(), body.end()));
    return {};
  }

  Status OnFrame(uint32_t channel, media::Frame frame) override {
    lines.push_back("frame " + std::to_string(channel) + " " + std::string(frame.payload.text()));
    frames.push_back(std::move(frame));
    return {};
  }

  std::vector<std::string> lines;
  std::vector<media::Frame> frames;
};

media::Frame SampleFrame(std::string payload) {
  media::Frame frame;
  frame.track = 3;
  frame.dts = MediaTime(-5);
  frame.pts = MediaTime(1'000'000'000'000);
  frame.duration = MediaTime(77);
  frame.key = true;
  frame.mark = media::SegmentMark{.number = 42, .utc = UtcTime(std::chrono::microseconds(12345))};
  frame.payload = SharedBytes(std::move(payload));
  return frame;
}

void Append(std::vector<uint8_t>& bytes, std::span<const uint8_t> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

void AppendFrame(std::vector<uint8_t>& bytes, uint32_t channel, const media::Frame& frame) {
  Append(bytes, WriteFrameHead(channel, frame));
  Append(bytes, frame.payload.view());
}

std::vector<uint8_t> Head(uint32_t length, uint8_t type, uint8_t flags = 0) {
  ByteWriter writer;
  writer.U32(length);
  writer.U8(type);
  writer.U8(flags);
  writer.U16(0);
  writer.U32(1);
  return writer.Take();
}

std::vector<uint8_t> SampleConversation() {
  std::vector<uint8_t> bytes;
  Append(bytes, WritePreamble().view());
  Append(bytes, WriteMessage(MessageType::kPing, 0).view());
  Append(bytes,
         WriteMessage(MessageType::kStats, 9, SharedBytes(std::string("body")).view()).view());
  AppendFrame(bytes, 9, SampleFrame(std::string(5000, 'p')));
  Append(bytes, Head(3, 200, kOptional));
  Append(bytes, std::vector<uint8_t>{1, 2, 3});
  Append(bytes, Head(0, 201, kOptional));
  AppendFrame(bytes, 10, SampleFrame("q"));
  Append(bytes, WriteMessage(MessageType::kGap, 10).view());
  return bytes;
}

const std::vector<std::string> kSampleLines{
    "version 1", "64 0 ", "19 9 body", "frame 9 " + std::string(5000, 'p'), "frame 10 q", "34 10 "};

Status FeedAfterPreamble(const MessageReader::Limits& limits, std::span<const uint8_t> bytes) {
  Log log;
  MessageReader reader(log);
  reader.SetLimits(limits);
  if (const Status status = reader.Feed(WritePreamble().view()); !status) return status;
  return reader.Feed(bytes);
}

class AnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(AnyChunking, FindsTheSameMessages) {
  Log log;
  MessageReader reader(log);
  reader.SetLimits({.control_max = 100, .frame_max = 5000});
  const std::vector<uint8_t> bytes = SampleConversation();
  for (size_t at = 0; at < bytes.size(); at += GetParam())
    ASSERT_TRUE(reader.Feed(std::span(bytes).subspan(at, std::min(GetParam(), bytes.size() - at))));
  EXPECT_EQ(log.lines, kSampleLines);
}

INSTANTIATE_TEST_SUITE_P(Sizes, AnyChunking,
                         ::testing::Values(1, 2, 7, 12, 13, 59, 61, 4096, 9999));

TEST(MessageReader, CarriesEveryFieldOfAFrame) {
  Log log;
  MessageReader reader(log);
  reader.SetLimits({.frame_max = 5000});
  ASSERT_TRUE(reader.Feed(SampleConversation()));
  const media::Frame& frame = log.frames.at(1);
  const media::Frame sent = SampleFrame("q");
  EXPECT_EQ(frame.track, sent.track);
  EXPECT_EQ(frame.dts, sent.dts);
  EXPECT_EQ(frame.pts, sent.pts);
  EXPECT_EQ(frame.duration, sent.duration);
  EXPECT_TRUE(frame.key);
  ASSERT_TRUE(frame.mark);
  EXPECT_EQ(frame.mark->number, 42);
  EXPECT_EQ(frame.mark->utc, sent.mark->utc);
}

TEST(MessageReader, RefusesToTalkWithoutTheMagic) {
  Log log;
  MessageReader reader(log);
  const Status status = reader.Feed(std::vector<uint8_t>{'G', 'E', 'T', ' ', '/', ' ', 'H', 'T'});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kMalformed);
  EXPECT_TRUE(log.lines.empty());
}

TEST(MessageReader, RefusesAMessageOneByteOverItsLimit) {
  const MessageReader::Limits limits{.control_max = 100, .frame_max = 100};
  EXPECT_TRUE(FeedAfterPreamble(limits, Head(100, 19)));
  EXPECT_EQ(FeedAfterPreamble(limits, Head(101, 19)).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(FeedAfterPreamble(limits, Head(101, 200, kOptional)).error().code,
            ErrorCode::kLimitExceeded);
  EXPECT_TRUE(FeedAfterPreamble(limits, Head(148, 33)));
  EXPECT_EQ(FeedAfterPreamble(limits, Head(149, 33)).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(FeedAfterPreamble(limits, Head(0xffffffff, 33)).error().code,
            ErrorCode::kLimitExceeded);
}

TEST(MessageReader, RefusesAFrameWithoutPayload) {
  const MessageReader::Limits limits{.frame_max = 100};
  EXPECT_EQ(FeedAfterPreamble(limits, Head(48, 33)).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(FeedAfterPreamble(limits, Head(0, 33)).error().code, ErrorCode::kMalformed);
}

TEST(MessageReader, RefusesAnUnknownMessageThatIsNotOptional) {
  EXPECT_EQ(FeedAfterPreamble({}, Head(3, 200)).error().code, ErrorCode::kUnsupported);
}

TEST(MessageReader, RefusesTimesThatWouldOverflow) {
  for (const auto spoil : std::vector<void (*)(media::Frame&)>{
           [](media::Frame& frame) { frame.dts = MediaTime::max(); },
           [](media::Frame& frame) { frame.pts = MediaTime::min(); },
           [](media::Frame& frame) { frame.duration = MediaTime(-1); },
           [](media::Frame& frame) { frame.duration = MediaTime::max(); },
           [](media::Frame& frame) { frame.mark->number = -1; },
           [](media::Frame& frame) { frame.mark->utc = UtcTime::max(); }}) {
    media::Frame frame = SampleFrame("x");
    spoil(frame);
    std::vector<uint8_t> bytes;
    AppendFrame(bytes, 1, frame);
    EXPECT_EQ(FeedAfterPreamble({.frame_max = 100}, bytes).error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace weir::relay

#include "protocols/rtmp/chunk_reader.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "protocols/rtmp/chunk_writer.h"
#include "support/recording_output.h"
#include "unit/protocols/rtmp/publisher.h"

namespace weir::rtmp {
namespace {

using testing::RecordingOutput;

Bytes Pattern(size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  return bytes;
}

/// A header of format 0 on a one-byte chunk stream id.
Bytes Header(uint8_t id, uint32_t timestamp, uint32_t length, MessageType type) {
  ByteWriter bytes;
  bytes.U8(id);
  bytes.U24(timestamp);
  bytes.U24(length);
  bytes.U8(static_cast<uint8_t>(type));
  bytes.U32(0x01000000);
  return bytes.Take();
}

Bytes Join(std::initializer_list<Bytes> parts) {
  Bytes joined;
  for (const Bytes& part : parts)
    joined.insert(joined.end(), part.begin(), part.end());
  return joined;
}

Bytes SetChunkSize(uint32_t size) {
  ByteWriter payload;
  payload.U32(size);
  return Join({Header(2, 0, 4, MessageType::kSetChunkSize), payload.Take()});
}

struct Outcome {
  Status status;
  std::vector<Message> messages;
};

Outcome ReadIn(const Bytes& bytes, size_t piece_size, ChunkLimits limits = {}) {
  MessageList list;
  ChunkReader reader(list, limits);
  Outcome outcome;
  for (size_t offset = 0; offset < bytes.size() && outcome.status; offset += piece_size)
    outcome.status =
        reader.Feed(std::span(bytes).subspan(offset, std::min(piece_size, bytes.size() - offset)));
  outcome.messages = std::move(list.messages);
  return outcome;
}

Outcome ReadWhole(const Bytes& bytes, ChunkLimits limits = {}) {
  return ReadIn(bytes, std::max<size_t>(1, bytes.size()), limits);
}

ErrorCode CodeOf(const Bytes& bytes, ChunkLimits limits = {}) {
  const Outcome outcome = ReadWhole(bytes, limits);
  return outcome.status ? ErrorCode::kEnded : outcome.status.error().code;
}

void ExpectSame(const std::vector<Message>& left, const std::vector<Message>& right) {
  ASSERT_EQ(left.size(), right.size());
  for (size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].type, right[i].type);
    EXPECT_EQ(left[i].stream_id, right[i].stream_id);
    EXPECT_EQ(left[i].timestamp, right[i].timestamp);
    EXPECT_EQ(left[i].payload.text(), right[i].payload.text());
  }
}

/// Every size around the chunk sizes, times that step forward, backward, far and past 2^32.
std::vector<Message> Various() {
  std::vector<Message> messages;
  const std::vector<uint32_t> times{0,          40,        40,         20,   0xfffffe, 0xffffff,
                                    0x01000000, 0x1000040, 0xfffffff0, 0x10, 0x20};
  for (const uint32_t time : times) {
    for (const size_t size : std::vector<size_t>{1, 127, 128, 129, 700, 5000}) {
      messages.push_back({.type = size % 2 == 0 ? MessageType::kVideo : MessageType::kAudio,
                          .stream_id = 1,
                          .timestamp = time,
                          .payload = SharedBytes(Pattern(size))});
    }
  }
  return messages;
}

class ChunksInAnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(ChunksInAnyChunking, WhatTheWriterWritesIsReadBack) {
  for (const uint32_t chunk_size : {128U, 4096U, 60'000U}) {
    RecordingOutput output;
    ChunkWriter writer(output);
    writer.SetChunkSize(chunk_size);
    for (const Message& message : Various())
      writer.Write(
          message.type == MessageType::kVideo ? ChunkStreamId::kVideo : ChunkStreamId::kAudio,
          message);
    Outcome outcome = ReadIn(output.written, GetParam());
    ASSERT_TRUE(outcome.status) << outcome.status.error().detail;
    outcome.messages.erase(outcome.messages.begin());
    ExpectSame(outcome.messages, Various());
  }
}

TEST_P(ChunksInAnyChunking, ARecordedSessionGivesTheSameMessages) {
  Bytes capture = ReadCapture("ffmpeg_publish.bin");
  capture.erase(capture.begin(), capture.begin() + 1 + 2 * 1536);
  const Outcome whole = ReadWhole(capture);
  ASSERT_TRUE(whole.status);
  EXPECT_EQ(whole.messages.size(), 127U);
  ExpectSame(ReadIn(capture, GetParam()).messages, whole.messages);
}

TEST_P(ChunksInAnyChunking, APeerThatDoesNotRepeatExtendedTimestampsIsUnderstood) {
  ByteWriter extended;
  extended.U32(0x01020304);
  for (const size_t size : std::vector<size_t>{129, 130, 131, 132, 300}) {
    Bytes payload = Pattern(size);
    payload[128] = 0x01;  // looks like the first byte of the timestamp
    Bytes bytes = Join({Header(4, 0xffffff, static_cast<uint32_t>(size), MessageType::kVideo),
                        Bytes(extended.view().begin(), extended.view().end())});
    for (size_t offset = 0; offset < size; offset += 128) {
      if (offset > 0) bytes.push_back(0xc4);
      bytes.insert(bytes.end(), payload.begin() + static_cast<ptrdiff_t>(offset),
                   payload.begin() + static_cast<ptrdiff_t>(std::min(size, offset + 128)));
    }
    const Bytes next = Join({Header(5, 7, 1, MessageType::kAudio), {0xaa}});
    bytes.insert(bytes.end(), next.begin(), next.end());
    const Outcome outcome = ReadIn(bytes, GetParam());
    ASSERT_TRUE(outcome.status) << outcome.status.error().detail;
    ASSERT_EQ(outcome.messages.size(), 2U) << size;
    EXPECT_EQ(outcome.messages[0].timestamp, 0x01020304U);
    EXPECT_EQ(outcome.messages[0].payload.text(), SharedBytes(payload).text());
    EXPECT_EQ(outcome.messages[1].timestamp, 7U);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, ChunksInAnyChunking,
                         ::testing::Values(1, 2, 3, 11, 127, 129, 4096));

TEST(ChunkReader, AllFormsOfChunkStreamIdsAreTakenApart) {
  const Bytes tail(Header(0, 5, 1, MessageType::kVideo));
  const auto with_id = [&tail](Bytes id) {
    id.insert(id.end(), tail.begin() + 1, tail.end());
    id.push_back(0xee);
    return id;
  };
  const Outcome outcome = ReadWhole(Join({with_id({0x3f}), with_id({0x00, 0x00}),
                                          with_id({0x00, 0xff}), with_id({0x01, 0xff, 0xff})}));
  ASSERT_TRUE(outcome.status);
  EXPECT_EQ(outcome.messages.size(), 4U);
}

TEST(ChunkReader, AMessageWithoutHeaderRepeatsTheLastOne) {
  Bytes bytes = Join({Header(4, 100, 1, MessageType::kVideo), {1}});
  bytes.insert(bytes.end(), {0x84, 0, 0, 40, 2});  // format 2: 40 ms later
  bytes.insert(bytes.end(), {0xc4, 3});            // format 3: again 40 ms later
  const Outcome outcome = ReadWhole(bytes);
  ASSERT_EQ(outcome.messages.size(), 3U);
  EXPECT_EQ(outcome.messages[1].timestamp, 140U);
  EXPECT_EQ(outcome.messages[2].timestamp, 180U);
  EXPECT_EQ(outcome.messages[2].stream_id, 1U);
}

TEST(ChunkReader, LibrtmpMayOpenAChunkStreamWithFormatOne) {
  const Outcome outcome =
      ReadWhole({0x42, 0, 0, 9, 0, 0, 6, 4, /*ping response*/ 0, 7, 0, 0, 0, 1});
  ASSERT_TRUE(outcome.status);
  ASSERT_EQ(outcome.messages.size(), 1U);
  EXPECT_EQ(outcome.messages[0].timestamp, 9U);
}

TEST(ChunkReader, AnEmptyMessageIsDeliveredAtItsHeader) {
  const Outcome outcome = ReadWhole(Header(4, 0, 0, MessageType::kVideo));
  ASSERT_EQ(outcome.messages.size(), 1U);
  EXPECT_TRUE(outcome.messages[0].payload.empty());
}

TEST(ChunkReader, AnAbortedMessageIsForgottenAndItsBytesAreFree) {
  MessageList list;
  ChunkReader reader(list);
  ASSERT_TRUE(reader.Feed(Join({Header(4, 0, 1000, MessageType::kVideo), Bytes(128, 1)})));
  EXPECT_GT(reader.unfinished_size(), 0U);
  ASSERT_TRUE(reader.Feed(Join({Header(2, 0, 4, MessageType::kAbort), {0, 0, 0, 4}})));
  EXPECT_EQ(reader.unfinished_size(), 0U);
  ASSERT_TRUE(reader.Feed(Join({Header(4, 0, 1, MessageType::kVideo), {9}})));
  ASSERT_EQ(list.messages.size(), 2U);
  EXPECT_EQ(list.messages[1].payload.size(), 1U);
}

TEST(ChunkReader, APayloadIsExactlyAsLargeAsItsMessageAndGrowsWithItsBytes) {
  MessageList list;
  ChunkReader reader(list);
  ASSERT_TRUE(reader.Feed(SetChunkSize(0xffffff)));
  const Bytes payload = Pattern(5'000'000);
  ASSERT_TRUE(reader.Feed(Header(4, 0, 5'000'000, MessageType::kVideo)));
  EXPECT_EQ(reader.unfinished_size(), 0U) << "a header alone allocates nothing";
  for (size_t offset = 0; offset < payload.size(); offset += 50'000) {
    ASSERT_TRUE(reader.Feed(std::span(payload).subspan(offset, 50'000)));
    const size_t arrived = offset + 50'000;
    EXPECT_LE(reader.unfinished_size(), std::max<size_t>(64 * 1024, 2 * arrived));
  }
  ASSERT_EQ(list.messages.size(), 2U);
  EXPECT_EQ(list.messages[1].payload.text(), SharedBytes(payload).text());
  EXPECT_EQ(reader.unfinished_size(), 0U);
}

TEST(ChunkReader, AMessageOnePastTheLimitIsRefusedByItsHeader) {
  const ChunkLimits limits{.message_size_max = 1000};
  EXPECT_EQ(CodeOf(Header(4, 0, 1000, MessageType::kVideo), limits), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(Header(4, 0, 1001, MessageType::kVideo), limits), ErrorCode::kLimitExceeded);
}

TEST(ChunkReader, ChunkStreamsAreCounted) {
  const auto streams = [](uint32_t count) {
    Bytes bytes;
    for (uint32_t i = 0; i < count; ++i) {
      const Bytes header = Header(0, 0, 0, MessageType::kVideo);
      bytes.insert(bytes.end(), {0x01, static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)});
      bytes.insert(bytes.end(), header.begin() + 1, header.end());
    }
    return bytes;
  };
  EXPECT_EQ(CodeOf(streams(64)), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(streams(65)), ErrorCode::kLimitExceeded);
}

TEST(ChunkReader, UnfinishedBytesOfAllChunkStreamsTogetherAreBounded) {
  MessageList list;
  ChunkReader reader(list);
  ASSERT_TRUE(reader.Feed(SetChunkSize(1'000'000)));
  Status status;
  for (uint8_t id = 4; id < 60 && status; ++id) {
    status = reader.Feed(Join({Header(id, 0, 8 << 20, MessageType::kVideo), Bytes(1'000'000, 1)}));
    EXPECT_LE(reader.unfinished_size(), ChunkLimits{}.unfinished_size_max);
  }
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kLimitExceeded);
}

TEST(ChunkReader, ChunkSizesThatMakeNoSenseAreRefused) {
  EXPECT_EQ(CodeOf(SetChunkSize(0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(SetChunkSize(0x80000000)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(SetChunkSize(1)), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(SetChunkSize(0x7fffffff)), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(Join({Header(2, 0, 3, MessageType::kSetChunkSize), {0, 0, 1}})),
            ErrorCode::kMalformed);
}

TEST(ChunkReader, HeadersOutOfPlaceAreRefused) {
  EXPECT_EQ(CodeOf({0x84, 0, 0, 0}), ErrorCode::kMalformed) << "format 2 with nothing before";
  EXPECT_EQ(CodeOf({0xc4, 0}), ErrorCode::kMalformed) << "format 3 with nothing before";
  const Bytes half = Join({Header(4, 0, 200, MessageType::kVideo), Bytes(128, 1)});
  EXPECT_EQ(CodeOf(Join({half, Header(4, 0, 200, MessageType::kVideo)})), ErrorCode::kMalformed);
}

}  // namespace
}  // namespace weir::rtmp

#include "formats/fmp4/fragment.h"

#include <gtest/gtest.h>

#include "formats/fmp4/fragment_reader.h"
#include "support/mp4_boxes.h"

namespace weir::fmp4 {
namespace {

SharedBytes Payload(std::vector<uint8_t> bytes) {
  return SharedBytes(std::move(bytes));
}

test::Mp4Fragment RoundTrip(const Fragment& fragment) {
  const std::vector<uint8_t> bytes = WriteFragment(fragment);
  const auto read = test::ReadFragments(bytes);
  EXPECT_EQ(read.size(), 1U);
  return read.empty() ? test::Mp4Fragment{} : read.front();
}

TEST(Fragment, KeepsEverySampleOfVideo) {
  const Fragment fragment{
      .sequence = 7,
      .decode_time = 0x1'0000'0003,
      .samples = {
          {.payload = Payload({1, 2, 3}),
           .duration = 3003,
           .composition_offset = 6006,
           .sync = true},
          {.payload = Payload({4}), .duration = 3004, .composition_offset = -3003, .sync = false}}};
  const test::Mp4Fragment read = RoundTrip(fragment);
  EXPECT_EQ(read.sequence, 7U);
  EXPECT_EQ(read.decode_time, 0x1'0000'0003U);
  ASSERT_EQ(read.samples.size(), 2U);
  EXPECT_EQ(read.samples[0].duration, 3003U);
  EXPECT_EQ(read.samples[0].composition_offset, 6006);
  EXPECT_TRUE(read.samples[0].sync);
  EXPECT_EQ(read.samples[0].payload, (std::vector<uint8_t>{1, 2, 3}));
  EXPECT_EQ(read.samples[1].duration, 3004U);
  EXPECT_EQ(read.samples[1].composition_offset, -3003);
  EXPECT_FALSE(read.samples[1].sync);
  EXPECT_EQ(read.samples[1].payload, (std::vector<uint8_t>{4}));
}

TEST(Fragment, SaysOnceWhatAllSamplesOfAudioShare) {
  Fragment fragment{.sequence = 1, .decode_time = 0, .samples = {}};
  for (int i = 0; i < 10; ++i)
    fragment.samples.push_back({.payload = Payload({9, 9}), .duration = 1024, .sync = true});
  const std::vector<uint8_t> bytes = WriteFragment(fragment);
  const auto boxes = test::ReadBoxes(bytes);
  ASSERT_EQ(boxes.size(), 2U);
  // Only a size for each sample.
  EXPECT_EQ(test::FindBox(boxes[0].body, "traf/trun").body.size(), 12U + 10 * 4);
  const test::Mp4Fragment read = test::ReadFragments(bytes).front();
  ASSERT_EQ(read.samples.size(), 10U);
  EXPECT_EQ(read.duration(), 10 * 1024);
  EXPECT_TRUE(read.samples.back().sync);
}

TEST(Fragment, HasItsMessagesInFront) {
  using namespace std::string_literals;
  const Fragment fragment{.sequence = 7,
                          .samples = {{.payload = Payload({1, 2}), .duration = 1, .sync = true}},
                          .messages = {{.scheme = "urn:x",
                                        .value = "v",
                                        .timescale = 90'000,
                                        .time = 0x1'0000'0003,
                                        .id = 4,
                                        .data = SharedBytes("tag"s)}}};
  const std::vector<uint8_t> bytes = WriteFragment(fragment);
  const auto boxes = test::ReadBoxes(bytes);
  ASSERT_EQ(boxes.size(), 3U);
  EXPECT_EQ(boxes[0].type, "emsg");
  EXPECT_EQ(std::string(boxes[0].body.begin(), boxes[0].body.end()),
            "\x01\0\0\0\0\x01\x5f\x90\0\0\0\x01\0\0\0\x03\xff\xff\xff\xff\0\0\0\x04"
            "urn:x\0v\0tag"s);
  const auto messages = ReadMessages(bytes);
  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 1U);
  EXPECT_EQ(messages->front().scheme, "urn:x");
  EXPECT_EQ(messages->front().timescale, 90'000U);
  EXPECT_EQ(messages->front().time, 0x1'0000'0003U);
  EXPECT_EQ(messages->front().id, 4U);
  EXPECT_EQ(messages->front().data.size(), 3U);
  EXPECT_FALSE(ReadMessages(std::span(bytes).first(bytes.size() - 1)));
  const auto read = ReadFragments(bytes);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(std::vector<uint8_t>(read->front().payload.begin(), read->front().payload.end()),
            (std::vector<uint8_t>{1, 2}));
}

}  // namespace
}  // namespace weir::fmp4

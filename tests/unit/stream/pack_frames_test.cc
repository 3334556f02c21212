#include "stream/pack_frames.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace weir::stream {
namespace {

using FramePtr = std::shared_ptr<const media::Frame>;

FramePtr MakeFrame(int i, size_t size) {
  media::Frame frame;
  frame.track = static_cast<media::TrackId>(i % 2);
  frame.dts = MediaTime(i * 100);
  frame.pts = MediaTime(i * 100 + 50);
  frame.duration = MediaTime(100);
  frame.key = i % 3 == 0;
  if (i == 0) frame.mark = media::SegmentMark{.number = 7, .utc = {}};
  frame.payload = SharedBytes(std::vector<uint8_t>(size, static_cast<uint8_t>(i)));
  return std::make_shared<const media::Frame>(std::move(frame));
}

std::vector<FramePtr> MakeFrames(const std::vector<size_t>& sizes) {
  std::vector<FramePtr> frames;
  for (size_t i = 0; i < sizes.size(); ++i)
    frames.push_back(MakeFrame(static_cast<int>(i), sizes[i]));
  return frames;
}

void ExpectEqual(const std::vector<FramePtr>& packed, const std::vector<FramePtr>& frames) {
  ASSERT_EQ(packed.size(), frames.size());
  for (size_t i = 0; i < frames.size(); ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(packed[i]->track, frames[i]->track);
    EXPECT_EQ(packed[i]->dts, frames[i]->dts);
    EXPECT_EQ(packed[i]->pts, frames[i]->pts);
    EXPECT_EQ(packed[i]->duration, frames[i]->duration);
    EXPECT_EQ(packed[i]->key, frames[i]->key);
    EXPECT_EQ(packed[i]->mark.has_value(), frames[i]->mark.has_value());
    EXPECT_EQ(packed[i]->payload.text(), frames[i]->payload.text());
  }
}

TEST(PackFramesTest, PayloadsOfAPackLieSideBySide) {
  const auto frames = MakeFrames({1000, 1, 70'000, 300});
  auto packed = frames;
  PackFrames(packed);
  ExpectEqual(packed, frames);
  for (size_t i = 1; i < packed.size(); ++i) {
    const SharedBytes& before = packed[i - 1]->payload;
    EXPECT_EQ(packed[i]->payload.data(), before.data() + before.size());
    EXPECT_NE(packed[i]->payload.data(), frames[i]->payload.data());
  }
}

TEST(PackFramesTest, APackIsNoLargerThanItMayBe) {
  const auto frames = MakeFrames({kPackBytes / 2, kPackBytes / 2, 1, kPackBytes, 5});
  auto packed = frames;
  PackFrames(packed);
  ExpectEqual(packed, frames);
  EXPECT_EQ(packed[1]->payload.data(), packed[0]->payload.data() + kPackBytes / 2);
  EXPECT_TRUE(packed[1].owner_before(packed[2]) || packed[2].owner_before(packed[1]))
      << "they are of two packs";
}

TEST(PackFramesTest, AFrameThatIsTooLargeStaysAsItIs) {
  const auto frames = MakeFrames({10, kPackBytes + 1, 20});
  auto packed = frames;
  PackFrames(packed);
  ExpectEqual(packed, frames);
  EXPECT_EQ(packed[1], frames[1]);
  EXPECT_NE(packed[0], frames[0]);
  EXPECT_NE(packed[2], frames[2]);
}

TEST(PackFramesTest, AFrameKeepsItsPieceAlive) {
  const auto frames = MakeFrames({1000, 2000});
  auto packed = frames;
  PackFrames(packed);
  const FramePtr last = packed[1];
  packed.clear();
  EXPECT_EQ(last->payload.text(), frames[1]->payload.text());
}

TEST(PackFramesTest, NothingIsFine) {
  std::vector<FramePtr> none;
  PackFrames(none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace weir::stream

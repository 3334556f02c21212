#include "formats/fmp4/fragment_reader.h"

#include <random>

#include <gtest/gtest.h>

#include "formats/fmp4/fragment.h"

namespace weir::fmp4 {
namespace {

Fragment Made(uint32_t seed) {
  std::mt19937 random(seed);
  Fragment fragment{.sequence = seed, .decode_time = random(), .samples = {}};
  const bool same = seed % 2 == 0;
  for (uint32_t i = 0; i < 1 + seed % 5; ++i) {
    fragment.samples.push_back(
        {.payload = SharedBytes(std::vector<uint8_t>(1 + random() % 50, static_cast<uint8_t>(i))),
         .duration = same ? 1024 : static_cast<uint32_t>(random() % 5'000),
         .composition_offset = same ? 0 : static_cast<int32_t>(random() % 9'000) - 3'000,
         .sync = same || i == 0});
  }
  return fragment;
}

TEST(FragmentReader, ReadsWhatIsWritten) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    const Fragment fragment = Made(seed);
    const std::vector<uint8_t> bytes = WriteFragment(fragment);
    const auto samples = ReadFragments(bytes);
    ASSERT_TRUE(samples) << samples.error().detail;
    ASSERT_EQ(samples->size(), fragment.samples.size());
    uint64_t time = fragment.decode_time;
    for (size_t i = 0; i < samples->size(); ++i) {
      const SampleView& read = samples->at(i);
      const Sample& written = fragment.samples[i];
      EXPECT_EQ(read.decode_time, time);
      EXPECT_EQ(read.duration, written.duration);
      EXPECT_EQ(read.composition_offset, written.composition_offset);
      EXPECT_EQ(read.sync, written.sync);
      EXPECT_TRUE(std::equal(read.payload.begin(), read.payload.end(),
                             written.payload.view().begin(), written.payload.view().end()));
      time += written.duration;
    }
  }
}

TEST(FragmentReader, ReadsSeveralInARow) {
  std::vector<uint8_t> bytes = WriteFragment(Made(3));
  const std::vector<uint8_t> second = WriteFragment(Made(4));
  bytes.insert(bytes.end(), second.begin(), second.end());
  const auto samples = ReadFragments(bytes);
  ASSERT_TRUE(samples);
  EXPECT_EQ(samples->size(), Made(3).samples.size() + Made(4).samples.size());
}

TEST(FragmentReader, SaysWhichTrackASampleIsOf) {
  Fragment fragment = Made(3);
  EXPECT_EQ(ReadFragments(WriteFragment(fragment))->front().track_id, kTrackId);
  fragment.track_id = 7;
  EXPECT_EQ(ReadFragments(WriteFragment(fragment))->front().track_id, 7U);
}

TEST(FragmentReader, RefusesWhatIsCutOff) {
  const std::vector<uint8_t> bytes = WriteFragment(Made(3));
  for (size_t size = 1; size < bytes.size(); ++size)
    EXPECT_FALSE(ReadFragments(std::span(bytes).first(size))) << size;
  EXPECT_TRUE(ReadFragments({})->empty());
}

TEST(FragmentReader, SurvivesAnyChangedByte) {
  const std::vector<uint8_t> good = WriteFragment(Made(7));
  for (size_t at = 0; at < good.size(); ++at) {
    for (const uint8_t value : std::initializer_list<uint8_t>{0x00, 0x01, 0x7F, 0xFF}) {
      std::vector<uint8_t> bytes = good;
      bytes[at] = value;
      const auto samples = ReadFragments(bytes);
      if (!samples) continue;
      for (const SampleView& sample : *samples) {
        if (sample.payload.empty()) continue;
        EXPECT_GE(sample.payload.data(), bytes.data());
        EXPECT_LE(sample.payload.data() + sample.payload.size(), bytes.data() + bytes.size());
      }
    }
  }
}

}  // namespace
}  // namespace weir::fmp4

#include "formats/flv/file_reader.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "base/byte_writer.h"

namespace weir::flv {
namespace {

using ::testing::ElementsAre;
using Bytes = std::vector<uint8_t>;

struct Collected : FileReader::Sink {
  void OnTag(Tag tag) override { tags.push_back(std::move(tag)); }

  std::vector<Tag> tags;
};

void WriteFileHeader(ByteWriter& writer, uint32_t size = 9) {
  writer.Text("FLV");
  writer.U16(0x0105);
  writer.U32(size);
  writer.Zeros(size - 9);
  writer.U32(0);
}

void WriteTag(ByteWriter& writer, uint8_t type, uint32_t timestamp_ms, const Bytes& body) {
  writer.U8(type);
  writer.U24(static_cast<uint32_t>(body.size()));
  writer.U24(timestamp_ms & 0xffffff);
  writer.U8(static_cast<uint8_t>(timestamp_ms >> 24));
  writer.U24(0);
  writer.Bytes(body);
  writer.U32(static_cast<uint32_t>(body.size()) + 11);
}

class AnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(AnyChunking, FindsTheSameTags) {
  ByteWriter file;
  WriteFileHeader(file, 12);
  WriteTag(file, 18, 0, {2, 0, 10});
  WriteTag(file, 9, 0xfedcba98, {0x17, 0, 0, 0, 0, 1});
  WriteTag(file, 15, 5, {1, 2, 3});  // of no known type
  WriteTag(file, 8, 0x00ffffff, {});
  WriteTag(file, 8, 0x01000000, Bytes(300, 7));
  Collected sink;
  FileReader reader(sink);
  for (auto rest = file.view(); !rest.empty();) {
    const size_t size = std::min(GetParam(), rest.size());
    ASSERT_TRUE(reader.Feed(rest.first(size)));
    rest = rest.subspan(size);
  }
  ASSERT_EQ(sink.tags.size(), 4U);
  EXPECT_EQ(sink.tags[0].type, TagType::kScript);
  EXPECT_THAT(sink.tags[0].body.view(), ElementsAre(2, 0, 10));
  EXPECT_EQ(sink.tags[1].type, TagType::kVideo);
  EXPECT_EQ(sink.tags[1].timestamp_ms, 0xfedcba98);
  EXPECT_EQ(sink.tags[2].type, TagType::kAudio);
  EXPECT_EQ(sink.tags[2].timestamp_ms, 0x00ffffffU);
  EXPECT_TRUE(sink.tags[2].body.empty());
  EXPECT_EQ(sink.tags[3].timestamp_ms, 0x01000000U);
  EXPECT_EQ(sink.tags[3].body.size(), 300U);
}

INSTANTIATE_TEST_SUITE_P(Sizes, AnyChunking, ::testing::Values(1, 2, 3, 11, 15, 4096));

TEST(FileReader, KeepsAnUnfinishedTagToItself) {
  ByteWriter file;
  WriteFileHeader(file);
  WriteTag(file, 9, 0, {1, 2, 3});
  Collected sink;
  FileReader reader(sink);
  ASSERT_TRUE(reader.Feed(file.view().first(file.size() - 5)));
  EXPECT_TRUE(sink.tags.empty());
}

TEST(FileReader, RefusesWhatIsNotFlvForGood) {
  Collected sink;
  FileReader reader(sink);
  const auto refused = reader.Feed(Bytes{'R', 'I', 'F', 'F', 0, 0, 0, 0, 9});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMalformed);
  ByteWriter file;
  WriteFileHeader(file);
  EXPECT_FALSE(reader.Feed(file.view()));
}

TEST(FileReader, RefusesAHeaderShorterThanItself) {
  Collected sink;
  FileReader reader(sink);
  EXPECT_FALSE(reader.Feed(Bytes{'F', 'L', 'V', 1, 5, 0, 0, 0, 8}));
}

TEST(FileReader, RefusesAnEncryptedTag) {
  ByteWriter file;
  WriteFileHeader(file);
  WriteTag(file, 0x29, 0, {1});
  Collected sink;
  FileReader reader(sink);
  const auto refused = reader.Feed(file.view());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace weir::flv

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "formats/amf/reader.h"
#include "formats/amf/value.h"
#include "formats/amf/writer.h"

namespace weir::amf {
namespace {

using Bytes = std::vector<uint8_t>;

ErrorCode CodeOf(const Bytes& bytes) {
  const Result<std::vector<Value>> values = ReadAll(bytes);
  return values ? ErrorCode::kEnded : values.error().code;
}

std::vector<Value> EveryKind() {
  return {Number(-1.5),
          Boolean(true),
          Text("live"),
          Text(std::string(70'000, 'x')),
          NullValue(),
          Value{},
          {.data = Date{.unix_ms = 1.7e12, .zone = 0}},
          ObjectOf({{"b", Number(1)}, {"a", ObjectOf({{"", Text("unnamed")}})}, {"b", Number(2)}}),
          EcmaArrayOf({{"width", Number(1280)}}),
          {.data = Object{.form = Object::Form::kTyped,
                          .class_name = "Point",
                          .members = {{"x", Number(1)}}}},
          ArrayOf({Number(1), Text("two"), ArrayOf({})})};
}

TEST(Amf0, EveryKindReadsBackAsItWasWritten) {
  const std::vector<Value> values = EveryKind();
  const Result<std::vector<Value>> read = ReadAll(WriteAll(values));
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, values);
}

TEST(Amf0, EveryTruncationIsRefusedAndNeverOverruns) {
  for (const Value& value : EveryKind()) {
    const Bytes whole = WriteAll(std::vector<Value>{value});
    const size_t step = whole.size() > 1000 ? 997 : 1;
    for (size_t size = 1; size < whole.size(); size += step) {
      Reader reader(std::span<const uint8_t>(whole).first(size));
      EXPECT_FALSE(reader.Next()) << "cut to " << size << " of " << whole.size();
    }
  }
}

TEST(Amf0, ReadsTheCommandNameAndTransactionOfARealConnect) {
  const Bytes bytes = {0x02, 0x00, 0x07, 'c',  'o',  'n',  'n',  'e',  'c',  't',  0x00, 0x3f,
                       0xf0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x03, 'a',  'p',
                       'p',  0x02, 0x00, 0x04, 'l',  'i',  'v',  'e',  0x00, 0x00, 0x09};
  const Result<std::vector<Value>> values = ReadAll(bytes);
  ASSERT_TRUE(values);
  ASSERT_EQ(values->size(), 3U);
  EXPECT_EQ(*values->at(0).text(), "connect");
  EXPECT_EQ(values->at(1).number(), 1.0);
  ASSERT_NE(values->at(2).object(), nullptr);
  EXPECT_EQ(*values->at(2).object()->Find("app")->text(), "live");
  EXPECT_EQ(values->at(2).object()->Find("tcUrl"), nullptr);
}

TEST(Amf0, AnEcmaArrayEndsAtItsMarkerWhateverItsCountSays) {
  const Bytes bytes = {0x08, 0xff, 0xff, 0xff, 0xff, 0x00, 0x01, 'a', 0x05, 0x00, 0x00, 0x09};
  const Result<std::vector<Value>> values = ReadAll(bytes);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->front(), EcmaArrayOf({{"a", NullValue()}}));
}

TEST(Amf0, AnArrayThatAnnouncesMoreThanThereIsIsRefused) {
  EXPECT_EQ(CodeOf({0x0a, 0xff, 0xff, 0xff, 0xff, 0x05}), ErrorCode::kMalformed);
}

TEST(Amf0, NestingIsTakenUpToTheLimitAndRefusedOnePastIt) {
  const auto nested = [](size_t depth) {
    Bytes bytes;
    for (size_t i = 0; i < depth; ++i)
      bytes.insert(bytes.end(), {0x0a, 0, 0, 0, 1});
    bytes.push_back(0x05);
    return bytes;
  };
  EXPECT_EQ(CodeOf(nested(32)), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(nested(33)), ErrorCode::kLimitExceeded);
  EXPECT_EQ(CodeOf(nested(10'000)), ErrorCode::kLimitExceeded);
}

TEST(Amf0, ObjectsNestedTenThousandDeepAreRefused) {
  Bytes bytes;
  for (size_t i = 0; i < 10'000; ++i)
    bytes.insert(bytes.end(), {0x03, 0, 1, 'a'});
  EXPECT_EQ(CodeOf(bytes), ErrorCode::kLimitExceeded);
}

TEST(Amf0, ValuesAreCountedOverTheWholeMessage) {
  const auto nulls = [](size_t count) { return Bytes(count, 0x05); };
  EXPECT_EQ(CodeOf(nulls(Limits{}.values_max)), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(nulls(Limits{}.values_max + 1)), ErrorCode::kLimitExceeded);
}

TEST(Amf0, AStringPastTheLimitIsRefused) {
  const auto text = [](size_t size) { return WriteAll(std::vector{Text(std::string(size, 'x'))}); };
  EXPECT_EQ(CodeOf(text(Limits{}.text_max)), ErrorCode::kEnded);
  EXPECT_EQ(CodeOf(text(Limits{}.text_max + 1)), ErrorCode::kLimitExceeded);
}

TEST(Amf0, AReferenceAMovieClipAndAmf3AreUnsupportedAndUnknownMarkersMalformed) {
  for (const uint8_t marker : Bytes{0x04, 0x07, 0x0e, 0x11})
    EXPECT_EQ(CodeOf({marker, 0, 0, 0, 0}), ErrorCode::kUnsupported);
  for (const uint8_t marker : Bytes{0x09, 0x12, 0xff})
    EXPECT_EQ(CodeOf({marker, 0, 0, 0, 0}), ErrorCode::kMalformed);
}

}  // namespace
}  // namespace weir::amf

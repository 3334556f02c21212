#include "protocols/relay/packing.h"

#include <gtest/gtest.h>

namespace weir::relay {
namespace {

std::vector<uint8_t> Nested(int depth) {
  MapWriter inner;
  inner.Integer("n", 1);
  for (int i = 1; i < depth; ++i) {
    MapWriter outer;
    outer.Map("m", inner);
    inner = outer;
  }
  return inner.Finish();
}

TEST(Packing, ReadsBackWhatWasWritten) {
  MapWriter inner;
  inner.Integer("n", -5);
  MapWriter map;
  map.Text("text", "x");
  map.Integer("big", std::numeric_limits<int64_t>::max());
  map.Bytes("bytes", std::vector<uint8_t>{1, 2, 3});
  map.Map("map", inner);
  map.List("list", std::vector<MapWriter>{inner, inner});
  const Result<MapDocument> document = MapDocument::Parse(map.Finish());
  ASSERT_TRUE(document);
  const MapReader root = document->root();
  EXPECT_EQ(root.Text("text"), "x");
  EXPECT_EQ(root.Integer("big", 0), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(root.Bytes("bytes", 3), (std::vector<uint8_t>{1, 2, 3}));
  EXPECT_EQ(root.Map("map")->Integer("n", 0), -5);
  EXPECT_EQ(root.List("list", 2).size(), 2U);
  EXPECT_EQ(root.Integer("absent", 7), 7);
  EXPECT_TRUE(document->status());
}

TEST(Packing, FailsForGoodWhenAValueIsOfAnotherKindOrOutOfRange) {
  MapWriter map;
  map.Text("text", "four");
  map.Integer("number", 10);
  const std::vector<uint8_t> bytes = map.Finish();
  const auto fails = [&](auto read) {
    const Result<MapDocument> document = MapDocument::Parse(bytes);
    read(document->root());
    (void)document->root().Integer("number", 0);
    return !document->status();
  };
  EXPECT_TRUE(fails([](const MapReader& map_) { (void)map_.Integer("text", 0); }));
  EXPECT_TRUE(fails([](const MapReader& map_) { (void)map_.Text("text", 3); }));
  EXPECT_FALSE(fails([](const MapReader& map_) { (void)map_.Text("text", 4); }));
  EXPECT_TRUE(fails([](const MapReader& map_) { (void)map_.Integer("number", 0, 0, 9); }));
  EXPECT_FALSE(fails([](const MapReader& map_) { (void)map_.Integer("number", 0, 0, 10); }));
  EXPECT_TRUE(fails([](const MapReader& map_) { (void)map_.Bytes("text", 9); }));
  EXPECT_TRUE(fails([](const MapReader& map_) { (void)map_.Map("text"); }));
  EXPECT_TRUE(fails([](const MapReader& map_) { (void)map_.List("number", 9); }));
}

TEST(Packing, RefusesWhatIsNotExactlyOneMap) {
  for (const std::vector<uint8_t>& bytes : std::vector<std::vector<uint8_t>>{
           {}, {0x90}, {0x01}, {0xc1}, {0x80, 0x00}, {0x81, 0xa1}, {0xdf, 0xff, 0xff, 0xff, 0xff}})
    EXPECT_FALSE(MapDocument::Parse(bytes)) << bytes.size();
  EXPECT_TRUE(MapDocument::Parse(std::vector<uint8_t>{0x80}));
}

TEST(Packing, RefusesToNestDeeperThanItsLimit) {
  EXPECT_TRUE(MapDocument::Parse(Nested(8)));
  const Result<MapDocument> deep = MapDocument::Parse(Nested(9));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::kLimitExceeded);
  EXPECT_FALSE(MapDocument::Parse(Nested(5000)));
}

TEST(Packing, RefusesAListOrMapOverItsLimit) {
  MapWriter list;
  list.List("l", std::vector<MapWriter>(256));
  EXPECT_TRUE(MapDocument::Parse(list.Finish()));
  MapWriter longer;
  longer.List("l", std::vector<MapWriter>(257));
  EXPECT_FALSE(MapDocument::Parse(longer.Finish()));
  MapWriter wide;
  for (int i = 0; i < 65; ++i)
    wide.Integer(std::to_string(i), i);
  EXPECT_FALSE(MapDocument::Parse(wide.Finish()));
}

}  // namespace
}  // namespace weir::relay

#include "config/node.h"

#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::config {
namespace {

using std::chrono::milliseconds;

class NodeValues : public ::testing::Test {
 protected:
  const Node& Read(const std::string& inside) {
    auto document = Document::Parse("<Server>\n" + inside + "</Server>", "conf/a.xml",
                                    {.variable = {}, .home = {}});
    EXPECT_TRUE(document);
    document_ = *std::move(document);
    return document_->root();
  }

 private:
  std::unique_ptr<Document> document_;
};

TEST_F(NodeValues, FallBackWhereThereIsNoElement) {
  const Node& node = Read("");
  EXPECT_EQ(*node.Text("A", "x"), "x");
  EXPECT_EQ(*node.Integer("A", 7, 8, 9), 7);
  EXPECT_EQ(*node.Number("A", 0.5, 1, 2), 0.5);
  EXPECT_EQ(*node.Flag("A", true), true);
  EXPECT_EQ(*node.Millis("A", milliseconds(5)), milliseconds(5));
}

TEST_F(NodeValues, AreReadFromTheElement) {
  const Node& node = Read("<S> x </S><I>-12</I><N>0.25</N><F>true</F><G>false</G><M>1500</M>");
  EXPECT_EQ(*node.Text("S", ""), "x");
  EXPECT_EQ(*node.Integer("I", 0, -20), -12);
  EXPECT_EQ(*node.Number("N", 0, 0, 1), 0.25);
  EXPECT_TRUE(*node.Flag("F", false));
  EXPECT_FALSE(*node.Flag("G", true));
  EXPECT_EQ(*node.Millis("M", {}), milliseconds(1500));
}

TEST_F(NodeValues, ThatAreNoNumberNameTheirPlace) {
  const Node& node = Read("<Port>x</Port>");
  const auto port = node.Integer("Port", 0);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(port.error().detail, "conf/a.xml:2: Server/Port: 'x' is not a whole number");
}

TEST_F(NodeValues, MustBeNumbersFromEndToEnd) {
  for (const std::string text : {"", "1x", "1 2", "0x10", "1.5", "99999999999999999999"})
    EXPECT_FALSE(Read("<P>" + text + "</P>").Integer("P", 0)) << text;
  for (const std::string text : {"", "1x", "nan", "inf", "1e999", "1,5"})
    EXPECT_FALSE(Read("<P>" + text + "</P>").Number("P", 0, 0, 1e9)) << text;
  for (const std::string text : {"", "yes", "1", "True", "true false"})
    EXPECT_FALSE(Read("<P>" + text + "</P>").Flag("P", false)) << text;
}

TEST_F(NodeValues, StayWithinTheirBounds) {
  EXPECT_TRUE(Read("<P>65535</P>").Integer("P", 0, 1, 65'535));
  EXPECT_TRUE(Read("<P>1</P>").Integer("P", 0, 1, 65'535));
  EXPECT_EQ(Read("<P>65536</P>").Integer("P", 0, 1, 65'535).error().detail,
            "conf/a.xml:2: Server/P: 65536 is not between 1 and 65535");
  EXPECT_FALSE(Read("<P>0</P>").Integer("P", 0, 1, 65'535));
  EXPECT_FALSE(Read("<P>1.01</P>").Number("P", 0, 0, 1));
  EXPECT_FALSE(Read("<P>-1</P>").Millis("P", {}));
  EXPECT_TRUE(Read("<P>2592000000</P>").Millis("P", {}));
  EXPECT_FALSE(Read("<P>2592000001</P>").Millis("P", {}));
}

TEST_F(NodeValues, AreFoundAlongAPath) {
  const Node& node = Read("<A><B><C>1</C></B></A>");
  ASSERT_NE(node.Find("A/B/C"), nullptr);
  EXPECT_EQ(node.Find("A/B/C")->text(), "1");
  EXPECT_EQ(node.Find("A/X/C"), nullptr);
  EXPECT_EQ(node.Find(""), &node);
}

}  // namespace
}  // namespace weir::config

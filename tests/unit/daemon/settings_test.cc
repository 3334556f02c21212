#include "daemon/settings.h"

#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::daemon {
namespace {

using std::chrono::seconds;

Result<Settings> Read(const std::string& inside) {
  const auto document = config::Document::Parse("<Server>" + inside + "</Server>", "a.xml",
                                                {.variable = {}, .home = {}});
  EXPECT_TRUE(document);
  return ReadSettings((*document)->root());
}

TEST(Settings, HaveDefaults) {
  EXPECT_GE(Read("")->loops, 1u);
  EXPECT_EQ(Read("")->drain, seconds(10));
  EXPECT_EQ(Read("<Weir/>")->drain, seconds(10));
  EXPECT_EQ(Read("<Weir><Loops>0</Loops></Weir>")->loops, Read("")->loops);
}

TEST(Settings, AreRead) {
  const auto settings = Read("<Weir><Loops>3</Loops><DrainSeconds>0</DrainSeconds></Weir>");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->loops, 3u);
  EXPECT_EQ(settings->drain, seconds(0));
}

TEST(Settings, HaveBounds) {
  EXPECT_TRUE(Read("<Weir><Loops>256</Loops></Weir>"));
  EXPECT_FALSE(Read("<Weir><Loops>257</Loops></Weir>"));
  EXPECT_FALSE(Read("<Weir><Loops>-1</Loops></Weir>"));
  EXPECT_TRUE(Read("<Weir><DrainSeconds>86400</DrainSeconds></Weir>"));
  EXPECT_FALSE(Read("<Weir><DrainSeconds>86401</DrainSeconds></Weir>"));
}

}  // namespace
}  // namespace weir::daemon

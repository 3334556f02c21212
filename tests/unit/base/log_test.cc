#include "base/log.h"

#include <gmock/gmock.h>

namespace weir::log {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

/// What goes to standard output while `write` runs.
template <class Write>
std::string Captured(Write write) {
  ::testing::internal::CaptureStdout();
  write();
  return ::testing::internal::GetCapturedStdout();
}

class Log : public ::testing::Test {
 protected:
  ~Log() override { Configure(Level::kInfo, Format::kText); }
};

TEST_F(Log, WritesTimeLevelComponentSubjectAndMessage) {
  const std::string line = Captured([] { Info("rtmp", "default/app/cam", "took {} frames", 3); });
  EXPECT_THAT(line, EndsWith("Z info  rtmp [default/app/cam] took 3 frames\n"));
}

TEST_F(Log, KeepsQuietBelowItsLevel) {
  EXPECT_EQ(Captured([] { Debug("net", "", "nothing"); }), "");
  Configure(Level::kWarn, Format::kText);
  EXPECT_EQ(Captured([] { Info("net", "", "nothing"); }), "");
  EXPECT_THAT(Captured([] { Warn("net", "", "something"); }), HasSubstr("something"));
}

TEST_F(Log, LetsNoPeerEndALine) {
  const std::string line = Captured([] { Info("rtmp", "a\nb", "{}", "c\r\n\x1b[31md\x7f"); });
  EXPECT_THAT(line, EndsWith("[a\\x0ab] c\\x0d\\x0a\\x1b[31md\\x7f\n"));
}

TEST_F(Log, LetsNoPeerEndAJsonString) {
  Configure(Level::kInfo, Format::kJson);
  const std::string line = Captured([] { Err("rtmp", "a\"b", "{}", "c\\d\ne"); });
  EXPECT_THAT(line, HasSubstr(R"("level":"error","component":"rtmp")"));
  EXPECT_THAT(line, HasSubstr(R"("subject":"a\"b","message":"c\\d\u000ae"})"));
  EXPECT_THAT(line, Not(HasSubstr("d\ne")));
}

}  // namespace
}  // namespace weir::log

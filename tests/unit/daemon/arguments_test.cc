#include "daemon/arguments.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::daemon {
namespace {

using ::testing::HasSubstr;
using Action = Arguments::Action;

Result<Arguments> Read(const std::vector<const char*>& words) {
  return ReadArguments(words);
}

std::string Complaint(const std::vector<const char*>& words) {
  const auto arguments = Read(words);
  return arguments ? "" : arguments.error().detail;
}

TEST(Arguments, HaveDefaults) {
  const auto arguments = Read({});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->action, Action::kRun);
  EXPECT_EQ(arguments->config, "");
  EXPECT_EQ(arguments->data, "data");
  EXPECT_EQ(arguments->log_level, log::Level::kInfo);
  EXPECT_EQ(arguments->log_format, log::Format::kText);
}

TEST(Arguments, AreReadWithSpaceOrEqualsSign) {
  const auto arguments =
      Read({"--config", "a.xml", "--data=/var/x", "--log-level", "debug", "--log-json"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->config, "a.xml");
  EXPECT_EQ(arguments->data, "/var/x");
  EXPECT_EQ(arguments->log_level, log::Level::kDebug);
  EXPECT_EQ(arguments->log_format, log::Format::kJson);
}

TEST(Arguments, SayWhatToDo) {
  EXPECT_EQ(Read({"--config", "a.xml", "--check"})->action, Action::kCheck);
  EXPECT_EQ(Read({"--version"})->action, Action::kShowVersion);
  EXPECT_EQ(Read({"--help", "--nonsense"})->action, Action::kShowHelp);
  EXPECT_EQ(Read({"-h"})->action, Action::kShowHelp);
}

TEST(Arguments, AreRefusedWhenUnknown) {
  EXPECT_EQ(Complaint({"--colour"}), "unknown option '--colour'");
  EXPECT_EQ(Complaint({"--colour=red"}), "unknown option '--colour'");
  EXPECT_EQ(Complaint({"origin.xml"}), "unknown option 'origin.xml'");
  EXPECT_EQ(Complaint({""}), "unknown option ''");
}

TEST(Arguments, AreRefusedWithoutOrWithNeedlessValue) {
  EXPECT_EQ(Complaint({"--config"}), "--config needs a value");
  EXPECT_EQ(Complaint({"--data="}), "--data needs a value");
  EXPECT_EQ(Complaint({"--check=yes"}), "--check takes no value");
  EXPECT_THAT(Complaint({"--log-level", "loud"}), HasSubstr("'loud' is none of debug"));
}

TEST(Arguments, AreAllInTheHelpText) {
  const std::string help = HelpText("weir-origin", "takes streams in", "conf/origin.xml");
  for (const char* word : {"weir-origin", "takes streams in", "conf/origin.xml", "--config",
                           "--check", "--data", "--log-level", "--log-json", "--version", "--help"})
    EXPECT_THAT(help, HasSubstr(word));
}

}  // namespace
}  // namespace weir::daemon

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "daemon/program.h"

namespace weir::daemon {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What a test wants of its program, and what became of it.
struct Script {
  std::optional<std::string> configure_error{};
  std::optional<std::string> start_error{};
  std::vector<int> signals{SIGTERM};  ///< Sent from a loop as soon as the loops run.
  bool finishes_drain = true;
  std::function<void()> in_drain = [] {};
  std::function<void()> in_reload = [] {};

  bool configured = false;
  bool started = false;
  int drains = 0;
  int reloads = 0;
  bool destroyed = false;
  control::Readiness::State at_drain = control::Readiness::State::kStarting;
};

class ScriptedProgram final : public Program {
 public:
  ScriptedProgram(Script& script, const Surroundings& surroundings)
      : script_(script), readiness_(surroundings.readiness) {}

  ~ScriptedProgram() override { script_.destroyed = true; }

  Status Configure(const config::Document& document) override {
    script_.configured = true;
    (void)document.root().Children("IP");
    if (script_.configure_error) return document.root().Wrong(*script_.configure_error);
    return {};
  }

  Status Start(net::LoopGroup& loops) override {
    script_.started = true;
    if (script_.start_error) return Fail(ErrorCode::kUnavailable, *script_.start_error);
    loops.at(0).Post([this] {
      for (const int signal : script_.signals)
        (void)kill(getpid(), signal);
    });
    return {};
  }

  void Drain(std::function<void()> done) override {
    ++script_.drains;
    script_.at_drain = readiness_.state();
    script_.in_drain();
    if (script_.finishes_drain) done();
  }

  void Reload() override {
    ++script_.reloads;
    script_.in_reload();
  }

 private:
  Script& script_;
  control::Readiness& readiness_;
};

class MainTest : public ::testing::Test {
 protected:
  ~MainTest() override { std::filesystem::remove(config_); }

  /// Runs Main on a <Server> with `inside`.
  int RunWith(const std::string& inside, std::vector<const char*> words = {}) {
    std::ofstream(config_) << "<Server version=\"8\"><Type>origin</Type><IP>*</IP>\n"
                           << inside << "</Server>";
    const std::string config = config_.string();
    words.insert(words.begin(), {"--config", config.c_str(), "--log-level=error"});
    return Run(words);
  }

  int Run(std::vector<const char*> words) {
    words.insert(words.begin(), "build/bin/weir-test");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = Main(static_cast<int>(words.size()), words.data(), info_,
                          [this](const Surroundings& surroundings) {
                            return std::make_unique<ScriptedProgram>(script_, surroundings);
                          });
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  Script script_;
  std::string out_;
  std::string err_;
  std::filesystem::path config_ =
      std::filesystem::temp_directory_path() / ("weir-main-test-" + std::to_string(getpid()));

 private:
  ProgramInfo info_{.name = "weir-test",
                    .version = "1.2.3",
                    .summary = "tests",
                    .default_config = "/nowhere/test.xml"};
};

TEST_F(MainTest, TellsItsVersion) {
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_EQ(out_, "weir-test 1.2.3\n");
}

TEST_F(MainTest, Helps) {
  EXPECT_EQ(Run({"--help"}), 0);
  EXPECT_THAT(out_, HasSubstr("/nowhere/test.xml"));
}

TEST_F(MainTest, GivesTwoForABadCommandLine) {
  EXPECT_EQ(Run({"--colour"}), 2);
  EXPECT_EQ(err_, "weir-test: unknown option '--colour'\nTry 'weir-test --help'.\n");
}

TEST_F(MainTest, ReadsTheDefaultConfiguration) {
  EXPECT_EQ(Run({}), 1);
  EXPECT_EQ(err_, "weir-test: /nowhere/test.xml: no such file\n");
}

TEST_F(MainTest, ChecksWithoutStarting) {
  EXPECT_EQ(RunWith("<Bind/>", {"--check"}), 0);
  EXPECT_EQ(out_, config_.string() + ":2: Server/Bind has no effect here\n" + config_.string() +
                      ": ok\n");
  EXPECT_TRUE(script_.configured);
  EXPECT_FALSE(script_.started);
}

TEST_F(MainTest, SaysAllThatIsWrongWithAConfiguration) {
  script_.configure_error = "no port";
  EXPECT_EQ(RunWith("<Bnd/>\n<Weir><Loops>x</Loops></Weir>", {"--check"}), 1);
  EXPECT_EQ(out_, "");
  EXPECT_THAT(err_, StartsWith("weir-test: "));
  EXPECT_THAT(err_, HasSubstr(":2: Server/Bnd is not a known element; did you mean Bind?"));
  EXPECT_THAT(err_, HasSubstr("Server has no <Bind>, which is mandatory"));
  EXPECT_THAT(err_, HasSubstr(":1: Server: no port"));
  EXPECT_THAT(err_, HasSubstr(":3: Server/Weir/Loops: 'x' is not a whole number"));
}

TEST_F(MainTest, DoesNotStartWithABadConfiguration) {
  script_.configure_error = "no port";
  EXPECT_EQ(RunWith("<Bind/>"), 1);
  EXPECT_FALSE(script_.started);
}

TEST_F(MainTest, TellsWhyAProgramDidNotStart) {
  script_.start_error = "port 1935 is taken";
  EXPECT_EQ(RunWith("<Bind/>"), 1);
  EXPECT_EQ(err_, "weir-test: port 1935 is taken\n");
  EXPECT_TRUE(script_.destroyed);
}

TEST_F(MainTest, DrainsAtTheFirstSignal) {
  EXPECT_EQ(RunWith("<Bind/><Weir><Loops>2</Loops></Weir>"), 0);
  EXPECT_EQ(script_.drains, 1);
  EXPECT_EQ(script_.at_drain, control::Readiness::State::kDraining);
  EXPECT_TRUE(script_.destroyed);
}

TEST_F(MainTest, ReloadsAtSighup) {
  script_.signals = {SIGHUP};
  script_.in_reload = [] { (void)kill(getpid(), SIGTERM); };
  EXPECT_EQ(RunWith("<Bind/>"), 0);
  EXPECT_EQ(script_.reloads, 1);
  EXPECT_EQ(script_.drains, 1);
}

TEST_F(MainTest, StopsWithoutTheProgramOnceTheDeadlineIsOver) {
  script_.finishes_drain = false;
  EXPECT_EQ(RunWith("<Bind/><Weir><DrainSeconds>0</DrainSeconds></Weir>"), 0);
  EXPECT_EQ(script_.drains, 1);
  EXPECT_TRUE(script_.destroyed);
}

TEST_F(MainTest, StopsAtOnceAtTheSecondSignal) {
  script_.finishes_drain = false;
  script_.in_drain = [] { (void)kill(getpid(), SIGINT); };
  EXPECT_EQ(RunWith("<Bind/><Weir><DrainSeconds>86400</DrainSeconds></Weir>"), 0);
  EXPECT_EQ(script_.drains, 1);
}

/// conf/<name> of this source tree.
std::string Shipped(const std::string& name) {
  const std::filesystem::path here = __FILE__;
  return (here.parent_path() / "../../../conf" / name).lexically_normal().string();
}

TEST_F(MainTest, FindsTheShippedConfigurationsGood) {
  for (const std::string name : {"origin.xml", "edge.xml"}) {
    const std::string config = Shipped(name);
    EXPECT_EQ(Run({"--check", "--config", config.c_str()}), 0) << err_;
    EXPECT_THAT(out_, ::testing::EndsWith(config + ": ok\n"));
  }
}

}  // namespace
}  // namespace weir::daemon

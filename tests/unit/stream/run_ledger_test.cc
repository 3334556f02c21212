#include "stream/run_ledger.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sample_stream.h"
#include "stream/ledger_file.h"
#include "support/manual_executor.h"

namespace weir::stream {
namespace {

using test::kPath;

class RunLedgerTest : public ::testing::Test {
 protected:
  RunLedgerTest() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    file_ = (std::filesystem::temp_directory_path() /
             fmt::format("weir_ledger_{}_{}", test->name(), std::random_device()()))
                .string();
  }

  ~RunLedgerTest() override {
    ledger_.reset();
    writer_.Drop();
    std::filesystem::remove(file_);
    std::filesystem::remove(file_ + ".new");
  }

  /// As a program that starts. `killed`: what was posted by the one before is not run.
  RunLedger& Start(bool killed, size_t paths_max = 1000) {
    if (killed) writer_.Drop();
    ledger_.reset();
    if (killed) writer_.Drop();
    writer_.RunAll();
    ledger_.emplace(RunLedger::Options{.file = file_, .paths_max = paths_max}, writer_);
    return *ledger_;
  }

  std::string file_;
  weir::test::ManualExecutor writer_;
  std::optional<RunLedger> ledger_;
};

TEST_F(RunLedgerTest, FirstRunTakesItsNumberFromTheClock) {
  const auto opening = Start(false).Open(kPath, 1000);
  EXPECT_EQ(opening.first_number, 1000);
  EXPECT_EQ(opening.discontinuity_sequence, 0);
}

TEST_F(RunLedgerTest, LaterRunsNeverGoBackAndCountUp) {
  RunLedger& ledger = Start(false);
  ledger.Open(kPath, 1000);
  ledger.Advance(kPath, 1001, 1001);
  ledger.Advance(kPath, 1002, 1001);
  const auto behind = ledger.Open(kPath, 500);
  EXPECT_EQ(behind.first_number, 1003);
  EXPECT_EQ(behind.discontinuity_sequence, 1);
  const auto ahead = ledger.Open(kPath, 5000);
  EXPECT_EQ(ahead.first_number, 5000);
  EXPECT_EQ(ahead.discontinuity_sequence, 2);
}

TEST_F(RunLedgerTest, ARunWithoutASecondSegmentUsesItsNumberUp) {
  RunLedger& ledger = Start(false);
  EXPECT_EQ(ledger.Open(kPath, 7).first_number, 7);
  EXPECT_EQ(ledger.Open(kPath, 7).first_number, 8);
}

TEST_F(RunLedgerTest, StreamsDoNotMix) {
  RunLedger& ledger = Start(false);
  ledger.Open(kPath, 1000);
  StreamPath other = kPath;
  other.name = "other";
  EXPECT_EQ(ledger.Open(other, 5).first_number, 5);
}

TEST_F(RunLedgerTest, AnOrderlyRestartRemembersAll) {
  RunLedger& before = Start(false);
  before.Open(kPath, 1000);
  before.Advance(kPath, 1020, 2000);
  const auto opening = Start(false).Open(kPath, 1010);
  EXPECT_EQ(opening.first_number, 1021);
  EXPECT_EQ(opening.discontinuity_sequence, 1);
}

TEST_F(RunLedgerTest, AfterAKillTheRunsStartIsKnown) {
  RunLedger& before = Start(false);
  before.Open(kPath, 1000);
  writer_.RunAll();
  before.Advance(kPath, 1020, 1020);
  const auto opening = Start(true).Open(kPath, 900);
  EXPECT_EQ(opening.first_number, 1001);
  EXPECT_EQ(opening.discontinuity_sequence, 1);
}

TEST_F(RunLedgerTest, NumbersAheadOfTheClockSurviveAKill) {
  RunLedger& before = Start(false);
  before.Open(kPath, 1000);
  size_t writes = 0;
  for (int64_t number = 1001; number <= 2000; ++number) {
    before.Advance(kPath, number, 1000);
    writes += writer_.pending();
    writer_.RunAll();
  }
  EXPECT_LE(writes, 20U) << "not one a segment";
  EXPECT_GT(Start(true).Open(kPath, 1001).first_number, 2000);
}

TEST_F(RunLedgerTest, OnlyOneWriteWaits) {
  RunLedger& ledger = Start(false);
  for (int i = 0; i < 100; ++i)
    ledger.Open(kPath, i);
  EXPECT_EQ(writer_.pending(), 1U);
}

TEST_F(RunLedgerTest, WithoutAFileNothingIsWritten) {
  RunLedger ledger({}, writer_);
  ledger.Open(kPath, 1);
  EXPECT_EQ(writer_.pending(), 0U);
}

TEST_F(RunLedgerTest, ForgetsThePathNotUsedForLongest) {
  RunLedger& ledger = Start(false, 3);
  const auto path = [](int i) {
    return StreamPath{.vhost = "default", .app = "app", .name = std::to_string(i)};
  };
  for (int i = 0; i < 3; ++i)
    ledger.Open(path(i), 100);
  ledger.Advance(path(0), 150, 200);
  ledger.Open(path(3), 100);
  EXPECT_EQ(ledger.size(), 3U);
  EXPECT_EQ(ledger.Open(path(0), 1).first_number, 151);
  EXPECT_EQ(ledger.Open(path(1), 1).first_number, 1) << "forgotten";
}

TEST_F(RunLedgerTest, VeryLongPathsAreKeptApart) {
  RunLedger& ledger = Start(false);
  StreamPath path = kPath;
  path.name = std::string(100'000, 'a');
  ledger.Open(path, 10);
  EXPECT_EQ(ledger.Open(path, 10).first_number, 11);
  path.name += 'b';
  EXPECT_EQ(ledger.Open(path, 10).first_number, 10);
  writer_.RunAll();
  EXPECT_LT(std::filesystem::file_size(file_), 2000U);
}

TEST_F(RunLedgerTest, ADamagedFileIsANewStart) {
  for (const std::string_view text :
       {"", "\n", "weir-runs 2\nend 0\n", "weir-runs 1\n", "weir-runs 1\n5 1 a/b/c\n",
        "weir-runs 1\n5 1 a/b/c\nend 2\n", "weir-runs 1\n5 x a/b/c\nend 1\n",
        "weir-runs 1\n-5 1 a/b/c\nend 1\n", "weir-runs 1\n99999999999999999999 1 a\nend 1\n",
        "weir-runs 1\n9223372036854775807 1 a\nend 1\n", "weir-runs 1\n5 1 a%4\nend 1\n",
        "weir-runs 1\n5 1 a%zz\nend 1\n", "weir-runs 1\nend 0\nmore"}) {
    std::ofstream(file_) << text;
    ledger_.reset();
    writer_.Drop();
    ledger_.emplace(RunLedger::Options{.file = file_}, writer_);
    EXPECT_EQ(ledger_->size(), 0U) << text;
    EXPECT_EQ(ledger_->Open(kPath, 3).first_number, 3) << text;
  }
}

TEST_F(RunLedgerTest, ADirectoryThatIsNotThereIsNoFault) {
  RunLedger ledger({.file = "/nonexistent/directory/ledger"}, writer_);
  EXPECT_EQ(ledger.Open(kPath, 3).first_number, 3);
  writer_.RunAll();
  EXPECT_EQ(ledger.Open(kPath, 3).first_number, 4);
}

TEST(LedgerFile, AnyPathComesBackAsItWas) {
  std::string strange = "a b%c\n\x01\x7f/ü";
  strange += '\0';
  const std::vector<LedgerEntry> entries = {{.path = strange, .last_number = 5, .runs = 2},
                                            {.path = "", .last_number = 0, .runs = 0},
                                            {.path = "end 7", .last_number = 1, .runs = 1}};
  const auto parsed = ParseLedger(RenderLedger(entries), 3);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, entries);
}

TEST(LedgerFile, OneEntryPastTheLimitIsRefused) {
  const std::vector<LedgerEntry> entries(4);
  EXPECT_TRUE(ParseLedger(RenderLedger(entries), 4));
  EXPECT_EQ(ParseLedger(RenderLedger(entries), 3).error().code, ErrorCode::kLimitExceeded);
}

TEST(LedgerFile, GarbageIsRefusedCalmly) {
  std::mt19937 random(1);
  const std::string good = RenderLedger({{.path = "default/app/x", .last_number = 5, .runs = 2}});
  for (int i = 0; i < 10'000; ++i) {
    std::string text = good;
    for (int n = 0; n < 3; ++n)
      text[random() % text.size()] = static_cast<char>(random());
    text.resize(random() % (text.size() + 1));
    (void)ParseLedger(text, 10);
  }
}

}  // namespace
}  // namespace weir::stream

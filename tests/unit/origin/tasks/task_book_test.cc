#include "origin/tasks/task_book.h"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "base/check.h"
#include "fake_runner.h"
#include "fake_store.h"
#include "origin/tasks/task_codec.h"

namespace weir::tasks {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::FakeRunner;
using testing::FakeServer;
using testing::FakeStore;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TaskKey KeyOf(const std::string& id) {
  return {.vhost = "default", .app = "app", .id = id};
}

/// One origin.
struct Node {
  Node(FakeServer& server, const std::string& name)
      : store(server), book(store, {.kind = "record", .node = name}, runner) {
    book.Look(server.now);
  }

  FakeStore store;
  FakeRunner runner;
  TaskBook book;
};

class TaskBookTest : public ::testing::Test {
 protected:
  TaskBookTest() { Settle(); }

  void Settle() {
    for (bool more = true; more;) {
      more = false;
      for (const auto& node : nodes_)
        if (node != nullptr) more = node->store.Settle() || more;
    }
  }

  /// Lets time pass, second by second.
  void Pass(seconds time) {
    for (; time > seconds(0); time -= seconds(1)) {
      server_.now += seconds(1);
      for (const auto& node : nodes_)
        if (node != nullptr && !node->store.cut) node->book.Look(server_.now);
      for (const auto& node : nodes_)
        if (node != nullptr && node->store.cut) node->book.Look(server_.now);
      Settle();
    }
  }

  Status Add(Node& node, const std::string& id, json spec = {{"stream", "s"}}) {
    std::optional<Status> answered;
    node.book.Add(KeyOf(id), std::move(spec), nullptr,
                  [&](const Status& added) { answered = added; });
    Settle();
    WEIR_CHECK(answered.has_value());
    return *answered;
  }

  Result<Task> Remove(Node& node, const std::string& id) {
    std::optional<Result<Task>> answered;
    node.book.Remove(KeyOf(id), [&](Result<Task> removed) { answered = std::move(removed); });
    Settle();
    WEIR_CHECK(answered.has_value());
    return *answered;
  }

  Node& StartNode(size_t index, const std::string& name) {
    nodes_.at(index) = std::make_unique<Node>(server_, name);
    Settle();
    return *nodes_.at(index);
  }

  Node& a() { return *nodes_[0]; }

  Node& b() { return *nodes_[1]; }

  FakeServer server_;
  std::array<std::unique_ptr<Node>, 2> nodes_{std::make_unique<Node>(server_, "a"),
                                              std::make_unique<Node>(server_, "b")};
};

TEST_F(TaskBookTest, RunsWhatIsWantedAsSoonAsItIsStored) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));
  EXPECT_TRUE(a().book.RunsHere(KeyOf("1")));
  EXPECT_EQ(a().runner.running["1"].spec, json({{"stream", "s"}}));
  EXPECT_EQ(a().runner.running["1"].node, "a");
  EXPECT_THAT(a().runner.running["1"].fence, ::testing::Gt(0U));
}

TEST_F(TaskBookTest, WhatNobodyWantsWaits) {
  ASSERT_TRUE(Add(a(), "1"));
  Pass(seconds(60));
  EXPECT_THAT(a().runner.told, IsEmpty());
  b().runner.wanted = {"1"};
  Pass(seconds(1));
  EXPECT_THAT(b().runner.told, ElementsAre("start 1"));
}

TEST_F(TaskBookTest, AnIdIsTakenOnce) {
  ASSERT_TRUE(Add(a(), "1"));
  EXPECT_EQ(Add(a(), "1").error().code, ErrorCode::kConflict);
  EXPECT_EQ(Add(b(), "1").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(Add(b(), "2"));
}

TEST_F(TaskBookTest, TwoWhoAddTheSameAtOnceGetOneTask) {
  std::vector<bool> added;
  for (Node* node : {&a(), &b()})
    node->book.Add(KeyOf("1"), {{"by", node == &a() ? "a" : "b"}}, nullptr,
                   [&](const Status& status) { added.push_back(status.has_value()); });
  Settle();
  EXPECT_THAT(added, ::testing::UnorderedElementsAre(true, false));
  EXPECT_EQ(a().book.Find(KeyOf("1"))->spec, b().book.Find(KeyOf("1"))->spec);
}

TEST_F(TaskBookTest, OneOfTwoWhoWantItRunsIt) {
  a().runner.wanted = b().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  Pass(seconds(60));
  EXPECT_EQ(a().runner.told.size() + b().runner.told.size(), 1U);
}

TEST_F(TaskBookTest, GoesWhereItIsWanted) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  a().book.Update(KeyOf("1"), {{"bytes", 5}}, TaskBook::Haste::kLater);
  a().runner.wanted = {};
  b().runner.wanted = {"1"};
  Pass(seconds(5));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "stop 1 unwanted"));
  EXPECT_THAT(b().runner.told, ElementsAre("start 1"));
  EXPECT_EQ(b().runner.running["1"].progress, json({{"bytes", 5}}));
}

TEST_F(TaskBookTest, ATaskOfADeadNodeIsTakenUpWhenItsLeaseIsOver) {
  a().runner.wanted = b().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  ASSERT_THAT(a().runner.told, ElementsAre("start 1"));
  a().book.Update(KeyOf("1"), {{"sequence", 3}}, TaskBook::Haste::kNow);
  Settle();
  nodes_[0].reset();
  Pass(seconds(5));
  EXPECT_THAT(b().runner.told, IsEmpty());
  Pass(seconds(10));
  EXPECT_THAT(b().runner.told, ElementsAre("start 1"));
  EXPECT_EQ(b().runner.running["1"].progress, json({{"sequence", 3}}));
}

TEST_F(TaskBookTest, TheSameNodeInItsNextLifeGoesOnAtOnce) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  const uint64_t fence = a().runner.running["1"].fence;
  nodes_[0].reset();
  StartNode(0, "a").runner.wanted = {"1"};
  Pass(seconds(1));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));
  EXPECT_THAT(a().runner.running["1"].fence, ::testing::Gt(fence));
}

TEST_F(TaskBookTest, LoadsAllThatIsStored) {
  for (const char* id : {"1", "2", "3/%", "4", "5"})
    ASSERT_TRUE(Add(a(), id));
  nodes_[0].reset();
  StartNode(0, "a");
  EXPECT_THAT(a().book.List("default", "app"), SizeIs(5));
  EXPECT_THAT(a().book.List("default", "other"), IsEmpty());
  EXPECT_NE(a().book.Find(KeyOf("3/%")), nullptr);
}

TEST_F(TaskBookTest, RemovedByWhoeverItStopsWhereItRuns) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  a().book.Update(KeyOf("1"), {{"bytes", 7}}, TaskBook::Haste::kNow);
  Settle();
  const auto removed = Remove(b(), "1");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->progress, json({{"bytes", 7}}));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "stop 1 removed"));
  EXPECT_EQ(a().book.Find(KeyOf("1")), nullptr);
  EXPECT_EQ(Remove(a(), "1").error().code, ErrorCode::kNotFound);
  Pass(seconds(60));
  EXPECT_THAT(a().runner.told, SizeIs(2));
  // Its id is free again.
  ASSERT_TRUE(Add(a(), "1"));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "stop 1 removed", "start 1"));
}

TEST_F(TaskBookTest, WhatWasRemovedDuringAnInterruptionStopsAfterIt) {
  a().runner.wanted = {"1", "2"};
  ASSERT_TRUE(Add(a(), "1"));
  ASSERT_TRUE(Add(a(), "2"));
  a().store.cut = true;
  Pass(seconds(3));
  ASSERT_TRUE(Remove(b(), "1"));
  a().store.cut = false;
  a().store.Reconnect();
  Pass(seconds(3));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "start 2", "stop 1 removed"));
}

TEST_F(TaskBookTest, ProgressIsWrittenAtOnceOrSoon) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  const auto stored = [&] { return b().book.Find(KeyOf("1"))->progress; };
  a().book.Update(KeyOf("1"), {{"bytes", 1}}, TaskBook::Haste::kNow);
  Settle();
  EXPECT_EQ(stored(), json({{"bytes", 1}}));
  a().book.Update(KeyOf("1"), {{"bytes", 2}}, TaskBook::Haste::kLater);
  EXPECT_EQ(a().book.Find(KeyOf("1"))->progress, json({{"bytes", 2}}));
  Pass(seconds(2));
  EXPECT_EQ(stored(), json({{"bytes", 1}}));
  Pass(seconds(4));
  EXPECT_EQ(stored(), json({{"bytes", 2}}));
}

TEST_F(TaskBookTest, ManyUpdatesBecomeFewWrites) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  const uint64_t before = server_.entries().at("task/record/default/app/1").version;
  for (int i = 0; i < 1000; ++i)
    a().book.Update(KeyOf("1"), {{"bytes", i}}, TaskBook::Haste::kNow);
  Settle();
  EXPECT_EQ(b().book.Find(KeyOf("1"))->progress, json({{"bytes", 999}}));
  EXPECT_EQ(server_.entries().at("task/record/default/app/1").version, before + 2);
}

TEST_F(TaskBookTest, AStoreThatIsAwayStopsNothing) {
  a().runner.wanted = b().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  server_.down = true;
  Pass(seconds(15));
  a().book.Update(KeyOf("1"), {{"bytes", 9}}, TaskBook::Haste::kNow);
  EXPECT_EQ(Add(a(), "2").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Remove(a(), "1").error().code, ErrorCode::kUnavailable);
  Pass(seconds(15));
  server_.down = false;
  a().store.Reconnect();
  b().store.Reconnect();
  Pass(seconds(60));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));
  EXPECT_THAT(b().runner.told, IsEmpty());
  EXPECT_EQ(b().book.Find(KeyOf("1"))->progress, json({{"bytes", 9}}));
}

TEST_F(TaskBookTest, WhatTheStoreForgotIsPutAgain) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  ASSERT_TRUE(Add(a(), "waits"));
  server_.Forget();
  a().store.Reconnect();
  ASSERT_TRUE(Add(a(), "3"));  // Before the loss is noticed, or while it is.
  Pass(seconds(40));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));
  EXPECT_THAT(a().book.List(), SizeIs(3));
  EXPECT_THAT(StartNode(1, "b").book.List(), SizeIs(3));
  // Its lease is there again too.
  b().runner.wanted = {"1"};
  Pass(seconds(30));
  EXPECT_THAT(b().runner.told, IsEmpty());
}

TEST_F(TaskBookTest, StopsAtOnceWhereAnotherNodeTookItMeanwhile) {
  a().runner.wanted = b().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  ASSERT_THAT(a().runner.told, ElementsAre("start 1"));
  a().store.cut = true;
  Pass(seconds(30));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));  // It has the stream.
  EXPECT_THAT(b().runner.told, ElementsAre("start 1"));
  b().book.Update(KeyOf("1"), {{"by", "b"}}, TaskBook::Haste::kNow);
  a().book.Update(KeyOf("1"), {{"by", "a"}}, TaskBook::Haste::kNow);
  a().store.cut = false;
  Pass(seconds(1));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "stop 1 lost"));
  Pass(seconds(60));
  EXPECT_THAT(a().runner.told, SizeIs(2));
  EXPECT_THAT(b().runner.told, ElementsAre("start 1"));
  EXPECT_EQ(a().book.Find(KeyOf("1"))->progress, json({{"by", "b"}}));
}

TEST_F(TaskBookTest, AnEarlierHolderCannotWriteOverALaterOne) {
  a().runner.wanted = b().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  a().store.cut = true;
  Pass(seconds(30));
  ASSERT_TRUE(b().book.RunsHere(KeyOf("1")));
  b().runner.wanted = {};  // It gives the lease back: the first one could have it anew.
  b().book.Update(KeyOf("1"), {{"by", "b"}}, TaskBook::Haste::kNow);
  Pass(seconds(2));
  a().book.Update(KeyOf("1"), {{"by", "a"}}, TaskBook::Haste::kNow);
  a().store.cut = false;
  Pass(seconds(45));
  // Lost, and then its own again, with what the other one had come to.
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "stop 1 lost", "start 1"));
  EXPECT_EQ(a().runner.running["1"].progress, json({{"by", "b"}}));
}

TEST_F(TaskBookTest, AWriteWithoutAnAnswerIsFoundAgain) {
  a().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  a().store.loses_answers = true;
  a().book.Update(KeyOf("1"), {{"bytes", 1}}, TaskBook::Haste::kNow);
  Settle();
  a().store.loses_answers = false;
  a().book.Update(KeyOf("1"), {{"bytes", 2}}, TaskBook::Haste::kNow);
  Pass(seconds(5));
  EXPECT_EQ(b().book.Find(KeyOf("1"))->progress, json({{"bytes", 2}}));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));
}

TEST_F(TaskBookTest, AnAddWithoutAnAnswerShowsUp) {
  a().runner.wanted = {"1"};
  a().store.loses_answers = true;
  EXPECT_EQ(Add(a(), "1").error().code, ErrorCode::kUnavailable);
  a().store.loses_answers = false;
  Pass(seconds(40));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1"));
}

TEST_F(TaskBookTest, ClosingGivesTheTasksToOthers) {
  a().runner.wanted = b().runner.wanted = {"1"};
  ASSERT_TRUE(Add(a(), "1"));
  a().book.Close();
  Pass(seconds(4));
  EXPECT_THAT(a().runner.told, ElementsAre("start 1", "stop 1 closing"));
  EXPECT_THAT(b().runner.told, ElementsAre("start 1"));
  EXPECT_EQ(Add(a(), "2").error().code, ErrorCode::kUnavailable);
}

TEST_F(TaskBookTest, DamagedValuesAreLeftAlone) {
  server_.Plant("task/record/default/app/bad", "{");
  server_.Plant("task/record/default/app/none", "[]");
  server_.Plant("task/record/no-id", "{}");
  StartNode(0, "a").runner.wanted = {"bad", "none"};
  Pass(seconds(40));
  EXPECT_THAT(a().book.List(), IsEmpty());
  EXPECT_THAT(a().runner.told, IsEmpty());
  EXPECT_EQ(Add(a(), "bad").error().code, ErrorCode::kConflict);
}

TEST_F(TaskBookTest, NotMoreThanItsLimit) {
  FakeStore store(server_);
  FakeRunner runner;
  TaskBook book(store, {.kind = "push", .node = "c", .tasks_max = 2}, runner);
  while (store.Settle()) {
  }
  std::vector<bool> added;
  for (const char* id : {"1", "2", "3"}) {
    book.Add(KeyOf(id), {}, nullptr,
             [&](const Status& status) { added.push_back(status.has_value()); });
    while (store.Settle()) {
    }
  }
  EXPECT_THAT(added, ElementsAre(true, true, false));
  EXPECT_THAT(a().book.List(), IsEmpty());  // Another kind.
}

}  // namespace
}  // namespace weir::tasks

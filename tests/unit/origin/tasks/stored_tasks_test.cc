// The book over the store that a single node has.
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <gmock/gmock.h>

#include "base/check.h"
#include "fake_runner.h"
#include "net/event_loop.h"
#include "origin/tasks/task_book.h"
#include "origin/tasks/task_book_timer.h"
#include "state/embedded_store.h"
#include "support/run_until.h"

namespace weir::tasks {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using testing::FakeRunner;
using testing::RunUntil;

const TaskKey kKey{.vhost = "default", .app = "app", .id = "1"};

class StoredTasksTest : public ::testing::Test {
 protected:
  StoredTasksTest() : folder_(std::filesystem::temp_directory_path() / "weir-tasks-XXXXXX") {
    WEIR_CHECK(::mkdtemp(folder_.data()) != nullptr);
    runner_.wanted = {"1"};
    Open();
  }

  ~StoredTasksTest() override {
    Close();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void Open() {
    auto store = state::EmbeddedStore::Open(loop_, folder_ + "/state.db");
    WEIR_CHECK(store.has_value());
    store_ = *std::move(store);
    book_ = std::make_unique<TaskBook>(*store_, TaskBook::Options{.kind = "record", .node = "me"},
                                       runner_);
    timer_ = std::make_unique<TaskBookTimer>(loop_, *book_);
  }

  void Close() {
    timer_.reset();
    book_.reset();
    store_.reset();
  }

  /// Once the tasks are loaded.
  Status Add() {
    WEIR_CHECK(RunUntil(loop_, [&] { return book_->loaded(); }));
    std::optional<Status> answered;
    book_->Add(kKey, {{"stream", "s"}}, {{"state", "ready"}},
               [&](const Status& added) { answered = added; });
    WEIR_CHECK(RunUntil(loop_, [&] { return answered.has_value(); }));
    return *answered;
  }

  net::EventLoop loop_;
  FakeRunner runner_;
  std::string folder_;
  std::unique_ptr<state::EmbeddedStore> store_;
  std::unique_ptr<TaskBook> book_;
  std::unique_ptr<TaskBookTimer> timer_;
};

TEST_F(StoredTasksTest, TasksGoOnInTheNextLife) {
  ASSERT_TRUE(Add());
  ASSERT_TRUE(RunUntil(loop_, [&] { return book_->RunsHere(kKey); }));
  book_->Update(kKey, {{"sequence", 4}}, TaskBook::Haste::kNow);
  Close();
  runner_.told.clear();
  Open();
  ASSERT_TRUE(RunUntil(loop_, [&] { return book_->RunsHere(kKey); }));
  EXPECT_THAT(runner_.told, ElementsAre("start 1"));
  EXPECT_EQ(runner_.running["1"].progress, json({{"sequence", 4}}));
  EXPECT_EQ(runner_.running["1"].spec, json({{"stream", "s"}}));
}

TEST_F(StoredTasksTest, WhatWasRemovedDoesNotComeBack) {
  ASSERT_TRUE(Add());
  EXPECT_EQ(Add().error().code, ErrorCode::kConflict);
  std::optional<Result<Task>> removed;
  book_->Remove(kKey, [&](Result<Task> task) { removed = std::move(task); });
  ASSERT_TRUE(RunUntil(loop_, [&] { return removed.has_value(); }));
  ASSERT_TRUE(*removed);
  Close();
  Open();
  EXPECT_TRUE(Add());
}

}  // namespace
}  // namespace weir::tasks

#include "origin/push/pushes.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "net/loop_group.h"
#include "origin/api/answer.h"
#include "origin/push/calls.h"
#include "origin/tasks/task_book_timer.h"
#include "state/open_store.h"
#include "stream/stream.h"
#include "support/run_until.h"
#include "support/temp_folder.h"

namespace weir::push {
namespace {

const stream::StreamPath kPath{.vhost = "default", .app = "app", .name = "cam"};

/// All pushes of a node whose store is a file, on one loop.
class PushesTest : public ::testing::Test {
 protected:
  PushesTest() { Open(); }

  ~PushesTest() override { Close(); }

  void Open() {
    store_ = *state::OpenStore({.file = folder_.File("state.db"), .redis = {}}, loop());
    pushes_ = std::make_unique<Pushes>(Pushes::Context{
        .control = loop(),
        .loops = loops_,
        .srt_loop = [this]() -> net::EventLoop& { return loop(); },
        .streams = registry_,
        .tls = tls_,
        .random = crypto::FillRandom,
        .chance = [] { return 0.0; },
        .utc = [] { return UtcTime(std::chrono::seconds(1'000)); },
        .options = [this](std::string_view /*vhost*/, std::string_view app) -> Result<Options> {
          if (app != "app") return Fail(ErrorCode::kNotFound, "Could not find the application");
          return options_;
        },
        .node = "node"});
    book_ = std::make_unique<tasks::TaskBook>(
        *store_, tasks::TaskBook::Options{.kind = "push", .node = "node"}, *pushes_);
    pushes_->SetBook(*book_);
    timer_ = std::make_unique<tasks::TaskBookTimer>(loop(), *book_);
    ASSERT_TRUE(RunUntil([this] { return book_->loaded(); }));
  }

  void Close() {
    timer_.reset();
    book_.reset();
    pushes_.reset();
    store_.reset();
    testing::RunFor(loop(), std::chrono::milliseconds(5));
  }

  net::EventLoop& loop() { return loops_.at(0); }

  bool RunUntil(const std::function<bool()>& done) { return testing::RunUntil(loop(), done); }

  static Spec SpecOf(const std::string& id) {
    return *ReadSpec({{"id", id},
                      {"stream", {{"name", "cam"}}},
                      {"protocol", "rtmp"},
                      {"url", "rtmp://127.0.0.1:9/app"},
                      {"streamKey", "key"}},
                     "default", "app", UtcTime(std::chrono::seconds(500)));
  }

  /// How adding went.
  Status Add(const std::string& id) {
    std::optional<Result<void>> answer;
    pushes_->Add(SpecOf(id), [&](const Result<void>& given) { answer = given; });
    EXPECT_TRUE(RunUntil([&] { return answer.has_value(); }));
    return answer.value_or(Result<void>());
  }

  Pushes::Shown Only() {
    const auto all = pushes_->List("default", "app");
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? Pushes::Shown{} : all.front();
  }

  void StartStream() {
    stream_ = std::make_unique<stream::Stream>(kPath, loop(), stream::BacklogLimits{});
    ASSERT_TRUE(registry_.Claim(kPath, stream_->ref()));
  }

  void EndStream() {
    stream_->OnEnd(media::EndReason::kFinished);
    registry_.Release(kPath, stream_->ref());
    stream_.reset();
  }

  testing::TempFolder folder_;
  net::LoopGroup loops_{1};
  stream::Registry registry_;
  net::TlsClientContext tls_{net::TlsClientOptions{}};
  Options options_;
  std::unique_ptr<state::Store> store_;
  std::unique_ptr<Pushes> pushes_;
  std::unique_ptr<tasks::TaskBook> book_;
  std::unique_ptr<tasks::TaskBookTimer> timer_;
  std::unique_ptr<stream::Stream> stream_;
};

TEST_F(PushesTest, ATaskWaitsForItsStreamAndGoesWhenItIsRemoved) {
  ASSERT_TRUE(Add("one"));
  EXPECT_EQ(Only().progress.state, State::kReady);
  EXPECT_TRUE(pushes_->Has(SpecOf("one").key()));
  const Status again = Add("one");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  StartStream();
  ASSERT_TRUE(RunUntil([this] { return Only().progress.state == State::kConnecting; }));
  EndStream();
  ASSERT_TRUE(RunUntil([this] { return Only().progress.state == State::kReady; }));
  std::optional<Result<Pushes::Shown>> gone;
  pushes_->Remove(SpecOf("one").key(), [&](const Result<Pushes::Shown>& given) { gone = given; });
  ASSERT_TRUE(RunUntil([&] { return gone.has_value(); }));
  ASSERT_TRUE(*gone);
  EXPECT_EQ((*gone)->spec.url, "rtmp://127.0.0.1:9/app");
  EXPECT_TRUE(pushes_->List("default", "app").empty());
}

TEST_F(PushesTest, ATaskIsThereInTheNextLife) {
  ASSERT_TRUE(Add("one"));
  Close();
  Open();
  const Pushes::Shown push = Only();
  EXPECT_EQ(push.spec.stream_key, "key");
  EXPECT_EQ(push.spec.created, UtcTime(std::chrono::seconds(500)));
  EXPECT_EQ(push.progress.state, State::kReady);
  EXPECT_TRUE(pushes_->List("default", "other").empty());
}

TEST_F(PushesTest, WhatIsMappedIsListedButNotKept) {
  Spec spec = SpecOf("mapped");
  spec.from_config = true;
  StartStream();
  pushes_->AddMapped(spec);
  EXPECT_TRUE(Only().spec.from_config);
  ASSERT_TRUE(RunUntil([this] { return Only().progress.state == State::kConnecting; }));
  const Status taken = Add("mapped");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kConflict);
  pushes_->RemoveMapped(spec.key());
  EXPECT_TRUE(pushes_->List("default", "app").empty());
  EndStream();
  Close();
  Open();
  EXPECT_TRUE(pushes_->List("default", "app").empty());
}

TEST_F(PushesTest, CountsWhatRunsHere) {
  StartStream();
  pushes_->AddMapped(SpecOf("one"));
  ASSERT_TRUE(RunUntil([this] {
    const auto measures = pushes_->Measures();
    return measures.at(0).name == "weir_push_tasks" && measures.at(0).value == 1;
  }));
  pushes_->RemoveMapped(SpecOf("one").key());
  ASSERT_TRUE(RunUntil([this] { return pushes_->Measures().at(0).value == 0; }));
  EndStream();
}

TEST_F(PushesTest, TheCallsRefuseWhatIsNotThere) {
  api::Routes routes;
  AddCalls(routes,
           {.pushes = *pushes_,
            .options = [this](std::string_view /*vhost*/, std::string_view app) -> Result<Options> {
              if (app == "none")
                return Fail(ErrorCode::kNotFound, "Could not find the application: [v/none]");
              if (app == "off")
                return Fail(ErrorCode::kUnsupported, "Could not find application: [v/off]");
              return options_;
            },
            .utc = [] { return UtcTime(); }});
  const auto ask = [&](const std::string& path, const nlohmann::json& body) {
    const auto match = routes.Find("POST", path);
    std::optional<api::Answer> answer;
    match.entry->handler(
        {.method = "POST", .names = match.names, .body = body, .query = {}, .url = {}, .peer = {}},
        [&](api::Answer given) { answer = std::move(given); });
    EXPECT_TRUE(RunUntil([&] { return answer.has_value(); }));
    return std::to_string(answer->status()) + " " + answer->error();
  };
  const auto object = nlohmann::json::object();
  EXPECT_EQ(ask("/v1/vhosts/v/apps/none:startPush", object),
            "404 Could not find the application: [v/none]");
  EXPECT_EQ(ask("/v1/vhosts/v/apps/off:startPush", object),
            "404 Could not find application: [v/off]");
  EXPECT_EQ(ask("/v1/vhosts/v/apps/off:stopPush", {{"id", "x"}}),
            "404 Could not find application: [v/off]");
  EXPECT_EQ(ask("/v1/vhosts/v/apps/off:pushes", object), "200 ");
  EXPECT_EQ(ask("/v1/vhosts/v/apps/none:pushes", object),
            "404 Could not find the application: [v/none]");
  EXPECT_EQ(ask("/v1/vhosts/v/apps/app:stopPush", {{"id", "x"}}),
            "404 Could not find id 'x': [v/app]");
  EXPECT_EQ(ask("/v1/vhosts/v/apps/app:stopPush", object),
            "400 There is no required parameter [ id]");
}

}  // namespace
}  // namespace weir::push

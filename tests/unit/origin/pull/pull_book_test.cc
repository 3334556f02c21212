#include "origin/pull/pull_book.h"

#include <gmock/gmock.h>

#include "stream/registry.h"
#include "unit/origin/tasks/fake_store.h"

namespace weir::pull {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Error kGone{.code = ErrorCode::kUnavailable, .detail = "no origin gives it"};

class FakeRunner final : public Runner {
 public:
  void Start(uint64_t id, const stream::StreamPath& path, const Plan& plan) override {
    told.push_back("start " + path.name + (plan.has_worked ? " again" : ""));
    running[path.name] = id;
  }

  void End(uint64_t /*id*/, const stream::StreamPath& path) override {
    told.push_back("end " + path.name);
    running.erase(path.name);
  }

  std::vector<std::string> told;
  std::map<std::string, uint64_t> running;
};

/// One life of a program, over a store that lasts.
class Life {
 public:
  explicit Life(weir::testing::FakeServer& server) : store(server) {}

  Spec SpecOf(const std::string& name, bool persistent = false) {
    return *ReadSpec({{"name", name},
                      {"urls", nlohmann::json::array({"ovt://a/live/one"})},
                      {"properties", {{"persistent", persistent}}}},
                     "default", "app");
  }

  void Add(const Spec& spec) {
    answer.reset();
    book.Add(spec, [this](const Status& status) { answer = status; });
  }

  Status Remove(const std::string& name) {
    std::optional<Status> removed;
    book.Remove({.vhost = "default", .app = "app", .name = name},
                [&removed](const Status& status) { removed = status; });
    Settle();
    EXPECT_TRUE(removed);
    return removed.value_or(Status());
  }

  void Load() {
    book.Load([this](const Status& status) { loaded = status; });
    Settle();
  }

  void Settle() {
    while (store.Settle()) {
    }
  }

  /// It works, and is kept.
  void Live(const std::string& name) {
    book.OnLive(runner.running.at(name));
    Settle();
  }

  /// A pull that works.
  void Begin(const std::string& name, bool persistent) {
    Add(SpecOf(name, persistent));
    Live(name);
    ASSERT_TRUE(answer && *answer);
    runner.told.clear();
  }

  std::string CodeOf(ErrorCode code) const {
    return answer && !*answer && answer->error().code == code ? "as expected" : "otherwise";
  }

  weir::testing::FakeStore store;
  FakeRunner runner;
  std::string prefix = PullPrefix("node");
  origin::ApiStorage storage{&store, prefix};
  std::set<std::string> taken;
  std::optional<Error> refusal;  ///< Of the application.
  PullBook book{{.runner = runner,
                 .storage = storage,
                 .prefix = prefix,
                 .taken = [this](const auto& path) { return taken.contains(path.name); },
                 .properties = [this](const auto& /*vhost*/,
                                      const auto& /*app*/) -> Result<service::OriginProperties> {
                   if (refusal) return tl::unexpected(*refusal);
                   return service::OriginProperties{};
                 }}};
  std::optional<Status> answer;
  std::optional<Status> loaded;
};

class PullBookTest : public ::testing::Test {
 protected:
  weir::testing::FakeServer server_;
  Life life_{server_};
};

TEST_F(PullBookTest, AnswersWhenItWorks) {
  life_.Add(life_.SpecOf("cam"));
  EXPECT_THAT(life_.runner.told, ElementsAre("start cam"));
  EXPECT_FALSE(life_.answer);
  EXPECT_THAT(life_.book.List(), IsEmpty());
  life_.Live("cam");
  EXPECT_TRUE(life_.answer && *life_.answer);
  EXPECT_THAT(life_.book.List(), SizeIs(1));
  EXPECT_THAT(server_.entries(), IsEmpty());
}

TEST_F(PullBookTest, AnswersWhenItDoesNot) {
  life_.Add(life_.SpecOf("cam"));
  life_.book.OnOver(life_.runner.running.at("cam"), kGone);
  EXPECT_EQ(life_.CodeOf(ErrorCode::kUnavailable), "as expected");
  life_.Add(life_.SpecOf("cam"));
  EXPECT_FALSE(life_.answer) << "the name is free again";
}

TEST_F(PullBookTest, GivesANameToOneOnly) {
  life_.Add(life_.SpecOf("cam"));
  life_.Add(life_.SpecOf("cam"));
  EXPECT_EQ(life_.CodeOf(ErrorCode::kConflict), "as expected");
  life_.taken.insert("other");
  life_.Add(life_.SpecOf("other"));
  EXPECT_EQ(life_.CodeOf(ErrorCode::kConflict), "as expected");
  life_.Add(life_.SpecOf("third"));
  life_.book.OnOver(life_.runner.running.at("third"),
                    {.code = ErrorCode::kRefused, .detail = std::string(stream::kNameTaken)});
  EXPECT_EQ(life_.CodeOf(ErrorCode::kConflict), "as expected");
}

TEST_F(PullBookTest, PullsNothingWhereTheApplicationDoesNot) {
  life_.refusal = {.code = ErrorCode::kUnsupported, .detail = "no OVT"};
  life_.Add(life_.SpecOf("cam"));
  EXPECT_EQ(life_.CodeOf(ErrorCode::kUnsupported), "as expected");
  EXPECT_THAT(life_.runner.told, IsEmpty());
}

TEST_F(PullBookTest, EndsByOrder) {
  life_.Begin("cam", false);
  EXPECT_TRUE(life_.Remove("cam"));
  EXPECT_THAT(life_.runner.told, ElementsAre("end cam"));
  EXPECT_EQ(life_.Remove("cam").error().code, ErrorCode::kNotFound);
}

TEST_F(PullBookTest, EndsByOrderWhileItTries) {
  life_.Add(life_.SpecOf("cam"));
  EXPECT_TRUE(life_.Remove("cam"));
  EXPECT_EQ(life_.CodeOf(ErrorCode::kEnded), "as expected");
  EXPECT_THAT(life_.runner.told, ElementsAre("start cam", "end cam"));
}

TEST_F(PullBookTest, KeepsPersistentOnesForTheNextLife) {
  life_.Load();
  life_.Begin("cam", true);
  life_.Begin("guest", false);
  EXPECT_THAT(server_.entries(), SizeIs(1));
  Life next(server_);
  next.Load();
  EXPECT_THAT(next.runner.told, ElementsAre("start cam again"));
  EXPECT_TRUE(next.Remove("cam"));
  EXPECT_THAT(server_.entries(), IsEmpty());
  EXPECT_THAT(next.runner.told, ElementsAre("start cam again", "end cam"));
}

TEST_F(PullBookTest, KeepsNothingThatNeverWorked) {
  life_.Load();
  life_.Add(life_.SpecOf("cam", true));
  life_.book.OnOver(life_.runner.running.at("cam"), kGone);
  life_.Settle();
  EXPECT_EQ(life_.CodeOf(ErrorCode::kUnavailable), "as expected");
  EXPECT_THAT(server_.entries(), IsEmpty());
}

TEST_F(PullBookTest, RefusesWhatCannotBeKept) {
  life_.Add(life_.SpecOf("early", true));
  EXPECT_EQ(life_.CodeOf(ErrorCode::kRefused), "as expected");
  life_.Load();
  life_.Add(life_.SpecOf("cam", true));
  server_.down = true;
  life_.Live("cam");
  EXPECT_EQ(life_.CodeOf(ErrorCode::kRefused), "as expected");
  EXPECT_THAT(life_.runner.told, ElementsAre("start cam", "end cam"));
  EXPECT_THAT(life_.book.List(), IsEmpty());
}

TEST_F(PullBookTest, LoadsAgainUntilItWorked) {
  life_.Load();
  life_.Begin("cam", true);
  Life next(server_);
  server_.down = true;
  next.Load();
  EXPECT_FALSE(*next.loaded);
  server_.down = false;
  next.Load();
  next.Load();
  EXPECT_THAT(next.runner.told, ElementsAre("start cam again"));
}

TEST_F(PullBookTest, GoesOnWhereItCouldNotBeRemovedFromTheStore) {
  life_.Load();
  life_.Begin("cam", true);
  server_.down = true;
  EXPECT_FALSE(life_.Remove("cam"));
  EXPECT_THAT(life_.runner.told, IsEmpty());
  EXPECT_THAT(life_.book.List(), SizeIs(1));
}

TEST_F(PullBookTest, ForgetsWhatWasEndedWhileItWasWritten) {
  life_.Load();
  life_.Add(life_.SpecOf("cam", true));
  life_.book.OnLive(life_.runner.running.at("cam"));
  EXPECT_TRUE(life_.Remove("cam"));
  life_.Settle();
  EXPECT_THAT(server_.entries(), IsEmpty());
}

TEST_F(PullBookTest, ForgetsWhatTheServerEnded) {
  life_.Load();
  life_.Begin("cam", true);
  life_.book.OnOver(life_.runner.running.at("cam"), kGone);
  life_.Settle();
  EXPECT_THAT(server_.entries(), IsEmpty());
}

TEST_F(PullBookTest, KeepsWhatEndsWithTheProgram) {
  life_.Load();
  life_.Begin("cam", true);
  life_.book.Close();
  life_.book.OnOver(life_.runner.running.at("cam"), kGone);
  life_.Settle();
  EXPECT_THAT(server_.entries(), SizeIs(1));
  life_.Add(life_.SpecOf("late"));
  EXPECT_EQ(life_.CodeOf(ErrorCode::kUnavailable), "as expected");
}

TEST_F(PullBookTest, StartsKeptOnesAgainWithTheirApplication) {
  life_.Load();
  life_.Begin("cam", true);
  life_.Begin("guest", false);
  life_.book.OnAppEnding("default", "app");
  life_.book.OnAppEnding("default", "another");
  life_.Settle();
  EXPECT_THAT(life_.runner.told, ElementsAre("end cam", "end guest"));
  life_.book.OnAppStarted("default", "another");
  life_.book.OnAppStarted("default", "app");
  EXPECT_THAT(life_.runner.told, ElementsAre("end cam", "end guest", "start cam again"));
  EXPECT_THAT(life_.book.List(), SizeIs(1));
}

TEST_F(PullBookTest, ForgetsThoseOfAnApplicationThatIsGone) {
  life_.Load();
  life_.Begin("cam", true);
  life_.book.OnAppEnding("default", "app");
  EXPECT_THAT(life_.book.List(), SizeIs(1));
  life_.book.OnAppDeleted("default", "another");
  EXPECT_THAT(life_.book.List(), SizeIs(1));
  life_.book.OnAppDeleted("default", "app");
  life_.Settle();
  EXPECT_THAT(server_.entries(), IsEmpty());
  EXPECT_THAT(life_.book.List(), IsEmpty());
}

TEST_F(PullBookTest, WaitsForAnApplicationThatComesLater) {
  life_.Load();
  life_.Begin("cam", true);
  Life next(server_);
  next.refusal = {.code = ErrorCode::kNotFound, .detail = "no such application"};
  next.Load();
  EXPECT_THAT(next.runner.told, IsEmpty());
  next.refusal.reset();
  next.book.OnAppStarted("default", "app");
  EXPECT_THAT(next.runner.told, ElementsAre("start cam again"));
}

TEST_F(PullBookTest, LeavesOutWhatIsDamaged) {
  server_.Plant(PullPrefix("node") + "default/app/bad", R"({"vhost": "default"})");
  server_.Plant(PullPrefix("node") + "default/app/worse", "{");
  server_.Plant(PullPrefix("node2") + "default/app/foreign", "{}");
  life_.Load();
  EXPECT_TRUE(*life_.loaded);
  EXPECT_THAT(life_.runner.told, IsEmpty());
}

}  // namespace
}  // namespace weir::pull

#include "origin/wcs/pulled_streams.h"

#include <gmock/gmock.h>

#include "unit/origin/wcs/fakes.h"

namespace weir::wcs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Pulls that all work.
class FakeRunner final : public pull::Runner {
 public:
  void Start(uint64_t id, const stream::StreamPath& path, const pull::Plan& plan) override {
    started.push_back(path.text() + " from " + plan.urls.front().text());
    last = id;
  }

  void End(uint64_t /*id*/, const stream::StreamPath& path) override {
    ended.push_back(path.text());
  }

  std::vector<std::string> started;
  std::vector<std::string> ended;
  uint64_t last = 0;
};

class PulledStreamsTest : public ::testing::Test {
 protected:
  std::string Start(const PullChoice& what) {
    Result<Pull> result = Fail(ErrorCode::kEnded, "not answered");
    const size_t before = runner_.started.size();
    pulls_.Start(what, [&result](const Result<Pull>& pull) { result = pull; });
    if (runner_.started.size() > before) book_.OnLive(runner_.last);
    return result ? "ok" : result.error().detail;
  }

  size_t End(const PullChoice& choice) {
    std::optional<size_t> count;
    pulls_.End(choice, [&count](const Result<size_t>& ended) { count = *ended; });
    EXPECT_TRUE(count);
    return count.value_or(0);
  }

  std::vector<std::string> told_;
  test::FakePublishers publishers_{told_};
  FakeRunner runner_;
  origin::ApiStorage storage_{nullptr};
  pull::PullBook book_{
      {.runner = runner_,
       .storage = storage_,
       .prefix = {},
       .taken = [](const auto& /*path*/) { return false; },
       .properties = [](const auto& /*vhost*/,
                        const auto& /*app*/) { return service::OriginProperties{}; }}};
  PulledStreams pulls_{book_, publishers_, [] {
                         return PulledStreams::Apps{{"default", "app"}, {"other", "live"}};
                       }};
};

TEST_F(PulledStreamsTest, TakesNamesFromWhereTheyAre) {
  EXPECT_EQ(Start({.uri = "ovt://b:9000/app/one"}), "ok");
  EXPECT_EQ(Start({.uri = "ovt://b/", .remote_stream_name = "live/two"}), "ok");
  EXPECT_EQ(Start({.uri = "OVT://b/app", .local_stream_name = "3", .remote_stream_name = "three"}),
            "ok");
  EXPECT_EQ(Start({.uri = "ovt://b/x/four", .local_stream_name = "app/4"}), "ok");
  EXPECT_EQ(Start({.uri = "ovt://b/x/five",
                   .local_stream_name = "other/app/5",
                   .remote_stream_name = "x/five"}),
            "ok");
  EXPECT_THAT(runner_.started, ElementsAre("default/app/one from ovt://b:9000/app/one",
                                           "other/live/two from ovt://b:9000/live/two",
                                           "default/app/3 from ovt://b:9000/app/three",
                                           "default/app/4 from ovt://b:9000/x/four",
                                           "other/app/5 from ovt://b:9000/x/five"));
}

TEST_F(PulledStreamsTest, RefusesWhatMakesNoSense) {
  EXPECT_EQ(Start({.uri = "wss://b:8443/websocket"}), "only ovt:// can be pulled from here");
  EXPECT_EQ(Start({.uri = "ovt://b/app/one", .remote_stream_name = "two"}),
            "uri and remoteStreamName name two streams");
  EXPECT_EQ(Start({.uri = "ovt://b/app/one", .local_stream_name = "a/b/c/d"}),
            "localStreamName is no name");
  EXPECT_EQ(Start({.uri = "ovt://b/none/one"}), "there is no application none");
  EXPECT_NE(Start({.uri = "ovt://b"}), "ok");
  EXPECT_NE(Start({.uri = "ovt://"}), "ok");
  EXPECT_THAT(runner_.started, IsEmpty());
}

TEST_F(PulledStreamsTest, ListsThemWithTheirMediaSessions) {
  Start({.uri = "ovt://b:9000/app/one?secret=1", .local_stream_name = "here"});
  publishers_.streams = {test::Publisher("here", "id-1"), test::Publisher("there", "id-2")};
  const auto list = pulls_.List();
  ASSERT_THAT(list, SizeIs(1));
  EXPECT_EQ(list[0].media_session_id, "id-1");
  EXPECT_EQ(list[0].local_stream_name, "here");
  EXPECT_EQ(list[0].remote_stream_name, "one");
  EXPECT_EQ(list[0].uri, "ovt://b:9000/app/one");
}

TEST_F(PulledStreamsTest, EndsThoseThatAreMeant) {
  Start({.uri = "ovt://b/app/one", .local_stream_name = "1"});
  Start({.uri = "ovt://b/app/two", .local_stream_name = "2"});
  Start({.uri = "ovt://b/app/two", .local_stream_name = "3"});
  EXPECT_EQ(End({.uri = "ovt://c:9000/app/one"}), 0U);
  EXPECT_EQ(End({.local_stream_name = "1", .remote_stream_name = "two"}), 0U);
  EXPECT_EQ(End({.local_stream_name = "default/app/1"}), 1U);
  EXPECT_EQ(End({.uri = "ovt://b:9000/app/two", .remote_stream_name = "app/two"}), 2U);
  EXPECT_THAT(runner_.ended, ElementsAre("default/app/1", "default/app/2", "default/app/3"));
  EXPECT_THAT(pulls_.List(), IsEmpty());
}

}  // namespace
}  // namespace weir::wcs

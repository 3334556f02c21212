#include "origin/publish/live_streams.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/manual_executor.h"

namespace weir::origin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

LiveStreamPtr Make(const std::string& app, const std::string& name) {
  LiveStream::Identity identity;
  identity.id = app + name;
  identity.path = {.vhost = "v", .app = app, .name = name};
  return std::make_shared<LiveStream>(identity);
}

struct Notes final : LiveObserver {
  void OnStreamStarted(const LiveStreamPtr& stream) override {
    lines.push_back("+" + stream->identity().id);
  }

  void OnStreamEnded(const LiveStreamPtr& stream) override {
    lines.push_back("-" + stream->identity().id);
  }

  std::vector<std::string> lines;
};

TEST(LiveStreams, AreFoundByPathAndListedByApplication) {
  LiveStreams streams;
  const LiveStreamPtr one = Make("a", "1");
  streams.Add(one);
  streams.Add(Make("b", "2"));
  EXPECT_EQ(streams.Find({"v", "a", "1"}), one);
  EXPECT_EQ(streams.Find({"v", "a", "2"}), nullptr);
  EXPECT_EQ(streams.List().size(), 2U);
  EXPECT_THAT(streams.List("v", "a"), ElementsAre(one));
  EXPECT_THAT(streams.List("w"), IsEmpty());
  EXPECT_EQ(streams.List("v").size(), 2U);
}

TEST(LiveStreams, WatchersAreToldOnTheirLoop) {
  test::ManualExecutor loop;
  Notes notes;
  LiveStreams streams;
  streams.Watch(loop, notes);
  const LiveStreamPtr stream = Make("a", "1");
  streams.Add(stream);
  streams.Remove(stream);
  EXPECT_THAT(notes.lines, IsEmpty());
  loop.RunAll();
  EXPECT_THAT(notes.lines, ElementsAre("+a1", "-a1"));
}

TEST(LiveStreams, AnEndThatComesLateLeavesTheNextOfThatName) {
  LiveStreams streams;
  const LiveStreamPtr first = Make("a", "1");
  const LiveStreamPtr second = Make("a", "1");
  streams.Add(first);
  streams.Add(second);
  streams.Remove(first);
  EXPECT_EQ(streams.Find({"v", "a", "1"}), second);
}

}  // namespace
}  // namespace weir::origin

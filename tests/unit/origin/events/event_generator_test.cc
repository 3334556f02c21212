#include "origin/events/event_generator.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "base/worker_thread.h"
#include "config/document.h"
#include "stream/stream.h"
#include "support/recording_sink.h"
#include "support/run_until.h"
#include "support/temp_folder.h"

namespace weir::origin {
namespace {

using ::testing::Each;
using ::testing::IsEmpty;

/// A stream that is told events, and whose way in keeps them.
class Publisher {
 public:
  Publisher(net::EventLoop& loop, stream::Registry& streams, const stream::StreamPath& path)
      : stream_(path, loop, {}), streams_(streams), path_(path) {
    stream_.SetWayIn(&way_in_);
    EXPECT_TRUE(streams_.Claim(path_, stream_.ref()));
  }

  ~Publisher() {
    streams_.Release(path_, stream_.ref());
    stream_.SetWayIn(nullptr);
  }

  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    for (const media::Event& event : way_in_.events)
      texts.emplace_back(event.payload.text());
    return texts;
  }

  bool Has(const std::string& text) const {
    const std::vector<std::string> all = texts();
    return std::find(all.begin(), all.end(), text) != all.end();
  }

  void Forget() { way_in_.events.clear(); }

 private:
  test::RecordingSink way_in_;
  stream::Stream stream_;
  stream::Registry& streams_;
  const stream::StreamPath path_;
};

class EventGeneratorTest : public ::testing::Test {
 protected:
  void Configure(const std::string& generator) {
    const std::string text =
        "<Server><VirtualHosts><VirtualHost><Name>v</Name><Host><Names><Name>*</Name></Names>"
        "</Host><Applications><Application><Name>a</Name><Type>live</Type>" +
        generator +
        "</Application><Application><Name>b</Name><Type>live</Type></Application>"
        "</Applications></VirtualHost></VirtualHosts></Server>";
    std::shared_ptr<const config::Document> document =
        *config::Document::Parse(text, folder_.File("a.xml"), config::Environment{});
    auto hosts = *service::VirtualHosts::Read(document->root());
    book_.Replace(std::make_shared<service::HostsInForce>(service::HostsInForce{
        .document = document, .hosts = std::move(hosts), .access = {}, .ingest = {}}));
  }

  void Write(const std::string& text) {
    std::ofstream(folder_.File("new.xml")) << "<EventInfo>" << text << "</EventInfo>";
    std::filesystem::rename(folder_.File("new.xml"), folder_.File("events.xml"));
  }

  static std::string Sei(const std::string& stream, const std::string& data) {
    return "<Event><SourceStreamName>" + stream +
           "</SourceStreamName><Interval>100</Interval><EventFormat>sei</"
           "EventFormat><Values><Data>" +
           data + "</Data></Values></Event>";
  }

  void Start() {
    generator_ = std::make_unique<EventGenerator>(
        EventGenerator::Context{.control = loop_,
                                .disk = disk_,
                                .streams = streams_,
                                .book = book_,
                                .utc = [] { return UtcTime{}; },
                                .look_every = std::chrono::milliseconds(5)});
  }

  bool RunUntil(const std::function<bool()>& done) { return testing::RunUntil(loop_, done); }

  static constexpr const char* kOn =
      "<EventGenerator><Enable>true</Enable><Path>events.xml</Path></EventGenerator>";

  const testing::TempFolder folder_;
  net::EventLoop loop_;
  stream::Registry streams_;
  service::HostBook book_{std::make_shared<service::HostsInForce>()};
  Publisher cam_{loop_, streams_, {"v", "a", "cam1"}};
  Publisher other_{loop_, streams_, {"v", "a", "other"}};
  Publisher elsewhere_{loop_, streams_, {"v", "b", "cam1"}};
  WorkerThread disk_;
  std::unique_ptr<EventGenerator> generator_;
};

TEST_F(EventGeneratorTest, SendsToTheStreamsThatAreMeant) {
  Write(Sei("cam*", "tick"));
  Configure(kOn);
  Start();
  ASSERT_TRUE(RunUntil([this] { return cam_.texts().size() >= 3; }));
  EXPECT_THAT(cam_.texts(), Each("tick"));
  EXPECT_THAT(other_.texts(), IsEmpty());
  EXPECT_THAT(elsewhere_.texts(), IsEmpty()) << "of another application";
}

TEST_F(EventGeneratorTest, AFileThatChangesIsReadAgainAndABrokenOneChangesNothing) {
  Write(Sei("*", "old"));
  Configure(kOn);
  Start();
  ASSERT_TRUE(RunUntil([this] { return cam_.Has("old"); }));
  Write("<Event>");
  cam_.Forget();
  ASSERT_TRUE(RunUntil([this] { return cam_.texts().size() >= 3; }));
  EXPECT_THAT(cam_.texts(), Each("old"));
  Write(Sei("other", "new"));
  ASSERT_TRUE(RunUntil([this] { return other_.Has("new"); }));
  cam_.Forget();
  other_.Forget();
  ASSERT_TRUE(RunUntil([this] { return other_.texts().size() >= 3; }));
  EXPECT_THAT(other_.texts(), Each("new"));
  EXPECT_THAT(cam_.texts(), IsEmpty());
  std::filesystem::remove(folder_.File("events.xml"));
  other_.Forget();
  ASSERT_TRUE(RunUntil([this] { return other_.texts().size() >= 3; })) << "gone is no change";
}

TEST_F(EventGeneratorTest, FollowsTheConfiguration) {
  Configure("");
  Start();
  Configure(kOn);
  testing::RunFor(loop_, std::chrono::milliseconds(20));
  Write(Sei("*", "late"));
  ASSERT_TRUE(RunUntil([this] { return cam_.Has("late"); })) << "the file came after its name";
  Configure("");
  bool quiet = false;
  for (int i = 0; i < 40 && !quiet; ++i) {
    cam_.Forget();
    testing::RunFor(loop_, std::chrono::milliseconds(250));
    quiet = cam_.texts().empty();
  }
  EXPECT_TRUE(quiet);
}

TEST_F(EventGeneratorTest, MayEndWhileAFileIsRead) {
  Write(Sei("*", "x"));
  Configure(kOn);
  Start();
  testing::RunFor(loop_, std::chrono::milliseconds(3));
  generator_.reset();
  testing::RunFor(loop_, std::chrono::milliseconds(20));
  EXPECT_THAT(cam_.texts(), IsEmpty());
}

}  // namespace
}  // namespace weir::origin

#include "origin/dump/dumps.h"

#include <optional>
#include <utility>

#include <gmock/gmock.h>

#include "config/document.h"
#include "fake_disk.h"
#include "origin/dump/dump_calls.h"
#include "stream/stream.h"
#include "support/manual_executor.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::dump {
namespace {

using hls::testing::FramesOf;
using hls::testing::Shape;
using hls::testing::TracksOf;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr std::string_view kConfig = R"(<Server><VirtualHosts><VirtualHost><Name>v</Name>
  <Host><Names><Name>*</Name></Names></Host>
  <Applications>
    <Application><Name>a</Name><Type>live</Type><Publishers><LLHLS><Dumps><Dump>
      <Enable>true</Enable><TargetStreamName>auto*</TargetStreamName>
      <OutputPath>/${StreamName}</OutputPath></Dump></Dumps></LLHLS></Publishers></Application>
    <Application><Name>b</Name><Type>live</Type></Application>
  </Applications>
</VirtualHost></VirtualHosts></Server>)";

/// The worker of a dump: what it is given is done by `to`.
class Relayed final : public Executor {
 public:
  explicit Relayed(test::ManualExecutor& to) : to_(to) {}

  void Post(std::function<void()> task) override { to_.Post(std::move(task)); }

  bool IsCurrent() const override { return true; }

 private:
  test::ManualExecutor& to_;
};

class DumpsTest : public ::testing::Test {
 protected:
  /// One that is published.
  struct Published {
    Published(stream::StreamPath path, Executor& loop) : stream(path, loop, {}) {
      origin::LiveStream::Identity identity;
      identity.id = path.text() + std::to_string(++count);
      identity.path = path;
      live = std::make_shared<origin::LiveStream>(std::move(identity));
    }

    static inline int count = 0;

    stream::Stream stream;
    std::shared_ptr<origin::LiveStream> live;
  };

  DumpsTest() {
    live_.Watch(control_, dumps_);
    AddCalls(routes_, dumps_, live_, book_);
  }

  std::unique_ptr<Published> Publish(const std::string& name, const std::string& app = "a") {
    auto published = std::make_unique<Published>(
        stream::StreamPath{.vhost = "v", .app = app, .name = name}, loop_);
    EXPECT_TRUE(streams_.Claim(published->live->identity().path, published->stream.ref()));
    live_.Add(published->live);
    published->stream.OnTracks(TracksOf(Shape{}));
    Run();
    return published;
  }

  void End(std::unique_ptr<Published> published) {
    published->stream.OnEnd(media::EndReason::kFinished);
    streams_.Release(published->live->identity().path, published->stream.ref());
    live_.Remove(published->live);
    Run();
  }

  static void Frames(Published& published, double seconds) {
    for (const auto& frame : FramesOf(Shape{}, seconds))
      published.stream.OnFrame(frame);
  }

  void Run() {
    while (control_.pending() + loop_.pending() + worker_.pending() > 0) {
      control_.RunAll();
      loop_.RunAll();
      worker_.RunAll();
    }
  }

  json Post(const std::string& action, json body, const std::string& place = "a/streams/s") {
    const api::Routes::Match match =
        routes_.Find("POST", "/v1/vhosts/v/apps/" + place + ":" + action);
    EXPECT_NE(match.entry, nullptr) << action;
    std::optional<api::Answer> answer;
    api::Call call;
    call.method = "POST";
    call.names = match.names;
    call.body = std::move(body);
    match.entry->handler(call, [&answer](api::Answer given) { answer = std::move(given); });
    Run();
    return answer ? *answer->Body() : json();
  }

  static json Wanted(const std::string& id, const std::string& folder) {
    return {{"outputStreamName", "s"}, {"id", id}, {"outputPath", folder}};
  }

  std::string StartRefusal(const json& body) { return Post("startHlsDump", body)["message"]; }

  json List(const json& body = {{"outputStreamName", "s"}}) {
    return Post("hlsDumps", body)["response"];
  }

  const std::unique_ptr<config::Document> document_ =
      *config::Document::Parse(std::string(kConfig), "a.xml", {.variable = {}, .home = {}});
  service::HostBook book_{std::make_shared<const service::HostsInForce>(
      service::HostsInForce{.document = nullptr,
                            .hosts = *service::VirtualHosts::Read(document_->root()),
                            .access = {},
                            .ingest = {}})};
  test::ManualExecutor control_;
  test::ManualExecutor loop_;
  test::ManualExecutor worker_;
  stream::Registry streams_;
  origin::LiveStreams live_;
  std::map<std::string, testing::FakeFiles> disks_;  // by folder
  int ids_ = 0;
  Dumps dumps_{{.control = control_,
                .loop_of = [this](const origin::LiveStream&) -> Executor& { return loop_; },
                .streams = streams_,
                .live = live_,
                .root = "/dumps",
                .configured = [this](std::string_view vhost, std::string_view app)
                    -> std::optional<std::vector<ConfiguredDump>> {
                  auto found = FindDumpOptions(book_.Now()->hosts, vhost, app);
                  return found ? *std::move(found) : std::nullopt;
                },
                .utc = [] { return UtcTime(std::chrono::seconds(1'700'000'000)); },
                .new_id = [this] { return "made" + std::to_string(++ids_); },
                .make_worker = [this] { return std::make_unique<Relayed>(worker_); },
                .make_disk =
                    [this](const DumpPlace& place) {
                      return std::make_unique<testing::FakeDisk>(disks_[place.folder]);
                    }}};
  api::Routes routes_;
};

TEST_F(DumpsTest, AreStartedListedAndStopped) {
  const auto stream = Publish("s");
  json wanted = Wanted("1", "/one");
  wanted["playlist"] = {"master.m3u8"};
  wanted["userData"] = "u";
  EXPECT_EQ(Post("startHlsDump", wanted), json::parse(R"({"statusCode":200,"message":"OK"})"));
  Frames(*stream, 5);
  Run();
  EXPECT_TRUE(disks_["one"].Has("master.m3u8"));
  wanted["enabled"] = true;
  EXPECT_EQ(List(), json::array({wanted}));
  EXPECT_EQ(List({{"outputStreamName", "s"}, {"id", "x"}}), json::array());
  EXPECT_EQ(Post("stopHlsDump", {{"outputStreamName", "s"}, {"id", "1"}})["statusCode"], 200);
  wanted["enabled"] = false;
  EXPECT_EQ(List({{"outputStreamName", "s"}, {"id", "1"}}), json::array({wanted}));
}

TEST_F(DumpsTest, AnIdIsTakenForAsLongAsItsStreamLives) {
  auto stream = Publish("s");
  const std::string taken = "[HTTP] Could not start dump: [v/a/s] (Duplicate ID) (500)";
  Post("startHlsDump", Wanted("1", "one"));
  EXPECT_EQ(StartRefusal(Wanted("1", "two")), taken);
  Post("stopHlsDump", {{"outputStreamName", "s"}});
  EXPECT_EQ(StartRefusal(Wanted("1", "two")), taken);
  End(std::move(stream));
  const auto next = Publish("s");
  EXPECT_EQ(List(), json::array());
  EXPECT_EQ(StartRefusal(Wanted("1", "two")), "OK");
}

TEST_F(DumpsTest, TwoThatRunDoNotShareFiles) {
  const auto stream = Publish("s");
  const auto other = Publish("t");
  json with_info = Wanted("1", "one");
  with_info["infoFile"] = "/info.xml";
  Post("startHlsDump", with_info);
  with_info["id"] = "2";
  with_info["outputPath"] = "two";
  EXPECT_EQ(StartRefusal(with_info),
            "[HTTP] Could not start dump: [v/a/s] (Duplicate info file) (500)");
  EXPECT_EQ(StartRefusal(Wanted("2", "/one/")),
            "[HTTP] Could not start dump: [v/a/s] (Duplicate output path) (500)");
  // Names of another stream's files are others.
  json others = Wanted("1", "one");
  others["outputStreamName"] = "t";
  EXPECT_EQ(Post("startHlsDump", others, "a/streams/t")["statusCode"], 200);
  Post("stopHlsDump", {{"outputStreamName", "s"}, {"id", "1"}});
  EXPECT_EQ(StartRefusal(with_info), "OK");
}

TEST_F(DumpsTest, SayWhatIsMissing) {
  const auto stream = Publish("s");
  const auto plain = Publish("s", "b");
  const auto message = [this](const std::string& action, const json& body,
                              const std::string& place = "a/streams/s") -> std::string {
    return Post(action, body, place)["message"];
  };
  EXPECT_EQ(message("startHlsDump", {}, "x/streams/s"),
            "[HTTP] Could not find the application: [v/x] (404)");
  EXPECT_EQ(message("startHlsDump", {}, "a/streams/x"),
            "[HTTP] Could not find the stream: [v/#v#a/x] (404)");
  EXPECT_EQ(message("startHlsDump", {}),
            "[HTTP] id, outputStreamName and outputPath are required (400)");
  EXPECT_EQ(message("startHlsDump", Wanted("1", "../x")),
            "[HTTP] Invalid [outputPath] parameter (400)");
  json other = Wanted("1", "x");
  other["outputStreamName"] = "o";
  EXPECT_EQ(message("startHlsDump", other), "[HTTP] Could not find output stream: [v/a/o] (404)");
  EXPECT_EQ(message("startHlsDump", Wanted("1", "x"), "b/streams/s"),
            "[HTTP] Could not find LLHLS stream: [v/b/s] (404)");
  for (const char* action : {"stopHlsDump", "hlsDumps"}) {
    EXPECT_EQ(message(action, {}), "[HTTP] outputStreamName is required (400)");
    EXPECT_EQ(message(action, {{"outputStreamName", "o"}}),
              "[HTTP] Could not find output stream: [v/a/o] (404)");
  }
  EXPECT_EQ(message("stopHlsDump", {{"outputStreamName", "s"}, {"id", "x"}}),
            "[HTTP] Could not stop dump: [v/a/s] (Could not find dump info) (500)");
  EXPECT_EQ(message("stopHlsDump", {{"outputStreamName", "s"}}), "OK");
}

TEST_F(DumpsTest, APlaylistThatTheStreamHasNotIsRefusedAtOnce) {
  const auto stream = Publish("s");
  origin::LiveStream::State state;
  state.tracks = TracksOf(Shape{});
  stream->live->Update(std::move(state));
  json wanted = Wanted("1", "one");
  wanted["playlist"] = {"other.m3u8"};
  EXPECT_EQ(StartRefusal(wanted),
            "[HTTP] Could not start dump: [v/a/s] (Could not dump master playlist) (500)");
  wanted["playlist"] = {"llhls.m3u8"};
  EXPECT_EQ(StartRefusal(wanted), "OK");
}

TEST_F(DumpsTest, AFolderThatCannotBeMadeIsToldAndTheIdIsFree) {
  const auto stream = Publish("s");
  disks_["one"].opens = false;
  EXPECT_EQ(StartRefusal(Wanted("1", "one")),
            "[HTTP] Could not start dump: [v/a/s] (Could not dump init segment) (500)");
  EXPECT_EQ(List(), json::array());
  EXPECT_EQ(StartRefusal(Wanted("1", "two")), "OK");
}

TEST_F(DumpsTest, AFailureLeavesItListedAndTheStreamAlone) {
  const auto stream = Publish("s");
  Post("startHlsDump", Wanted("1", "one"));
  disks_["one"].failing = "seg_";
  Frames(*stream, 5);
  Run();
  EXPECT_EQ(List()[0]["enabled"], false);
  EXPECT_EQ(StartRefusal(Wanted("2", "two")), "OK");
  EXPECT_GT(stream->stream.stats().frames, 0U);
}

TEST_F(DumpsTest, AreAsManyAsAreAllowed) {
  const auto stream = Publish("s");
  for (size_t i = 0; i < Dumps::kDumpsMax; ++i)
    EXPECT_EQ(StartRefusal(Wanted(std::to_string(i), "d" + std::to_string(i))), "OK");
  EXPECT_EQ(StartRefusal(Wanted("more", "more")),
            "[HTTP] Could not start dump: [v/a/s] (Too many dumps) (500)");
}

TEST_F(DumpsTest, TheConfigurationMakesThemForStreamsOfItsNames) {
  const auto other = Publish("s");
  const auto stream = Publish("auto1");
  Frames(*stream, 5);
  Run();
  EXPECT_EQ(List(), json::array());
  const json made =
      Post("hlsDumps", {{"outputStreamName", "auto1"}}, "a/streams/auto1")["response"];
  EXPECT_EQ(made, json::parse(R"([{"id":"made1","outputStreamName":"auto1",
                                    "outputPath":"/${StreamName}","enabled":true}])"));
  EXPECT_GT(disks_["auto1"].Count("seg_"), 0U);
}

TEST_F(DumpsTest, EndWithTheirStreamAndAreForgottenOnceWritten) {
  auto stream = Publish("auto1");
  Frames(*stream, 5);
  End(std::move(stream));
  EXPECT_GT(disks_["auto1"].Count("seg_"), 0U);
  EXPECT_THAT(disks_["auto1"].lasting, ::testing::SizeIs(2));
  const auto next = Publish("auto1");
  const json made =
      Post("hlsDumps", {{"outputStreamName", "auto1"}}, "a/streams/auto1")["response"];
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0]["id"], "made2");
}

TEST_F(DumpsTest, ADrainWaitsForTheirEnds) {
  const auto stream = Publish("auto1");
  Frames(*stream, 5);
  bool drained = false;
  dumps_.Drain([&drained] { drained = true; });
  EXPECT_FALSE(drained);
  Run();
  EXPECT_TRUE(drained);
  EXPECT_THAT(disks_["auto1"].lasting, ::testing::SizeIs(2));
  const auto late = Publish("s");
  EXPECT_THAT(StartRefusal(Wanted("1", "one")), HasSubstr("The server is going down"));
}

TEST_F(DumpsTest, ADrainOfNothingIsDoneAtOnce) {
  bool drained = false;
  dumps_.Drain([&drained] { drained = true; });
  EXPECT_TRUE(drained);
}

}  // namespace
}  // namespace weir::dump

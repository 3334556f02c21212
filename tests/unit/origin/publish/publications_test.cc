#include "origin/publish/publications.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "config/document.h"
#include "support/manual_executor.h"
#include "support/recording_sink.h"
#include "support/run_until.h"
#include "unit/stream/ingest/wire_source.h"

namespace weir::origin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kConfig = R"(<Server version="8">
  <VirtualHosts><VirtualHost>
    <Name>default</Name>
    <Host><Names><Name>live.example</Name></Names></Host>
    <Applications><Application>
      <Name>app</Name>
      <Providers><RTMP/></Providers>
    </Application><Application>
      <Name>other</Name>
      <Providers><RTMP/></Providers>
    </Application></Applications>
  </VirtualHost></VirtualHosts>
</Server>)";

/// The gate of one loop that stands still, over a real configuration.
struct PublicationsTest : ::testing::Test {
  PublicationsTest() {
    document = *config::Document::Parse(kConfig, "test.xml", config::Environment{});
    book.Replace(std::make_shared<service::HostsInForce>(
        service::HostsInForce{.document = nullptr,
                              .hosts = *service::VirtualHosts::Read(document->root()),
                              .access = {},
                              .ingest = {}}));
  }

  Result<std::unique_ptr<service::Publication>> Open(service::PublishRequest request) {
    Result<std::unique_ptr<service::Publication>> got = Fail(ErrorCode::kEnded, "not answered");
    publications->gate(0).Open(request, [&](auto answer) { got = std::move(answer); });
    return got;
  }

  static service::PublishRequest Request(const std::string& stream) {
    return {.protocol = "rtmp",
            .host = "live.example",
            .app = "app",
            .stream = stream,
            .query = "",
            .url = "",
            .peer = "192.0.2.1:50123"};
  }

  net::LoopGroup loops{1};
  std::unique_ptr<config::Document> document;
  service::HostBook book{nullptr};
  stream::Registry registry;
  test::ManualExecutor writer;
  stream::RunLedger ledger{{}, writer};
  LiveStreams live;
  std::unique_ptr<Publications> publications =
      std::make_unique<Publications>(loops, book, registry, ledger, live);
};

TEST_F(PublicationsTest, TakesAVirtualHostByItsOwnName) {
  service::PublishRequest request = Request("stream");
  request.host = "nobody.example";
  EXPECT_EQ(Open(request).error().code, ErrorCode::kNotFound);
  request.vhost = "default";
  const auto publication = Open(request);
  ASSERT_TRUE(publication) << publication.error().detail;
  EXPECT_TRUE(registry.Find({"default", "app", "stream"}));
  request.host = "live.example";
  request.vhost = "none";
  EXPECT_EQ(Open(request).error().code, ErrorCode::kNotFound);
}

TEST_F(PublicationsTest, GivesANameToOnePublisherAtATime) {
  auto first = Open(Request("stream"));
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_TRUE(registry.Find({"default", "app", "stream"}));
  const auto second = Open(Request("stream"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kRefused);
  first->reset();
  EXPECT_FALSE(registry.Find({"default", "app", "stream"}));
  EXPECT_TRUE(Open(Request("stream")));
}

TEST_F(PublicationsTest, IsKnownByTheIdOfItsRequest) {
  const service::PublishRequest request = Request("stream");
  const auto publication = Open(request);
  ASSERT_TRUE(publication);
  EXPECT_EQ(live.Find({"default", "app", "stream"})->identity().id, request.id);
  EXPECT_NE(Request("other").id, request.id);
}

TEST_F(PublicationsTest, ARefusedSecondPublisherLeavesTheFirstInTheRegistry) {
  const auto first = Open(Request("stream"));
  const stream::StreamRef held = registry.Find({"default", "app", "stream"});
  EXPECT_FALSE(Open(Request("stream")));
  EXPECT_EQ(registry.Find({"default", "app", "stream"}), held);
}

TEST_F(PublicationsTest, RefusesHostsApplicationsAndProtocolsThatAreNotConfigured) {
  service::PublishRequest request = Request("stream");
  request.host = "other.example";
  EXPECT_EQ(Open(request).error().code, ErrorCode::kNotFound);
  request = Request("stream");
  request.app = "nowhere";
  EXPECT_THAT(Open(request).error().detail, HasSubstr("nowhere"));
  request = Request("stream");
  request.protocol = "srt";
  EXPECT_EQ(Open(request).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(registry.List().empty());
}

TEST_F(PublicationsTest, CutsAsTheApplicationSaysWhenAPublisherComes) {
  EXPECT_TRUE(Open(Request("before")));
  book.Replace(std::make_shared<service::HostsInForce>());
  EXPECT_EQ(Open(Request("after")).error().code, ErrorCode::kNotFound);
}

TEST_F(PublicationsTest, EndsTheStreamsOfOneApplicationAlone) {
  const auto ended = Open(Request("stream"));
  service::PublishRequest other_request = Request("stream");
  other_request.app = "other";
  const auto other = Open(other_request);
  ASSERT_TRUE(ended && other);
  test::RecordingSink viewer;
  const auto subscription =
      Subscribe(registry.Find({"default", "app", "stream"}), loops.at(0), {}, viewer);
  std::string told;
  (*ended)->OnStop([&](const Error& reason) { told = reason.detail; });
  bool other_told = false;
  (*other)->OnStop([&](const Error&) { other_told = true; });
  publications->EndApplication("default", "app", {.code = ErrorCode::kEnded, .detail = "restarted"},
                               [&] { loops.at(0).Post([&] { loops.at(0).Stop(); }); });
  loops.at(0).Run();
  EXPECT_EQ(told, "restarted");
  EXPECT_EQ(viewer.end(), media::EndReason::kStopped);
  EXPECT_FALSE(other_told);
  EXPECT_TRUE(registry.Find({"default", "other", "stream"}));
  EXPECT_TRUE(Open(Request("stream"))) << "the name is free while the old publisher goes";
}

TEST_F(PublicationsTest, WhatIsToldToTheStreamItselfPassesThePolicyOfPublishers) {
  const auto hosts = *service::VirtualHosts::Read(document->root());
  book.Replace(std::make_shared<service::HostsInForce>(
      service::HostsInForce{.document = nullptr,
                            .hosts = hosts,
                            .access = {},
                            .ingest = {},
                            .dropped_events = {{{"default", "app"}, {"amf"}}}}));
  const auto publication = Open(Request("stream"));
  ASSERT_TRUE(publication);
  EXPECT_EQ((*publication)->path(), (stream::StreamPath{"default", "app", "stream"}));
  const stream::StreamRef stream = registry.Find({"default", "app", "stream"});
  test::RecordingSink viewer;
  const auto subscription = Subscribe(stream, loops.at(0), {}, viewer);
  const auto event = [](const char* text) {
    return std::make_shared<const media::Event>(
        media::Event{.kind = media::Event::Kind::kAmf, .payload = SharedBytes(std::string(text))});
  };
  (*publication)->OnEvent(event("sent"));
  stream::Inject(stream, event("made"));
  const stream::test::WireSpec spec{.seconds = 10};
  loops.at(0).Post([&] {
    (*publication)->OnTracks(stream::test::Shared(stream::test::TracksOf(spec)));
    for (const stream::test::WireFrame& wire : stream::test::MakeWire(spec))
      (*publication)->OnFrame(wire.frame);
    (*publication)->OnEnd(media::EndReason::kFinished);
  });
  ASSERT_TRUE(testing::RunUntil(loops.at(0), [&] { return viewer.end().has_value(); }));
  std::vector<std::string> texts;
  for (const auto& frame : viewer.frames()) {
    if (frame->events == nullptr) continue;
    for (const media::Event& one : *frame->events)
      texts.emplace_back(one.payload.text());
  }
  EXPECT_THAT(texts, ElementsAre("made"));
}

TEST_F(PublicationsTest, DrainingAsksPublishersToGoAndLetsNobodyIn) {
  const auto publication = Open(Request("stream"));
  std::string told;
  (*publication)->OnStop([&](const Error& reason) { told = reason.detail; });
  bool done = false;
  publications->Drain([&] {
    done = true;
    loops.at(0).Stop();
  });
  loops.at(0).Run();
  EXPECT_TRUE(done);
  EXPECT_THAT(told, HasSubstr("going down"));
  EXPECT_EQ(Open(Request("late")).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace weir::origin

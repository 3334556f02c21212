#include "origin/publish/ingest_events.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::origin {
namespace {

using media::Event;
using std::chrono::seconds;

constexpr const char* kConfig = R"(<Server><VirtualHosts><VirtualHost><Name>v</Name>
  <Host><Names><Name>*</Name></Names></Host>
  <Applications>
    <Application><Name>app</Name><Type>live</Type></Application>
    <Application><Name>*</Name><Type>live</Type></Application>
  </Applications></VirtualHost></VirtualHosts></Server>)";

class IngestEventsTest : public ::testing::Test {
 protected:
  IngestEventsTest() { SetPolicies({}); }

  void SetPolicies(service::EventsByApp policies) {
    book_.Replace(std::make_shared<service::HostsInForce>(
        service::HostsInForce{.document = nullptr,
                              .hosts = *service::VirtualHosts::Read(document_->root()),
                              .access = {},
                              .ingest = {},
                              .dropped_events = std::move(policies)}));
  }

  bool Take(IngestEvents& events, Event::Kind kind, size_t size = 10) {
    const Event event{.kind = kind, .payload = SharedBytes(std::string(size, 'x'))};
    return events.Take(event, now_, UtcTime{});
  }

  IngestEvents For(const std::string& app) { return {book_, {"v", app, "stream"}, now_}; }

  const std::unique_ptr<config::Document> document_ =
      *config::Document::Parse(kConfig, "a.xml", config::Environment{});
  service::HostBook book_{nullptr};
  Clock::time_point now_{seconds(1'000)};
};

TEST_F(IngestEventsTest, APolicyHoldsAtOnceAndForItsApplicationAlone) {
  IngestEvents app = For("app");
  IngestEvents dynamic = For("dynamic");
  EXPECT_TRUE(Take(app, Event::Kind::kAmf));
  SetPolicies({{{"v", "app"}, {"amf", "webvtt", "scte35"}}});
  EXPECT_FALSE(Take(app, Event::Kind::kAmf));
  EXPECT_FALSE(Take(app, Event::Kind::kScte35));
  EXPECT_TRUE(Take(app, Event::Kind::kId3));
  EXPECT_TRUE(Take(app, Event::Kind::kCue));
  EXPECT_TRUE(Take(dynamic, Event::Kind::kAmf));
  SetPolicies({{{"v", "*"}, {"amf"}}});
  EXPECT_TRUE(Take(app, Event::Kind::kAmf));
  EXPECT_FALSE(Take(dynamic, Event::Kind::kAmf)) << "made by the template";
}

TEST_F(IngestEventsTest, AnApplicationThatIsGoneHasNoPolicy) {
  IngestEvents app = For("app");
  book_.Replace(std::make_shared<service::HostsInForce>());
  EXPECT_TRUE(Take(app, Event::Kind::kAmf));
}

TEST_F(IngestEventsTest, TooManyAreLeftOut) {
  IngestEvents app = For("app");
  for (int i = 0; i < static_cast<int>(IngestEvents::kCountMax); ++i)
    ASSERT_TRUE(Take(app, Event::Kind::kAmf)) << i;
  EXPECT_FALSE(Take(app, Event::Kind::kAmf));
  EXPECT_TRUE(Take(app, Event::Kind::kConclude)) << "the end is never too much";
  now_ += seconds(1);
  int taken = 0;
  while (Take(app, Event::Kind::kAmf))
    ++taken;
  EXPECT_EQ(taken, static_cast<int>(IngestEvents::kCountPerSecond));
}

TEST_F(IngestEventsTest, TooManyBytesAreLeftOut) {
  IngestEvents app = For("app");
  constexpr size_t kSize = Event::kPayloadMax;
  const int many = static_cast<int>(IngestEvents::kBytesMax) / static_cast<int>(kSize);
  for (int i = 0; i < many; ++i)
    ASSERT_TRUE(Take(app, Event::Kind::kAmf, kSize)) << i;
  EXPECT_FALSE(Take(app, Event::Kind::kAmf, kSize));
  EXPECT_TRUE(Take(app, Event::Kind::kAmf, 0)) << "a small one still is";
}

TEST_F(IngestEventsTest, WhatAPolicyDropsCostsNothing) {
  SetPolicies({{{"v", "app"}, {"amf"}}});
  IngestEvents app = For("app");
  for (int i = 0; i < 1'000; ++i)
    ASSERT_FALSE(Take(app, Event::Kind::kAmf));
  EXPECT_TRUE(Take(app, Event::Kind::kId3));
}

}  // namespace
}  // namespace weir::origin

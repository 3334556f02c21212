// The whole way over real sockets on this machine: origin's stream, relay, puller, edge's stream.
#include "edge/pull/puller.h"

#include <future>

#include <gtest/gtest.h>

#include "base/guarded.h"
#include "net/tcp_listener.h"
#include "protocols/relay/egress.h"
#include "protocols/relay/viewer_survey.h"
#include "support/recording_sink.h"
#include "unit/stream/sample_stream.h"

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using stream::test::AudioAndVideo;
using stream::test::kPath;
using stream::test::OneSegment;

constexpr auto kPatience = 20s;
constexpr const char* kRun = "0123456789abcdef";

relay::Options OptionsOf(std::string secret) {
  relay::Options options;
  options.secret = std::move(secret);
  return options;
}

/// Runs `task` on `loop` and returns what it returns.
template <class Task>
auto On(net::EventLoop& loop, Task task) {
  auto promise = std::make_shared<std::promise<decltype(task())>>();
  auto future = promise->get_future();
  loop.Post([promise, task = std::move(task)] {
    if constexpr (std::is_void_v<decltype(task())>) {
      task();
      promise->set_value();
    } else {
      promise->set_value(task());
    }
  });
  EXPECT_EQ(future.wait_for(kPatience), std::future_status::ready);
  return future.get();
}

/// Passes on what edges say of their viewers.
class SurveyObserver final : public relay::EgressObserver {
 public:
  explicit SurveyObserver(net::LoopGroup& loops) : survey_(loops) {}

  void OnEdgeOpened(relay::ServerSession& session) override {
    survey_.part(0).OnEdgeOpened(session);
  }

  void OnEdgeClosed(relay::ServerSession& session) override {
    survey_.part(0).OnEdgeClosed(session);
  }

  void OnViewers(relay::ServerSession& session, relay::ViewersPage page) override {
    survey_.part(0).OnViewers(session, std::move(page));
  }

  void OnViewersEnded(relay::ServerSession& session, const relay::ViewersEnded& answer) override {
    survey_.part(0).OnViewersEnded(session, answer);
  }

  relay::ViewerSurvey& survey() { return survey_; }

 private:
  relay::ViewerSurvey survey_;
};

/// An origin with one loop and one stream.
class Origin {
 public:
  explicit Origin(uint16_t port = 0, std::string secret = "secret")
      : options_(OptionsOf(std::move(secret))) {
    listener_ = std::make_unique<net::TcpListener>(
        loop(), net::ListenOptions{.address = "127.0.0.1", .port = port, .component = "relay"},
        relay::MakeServerFactory({registry_, loop(), options_, observer_}));
    listening_ = static_cast<bool>(listener_->Listen());
    port_ = listener_->port();
    loops_.Start();
  }

  ~Origin() {
    loops_.Stop();
    listener_.reset();
    stream_.reset();
  }

  Origin(const Origin&) = delete;
  Origin& operator=(const Origin&) = delete;

  void Publish(const char* run, int64_t first) {
    On(loop(), [&] {
      stream_ = std::make_unique<stream::Stream>(kPath, loop(), stream::BacklogLimits{});
      (void)registry_.Claim(kPath, stream_->ref());
      stream_->OnTracks(AudioAndVideo(run));
      Play(first);
    });
  }

  void PlayOn(int64_t number) {
    On(loop(), [&] { Play(number); });
  }

  size_t connections() {
    return On(loop(), [&] { return listener_->connections(); });
  }

  net::EventLoop& loop() { return loops_.at(0); }

  uint16_t port() const { return port_; }

  relay::FoundViewers FindViewers(const relay::ViewerChoice& choice) {
    std::promise<relay::FoundViewers> answer;
    observer_.survey().Find(choice, 1'000, loop(), [&answer](relay::FoundViewers found) {
      answer.set_value(std::move(found));
    });
    return answer.get_future().get();
  }

  int64_t EndViewers(const relay::ViewerChoice& choice) {
    std::promise<int64_t> answer;
    observer_.survey().End(choice, "over", loop(),
                           [&answer](int64_t count) { answer.set_value(count); });
    return answer.get_future().get();
  }

  bool listening() const { return listening_; }

 private:
  void Play(int64_t number) {
    for (const auto& frame : OneSegment(number))
      stream_->OnFrame(frame);
  }

  net::LoopGroup loops_{1};
  stream::Registry registry_;
  relay::Options options_;
  SurveyObserver observer_{loops_};
  std::unique_ptr<net::TcpListener> listener_;
  std::unique_ptr<stream::Stream> stream_;
  bool listening_ = false;
  uint16_t port_ = 0;
};

/// One viewer of each stream.
class FakeDesk final : public relay::ViewerDesk {
 public:
  relay::ViewersPage Find(const Names& streams, const relay::FindViewers& question) override {
    relay::ViewersPage page{.ask = question.ask};
    for (const auto& [here, there] : streams)
      page.viewers.push_back({.id = here.name, .path = there});
    return page;
  }

  relay::ViewersEnded End(const Names& streams, const relay::EndViewers& order) override {
    return {.ask = order.ask, .count = static_cast<int64_t>(streams.size())};
  }
};

/// An edge with two loops, whose program writes down what its streams carry.
class Edge : public PullObserver {
 public:
  explicit Edge(std::string secret = "secret", Clock::duration answer_patience = kPatience) {
    PullerOptions options;
    options.relay = OptionsOf(std::move(secret));
    options.answer_patience = answer_patience;
    options.viewers = &desk_;
    puller_ = std::make_unique<Puller>(loops_, registry_, options, *this);
    loops_.Start();
  }

  ~Edge() override {
    loops_.Stop();
    puller_.reset();
  }

  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  std::future<Result<stream::StreamRef>> Acquire(uint16_t port) {
    PullPlan plan;
    service::OriginUrl url;
    url.scheme = "ovt";
    url.host = "127.0.0.1";
    url.port = port;
    url.app = kPath.app;
    url.stream = kPath.name;
    plan.urls.push_back(url);
    auto promise = std::make_shared<std::promise<Result<stream::StreamRef>>>();
    puller_->Acquire(kPath, plan, loops_.at(0), [promise](Result<stream::StreamRef> answer) {
      promise->set_value(std::move(answer));
    });
    return promise->get_future();
  }

  Result<stream::StreamRef> Ask(uint16_t port) {
    auto future = Acquire(port);
    EXPECT_EQ(future.wait_for(kPatience), std::future_status::ready);
    return future.get();
  }

  /// Waits until segment `number` has arrived.
  void Expect(int64_t number) {
    const auto arrived = std::make_shared<std::promise<void>>();
    On(puller_->HomeOf(kPath), [this, number, arrived] {
      const auto has = [number](const std::shared_ptr<const media::Frame>& frame) {
        return frame && frame->mark && frame->mark->number == number;
      };
      for (const auto& frame : sink_.frames()) {
        if (!has(frame)) continue;
        arrived->set_value();
        return;
      }
      sink_.on_call = [has, arrived,
                       told = false](const weir::test::RecordingSink::Call& call) mutable {
        if (told || !has(call.frame)) return;
        told = true;
        arrived->set_value();
      };
    });
    EXPECT_EQ(arrived->get_future().wait_for(kPatience), std::future_status::ready);
  }

  std::vector<std::string> Runs() {
    return On(puller_->HomeOf(kPath), [&] {
      std::vector<std::string> runs;
      for (const auto& tracks : sink_.track_lists())
        runs.push_back(tracks->run->id);
      return runs;
    });
  }

  void OnOpened(stream::Stream& stream) override {
    opened_.With([](int& count) { ++count; });
    subscription_ =
        stream::Subscribe(stream.ref(), puller_->HomeOf(kPath),
                          {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = 10}, sink_);
  }

  void OnClosed(const stream::StreamPath& /*path*/) override { subscription_.reset(); }

  void OnControl(const stream::StreamPath& /*path*/,
                 const relay::ControlMessage& /*message*/) override {}

  relay::StreamStats OnUsage(const stream::StreamPath& /*path*/) override {
    return {.protocols = {{.name = "hls", .viewers = 1}}};
  }

  int opened() {
    return opened_.With([](int& count) { return count; });
  }

 private:
  net::LoopGroup loops_{2};
  stream::Registry registry_;
  Guarded<int> opened_{0};
  weir::test::RecordingSink sink_;
  FakeDesk desk_;
  std::unique_ptr<stream::Subscription> subscription_;
  std::unique_ptr<Puller> puller_;
};

TEST(Puller, BringsAStreamToAllWhoAskOverOneConnection) {
  Origin origin;
  ASSERT_TRUE(origin.listening());
  origin.Publish(kRun, 1);
  Edge edge;
  std::vector<std::future<Result<stream::StreamRef>>> answers;
  for (int i = 0; i < 10; ++i)
    answers.push_back(edge.Acquire(origin.port()));
  for (auto& answer : answers) {
    ASSERT_EQ(answer.wait_for(kPatience), std::future_status::ready);
    EXPECT_TRUE(answer.get());
  }
  EXPECT_EQ(edge.opened(), 1);
  EXPECT_EQ(origin.connections(), 1U);
  origin.PlayOn(2);
  edge.Expect(2);
}

TEST(Puller, TellsWhoAsksForAStreamThatIsNotThere) {
  Origin origin;
  Edge edge;
  const auto answer = edge.Ask(origin.port());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kNotFound);
  // And once it is there, it is found.
  origin.Publish(kRun, 1);
  EXPECT_TRUE(edge.Ask(origin.port()));
}

TEST(Puller, TellsInTimeWhereNoOriginAnswers) {
  uint16_t port = 0;
  {
    const Origin gone;
    port = gone.port();
  }
  Edge edge("secret", 300ms);
  const auto answer = edge.Ask(port);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST(Puller, DoesNotGetAStreamWithAWrongSecret) {
  Origin origin;
  origin.Publish(kRun, 1);
  Edge edge("guess", 300ms);
  const auto answer = edge.Ask(origin.port());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST(Puller, GoesOnInTheSameStreamWhenTheOriginDiesAndComesBack) {
  auto origin = std::make_unique<Origin>();
  const uint16_t port = origin->port();
  origin->Publish(kRun, 1);
  Edge edge;
  ASSERT_TRUE(edge.Ask(port));
  edge.Expect(1);
  origin.reset();
  origin = std::make_unique<Origin>(port);
  ASSERT_TRUE(origin->listening());
  origin->Publish("fedcba9876543210", 10);
  edge.Expect(10);
  EXPECT_EQ(edge.Runs(), (std::vector<std::string>{kRun, "fedcba9876543210"}));
  EXPECT_EQ(edge.opened(), 1);
}

TEST(Puller, LetsOriginsAskWhoWatchesTheirStreams) {
  Origin origin;
  EXPECT_TRUE(origin.FindViewers({}).viewers.empty()) << "there is no edge yet";
  origin.Publish(kRun, 1);
  Edge edge;
  ASSERT_TRUE(edge.Ask(origin.port()));
  const relay::FoundViewers found = origin.FindViewers({.app = kPath.app});
  ASSERT_EQ(found.viewers.size(), 1U);
  EXPECT_TRUE(found.complete);
  EXPECT_EQ(found.viewers[0].path, kPath);
  EXPECT_TRUE(origin.FindViewers({.app = "other"}).viewers.empty());
  EXPECT_EQ(origin.EndViewers({.name = kPath.name}), 1);
  EXPECT_EQ(origin.EndViewers({.name = "other"}), 0);
}

}  // namespace
}  // namespace weir::edge

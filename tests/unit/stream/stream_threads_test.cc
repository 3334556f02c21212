#include <atomic>
#include <future>
#include <memory>

#include <gtest/gtest.h>

#include "base/worker_thread.h"
#include "sample_stream.h"
#include "stream/stream.h"

namespace weir::stream {
namespace {

using test::AudioAndVideo;
using test::kPath;
using test::OneSegment;

/// Checks order on the fly, since it may see any part of the stream.
class CheckingSink final : public media::MediaSink {
 public:
  void OnTracks(std::shared_ptr<const media::TrackList>) override { tracks_seen = true; }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    in_order = in_order && tracks_seen && frame->dts > last_[frame->track];
    last_[frame->track] = frame->dts;
    ++frames;
  }

  void OnEnd(media::EndReason) override { ended.set_value(); }

  bool tracks_seen = false;
  bool in_order = true;
  uint64_t frames = 0;
  std::promise<void> ended;

 private:
  MediaTime last_[2] = {MediaTime(-1), MediaTime(-1)};
};

void RunOn(Executor& loop, const std::function<void()>& task) {
  std::promise<void> done;
  loop.Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

TEST(StreamThreads, SubscribersComeAndGoOnOtherLoopsWhileFramesFlow) {
  WorkerThread home;
  WorkerThread first;
  WorkerThread second;
  std::unique_ptr<Stream> stream;
  RunOn(home, [&] { stream = std::make_unique<Stream>(kPath, home, BacklogLimits{}); });
  const StreamRef ref = stream->ref();

  CheckingSink stays_first;
  CheckingSink stays_second;
  std::unique_ptr<Subscription> stay_first;
  std::unique_ptr<Subscription> stay_second;
  RunOn(first, [&] { stay_first = Subscribe(ref, first, {}, stays_first); });
  RunOn(second, [&] { stay_second = Subscribe(ref, second, {}, stays_second); });

  std::atomic<bool> published = false;
  home.Post([&] { stream->OnTracks(AudioAndVideo()); });
  for (int64_t number = 1; number <= 200; ++number) {
    home.Post([&, number] {
      for (const auto& frame : OneSegment(number))
        stream->OnFrame(frame);
      if (number == 200) published = true;
    });
  }
  std::vector<std::unique_ptr<CheckingSink>> visitors;
  while (!published || visitors.size() < 100) {
    visitors.push_back(std::make_unique<CheckingSink>());
    CheckingSink& sink = *visitors.back();
    std::unique_ptr<Subscription> visit;
    RunOn(first, [&] { visit = Subscribe(ref, first, {.segments = 3}, sink); });
    RunOn(home, [] {});
    RunOn(first, [&] { visit.reset(); });
  }
  RunOn(home, [&] { stream.reset(); });
  stays_first.ended.get_future().wait();
  stays_second.ended.get_future().wait();
  RunOn(first, [&] { stay_first.reset(); });
  RunOn(second, [&] { stay_second.reset(); });

  EXPECT_EQ(stays_first.frames, 200U * 8 - 1);
  EXPECT_EQ(stays_second.frames, 200U * 8 - 1);
  EXPECT_TRUE(stays_first.in_order && stays_second.in_order);
  for (const auto& visitor : visitors)
    EXPECT_TRUE(visitor->in_order);
}

}  // namespace
}  // namespace weir::stream

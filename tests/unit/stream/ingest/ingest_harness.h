#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "../sample_stream.h"
#include "stream/ingest_pipeline.h"
#include "support/manual_executor.h"
#include "support/recording_sink.h"
#include "wire_source.h"

namespace weir::stream::test {

inline constexpr UtcTime kStart{std::chrono::seconds(1'700'000'000)};

/// A pipeline between a made-up wire and a recording sink, with a made-up clock.
class IngestHarness {
 public:
  explicit IngestHarness(IngestOptions options = {}) : options_(std::move(options)) { Begin(); }

  /// A new publication of the same stream, in the same process.
  void Begin() {
    sink_ = std::make_unique<weir::test::RecordingSink>();
    pipeline_.emplace(
        options_,
        IngestContext{
            .utc = [this] { return now; }, .random = [this] { return ++dice_; }, .ledger = ledger_},
        kPath, *sink_);
  }

  void Feed(const WireFrame& wire) {
    now = kStart + clock_shift + std::chrono::microseconds(static_cast<int64_t>(wire.at * 1e6));
    pipeline_->OnFrame(wire.frame);
  }

  void Feed(const std::vector<WireFrame>& wire) {
    for (const WireFrame& each : wire)
      Feed(each);
  }

  /// All of a source, and its end.
  void Publish(const WireSpec& spec) {
    pipeline_->OnTracks(Shared(TracksOf(spec)));
    Feed(MakeWire(spec));
    pipeline_->OnEnd(media::EndReason::kFinished);
  }

  IngestPipeline& pipeline() { return *pipeline_; }

  const IngestPipeline::Stats& stats() { return pipeline_->stats(); }

  weir::test::RecordingSink& sink() { return *sink_; }

  RunLedger& ledger() { return ledger_; }

  std::vector<std::shared_ptr<const media::Frame>> Marked(media::TrackId track) {
    std::vector<std::shared_ptr<const media::Frame>> marked;
    for (const auto& frame : sink_->frames(track))
      if (frame->mark) marked.push_back(frame);
    return marked;
  }

  const media::Run& run(size_t index = 0) { return *sink_->track_lists().at(index)->run; }

  UtcTime now = kStart;
  std::chrono::microseconds clock_shift{0};

 private:
  IngestOptions options_;
  weir::test::ManualExecutor writer_;
  RunLedger ledger_{{}, writer_};
  uint64_t dice_ = 0xabc;
  std::unique_ptr<weir::test::RecordingSink> sink_;
  std::optional<IngestPipeline> pipeline_;
};

using Frames = std::vector<std::shared_ptr<const media::Frame>>;

/// Each frame after the one before, none shown before it is decoded, none without length.
inline void ExpectMonotonic(const Frames& frames) {
  for (size_t i = 0; i < frames.size(); ++i) {
    ASSERT_GE(frames[i]->pts, frames[i]->dts);
    ASSERT_GT(frames[i]->duration, MediaTime(0));
    if (i > 0) {
      ASSERT_GT(frames[i]->dts, frames[i - 1]->dts) << i;
    }
  }
}

/// Each frame lasts exactly until the next one.
inline void ExpectSeamless(const Frames& frames) {
  for (size_t i = 1; i < frames.size(); ++i)
    ASSERT_EQ(frames[i]->dts, frames[i - 1]->dts + frames[i - 1]->duration) << i;
}

/// What every output must hold to, whatever came in.
inline void ExpectSound(IngestHarness& harness) {
  ExpectMonotonic(harness.sink().frames(0));
  ExpectMonotonic(harness.sink().frames(1));
  std::optional<media::Run> run;
  std::map<media::TrackId, int64_t> numbers;
  for (const auto& call : harness.sink().calls()) {
    if (call.tracks) {
      ASSERT_TRUE(call.tracks->run);
      if (run) {
        ASSERT_NE(run->id, call.tracks->run->id);
        ASSERT_GT(call.tracks->run->discontinuity_sequence, run->discontinuity_sequence);
        for (const auto& [track, number] : numbers)
          ASSERT_GT(call.tracks->run->first_number, number);
      }
      run = call.tracks->run;
      numbers.clear();
    }
    if (!call.frame) continue;
    ASSERT_TRUE(run);
    if (call.frame->mark) {
      if (numbers.empty()) {
        ASSERT_EQ(call.frame->mark->number, run->first_number);
      }
      if (numbers.contains(call.frame->track)) {
        ASSERT_GT(call.frame->mark->number, numbers[call.frame->track]);
      }
      numbers[call.frame->track] = call.frame->mark->number;
    }
    ASSERT_TRUE(numbers.contains(call.frame->track)) << "a track begins with a mark";
  }
}

}  // namespace weir::stream::test

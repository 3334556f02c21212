#include "stream/ingest_pipeline.h"

#include <utility>

#include "stream/ingest/probe.h"
#include "stream/ingest/retimer.h"
#include "stream/ingest/timeline.h"

namespace weir::stream {

struct IngestPipeline::State {
  State(IngestOptions options_given, IngestContext context_given, const StreamPath& path,
        media::MediaSink& next)
      : options(std::move(options_given)),
        context(std::move(context_given)),
        timeline(options, context, path, stats, next),
        retimer(path, stats, timeline),
        probe(options, path, stats, retimer) {}

  const IngestOptions options;
  const IngestContext context;
  Stats stats;
  Timeline timeline;
  Retimer retimer;
  Probe probe;
};

IngestPipeline::IngestPipeline(IngestOptions options, IngestContext context, StreamPath path,
                               media::MediaSink& next)
    : state_(std::make_unique<State>(std::move(options), std::move(context), path, next)) {}

IngestPipeline::~IngestPipeline() = default;

void IngestPipeline::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  state_->probe.OnTracks({.list = *tracks});
}

void IngestPipeline::OnFrame(std::shared_ptr<const media::Frame> frame) {
  ++state_->stats.frames_in;
  state_->stats.bytes_in += frame->payload.size();
  const UtcTime arrival = frame->mark ? frame->mark->utc : state_->context.utc();
  ArrivedFrame arrived{.frame = *frame, .arrival = arrival};
  arrived.frame.mark.reset();
  arrived.frame.duration = MediaTime(0);
  state_->probe.OnFrame(std::move(arrived));
}

void IngestPipeline::OnEvent(std::shared_ptr<const media::Event> event) {
  state_->timeline.OnEvent(*event);
}

void IngestPipeline::OnGap() {
  state_->probe.OnGap();
}

void IngestPipeline::OnEnd(media::EndReason reason) {
  state_->probe.OnEnd(reason);
}

const IngestPipeline::Stats& IngestPipeline::stats() const {
  return state_->stats;
}

}  // namespace weir::stream

#include "edge/serve/packaged_stream.h"

namespace weir::edge {
namespace {

// All of a stream's backlog; it is empty anyway when the stream has just been made.
constexpr int kAllSegments = 1'000;

}  // namespace

PackagedStream::PackagedStream(stream::Stream& stream, Executor& loop, Executor* ts_worker)
    : feed_(loop),
      ts_(ts_worker == nullptr
              ? nullptr
              : std::make_unique<hls::TsPackager>(stream.path().text(), loop, *ts_worker, feed_)),
      packager_({.path = stream.path().text()}, Head()),
      subscription_(stream::Subscribe(
          stream.ref(), loop,
          {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = kAllSegments}, packager_)) {
  feed_.SetDemandSource(ts_.get());
}

PackagedStream::~PackagedStream() {
  feed_.SetDemandSource(nullptr);
}

/// What the packager publishes to.
hls::PublishedSink& PackagedStream::Head() {
  if (ts_ != nullptr) return *ts_;
  return feed_;
}

}  // namespace weir::edge

#include "edge/serve/packaged_stream.h"

namespace weir::edge {
namespace {

// All of a stream's backlog; it is empty anyway when the stream has just been made.
constexpr int kAllSegments = 1'000;

}  // namespace

PackagedStream::PackagedStream(stream::Stream& stream, Executor& loop)
    : feed_(loop),
      packager_({.path = stream.path().text()}, feed_),
      subscription_(stream::Subscribe(
          stream.ref(), loop,
          {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = kAllSegments}, packager_)) {}

}  // namespace weir::edge

#include "edge/serve/packaged_stream.h"

#include <utility>

namespace weir::edge {
namespace {

// All of a stream's backlog; it is empty anyway when the stream has just been made.
constexpr int kAllSegments = 1'000;

hls::PublishedSink& FirstOf(hls::PublishedSink* first, hls::PublishedSink& otherwise) {
  return first != nullptr ? *first : otherwise;
}

}  // namespace

PackagedStream::PackagedStream(stream::Stream& stream, Executor& loop, const PackagedExtras& extras)
    : feed_(loop),
      dvr_(MakeRecorder(stream.path().text(), loop, extras)),
      ts_(MakeTs(stream.path().text(), loop, extras)),
      packager_({.path = stream.path().text()}, FirstOf(ts_.get(), FirstOf(dvr_.get(), feed_))),
      subscription_(stream::Subscribe(
          stream.ref(), loop,
          {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = kAllSegments}, packager_)) {
  demands_.Set(dvr_.get(), ts_.get());
  feed_.SetDemandSource(&demands_);
}

PackagedStream::~PackagedStream() {
  feed_.SetDemandSource(nullptr);
}

std::unique_ptr<DvrRecorder> PackagedStream::MakeRecorder(const std::string& path, Executor& loop,
                                                          const PackagedExtras& extras) {
  if (extras.dvr == nullptr || extras.dvr_length.count() == 0) return nullptr;
  return std::make_unique<DvrRecorder>(
      DvrRecorder::Options{.path = path, .length = extras.dvr_length}, loop, *extras.dvr,
      *extras.rewind_worker, feed_);
}

std::unique_ptr<hls::TsPackager> PackagedStream::MakeTs(const std::string& path, Executor& loop,
                                                        const PackagedExtras& extras) {
  if (extras.ts_worker == nullptr) return nullptr;
  return std::make_unique<hls::TsPackager>(path, loop, *extras.ts_worker,
                                           FirstOf(dvr_.get(), feed_));
}

void PackagedStream::Demands::OnDemand(const hls::Demand& demand, Done done) {
  const bool is_ts = demand.type == hls::Demand::Type::kTsSegment;
  hls::DemandSource* const source = is_ts ? ts_ : dvr_;
  if (source != nullptr) return source->OnDemand(demand, std::move(done));
  done(Fail(ErrorCode::kNotFound, "nobody makes this"));
}

}  // namespace weir::edge

#include "origin/pull/loops_runner.h"

#include <functional>
#include <string>

namespace weir::pull {

LoopsRunner::LoopsRunner(const Surroundings& surroundings) : loops_(surroundings.loops) {
  for (size_t loop = 0; loop < loops_.size(); ++loop) {
    parts_.push_back(std::make_unique<PullLoop>(PullLoop::Surroundings{
        .loop = loops_.at(loop),
        .gate = surroundings.gate(loop),
        .options = surroundings.options,
        .tls = surroundings.tls,
        .streams = surroundings.streams,
        .live = surroundings.live,
        .audience = surroundings.audience,
        .tell = [this](uint64_t id, const std::optional<Error>& over) { Tell(id, over); }}));
  }
}

void LoopsRunner::Start(uint64_t id, const stream::StreamPath& path, const Plan& plan) {
  const size_t loop = IndexOf(path);
  loops_.at(loop).Post([&part = *parts_[loop], id, path, plan] { part.Start(id, path, plan); });
}

void LoopsRunner::End(uint64_t id, const stream::StreamPath& path) {
  const size_t loop = IndexOf(path);
  loops_.at(loop).Post([&part = *parts_[loop], id] { part.End(id); });
}

size_t LoopsRunner::IndexOf(const stream::StreamPath& path) const {
  return std::hash<std::string>()(path.text()) % parts_.size();
}

void LoopsRunner::Tell(uint64_t id, const std::optional<Error>& over) {
  loops_.at(0).Post([this, id, over] {
    if (over) return observer_->OnOver(id, *over);
    observer_->OnLive(id);
  });
}

}  // namespace weir::pull

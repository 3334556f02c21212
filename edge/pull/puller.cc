#include "edge/pull/puller.h"

#include <utility>
#include <vector>

#include "edge/pull/pull_loop.h"

namespace weir::edge {

struct Puller::State {
  net::LoopGroup& loops;
  PullerOptions options;
  std::vector<std::unique_ptr<PullLoop>> parts;

  size_t IndexOf(const stream::StreamPath& path) const {
    return std::hash<std::string>()(path.text()) % parts.size();
  }
};

Puller::Puller(net::LoopGroup& loops, stream::Registry& registry, PullerOptions options,
               PullObserver& observer)
    : state_(new State{.loops = loops, .options = std::move(options), .parts = {}}) {
  for (size_t i = 0; i < loops.size(); ++i)
    state_->parts.push_back(
        std::make_unique<PullLoop>(loops.at(i), registry, state_->options, observer));
}

Puller::~Puller() = default;

void Puller::Acquire(const stream::StreamPath& path, const PullPlan& plan, net::EventLoop& asker,
                     Answer answer) {
  PullLoop& part = *state_->parts[state_->IndexOf(path)];
  HomeOf(path).Post([&part, path, plan, &asker, answer = std::move(answer)]() mutable {
    part.Acquire(path, plan, {.loop = asker, .answer = std::move(answer)});
  });
}

void Puller::Touch(const stream::StreamPath& path) {
  PullLoop& part = *state_->parts[state_->IndexOf(path)];
  HomeOf(path).Post([&part, path] { part.Touch(path); });
}

net::EventLoop& Puller::HomeOf(const stream::StreamPath& path) {
  return state_->loops.at(state_->IndexOf(path));
}

}  // namespace weir::edge

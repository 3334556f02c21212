#include "net/loop_group.h"

#include "base/check.h"

namespace weir::net {

LoopGroup::LoopGroup(size_t count) {
  loops_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    loops_.push_back(std::make_unique<EventLoop>());
  }
}

LoopGroup::~LoopGroup() {
  Stop();
}

void LoopGroup::Start() {
  WEIR_CHECK(threads_.empty());
  threads_.reserve(loops_.size());
  for (auto& loop : loops_) {
    threads_.emplace_back([&loop = *loop] { loop.Run(); });
  }
}

void LoopGroup::Stop() {
  if (threads_.empty()) return;
  for (auto& loop : loops_) {
    loop->Stop();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

size_t LoopGroup::CurrentIndex() const {
  size_t index = 0;
  while (index < loops_.size() && !loops_[index]->IsCurrent())
    ++index;
  WEIR_CHECK(index < loops_.size());
  return index;
}

}  // namespace weir::net

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::control {

/// A number that every loop adds to and any thread may read: each loop has a cache line of its own,
/// so that counting costs nothing.
class Counter {
 public:
  explicit Counter(size_t loops) : cells_(loops) {}

  /// `loop` is the caller's index in the LoopGroup.
  void Add(size_t loop, uint64_t amount = 1) {
    cells_.at(loop).value.fetch_add(amount, std::memory_order_relaxed);
  }

  /// Over all loops. Any thread.
  uint64_t sum() const {
    uint64_t sum = 0;
    for (const Cell& cell : cells_)
      sum += cell.value.load(std::memory_order_relaxed);
    return sum;
  }

 private:
  struct alignas(64) Cell {
    std::atomic<uint64_t> value{0};
  };

  std::vector<Cell> cells_;
};

}  // namespace weir::control

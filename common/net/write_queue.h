#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <uv.h>

#include "base/shared_bytes.h"

namespace weir::net {

/// What was written and the kernel has not taken, in order. Bytes are neither copied nor joined.
class WriteQueue {
 public:
  void Push(SharedBytes bytes);

  /// Points `buffers` at the first bytes, at most `bytes_max` of them, and returns the buffers that
  /// were needed. Good until Consume().
  std::span<uv_buf_t> Gather(std::span<uv_buf_t> buffers, size_t bytes_max) const;

  /// Lets go of the first `size` bytes.
  void Consume(size_t size);

  size_t bytes() const { return bytes_; }

  bool empty() const { return bytes_ == 0; }

 private:
  void Compact();

  std::vector<SharedBytes> pieces_;
  size_t first_ = 0;   // The pieces before it are gone.
  size_t offset_ = 0;  // So much of pieces_[first_] is gone.
  size_t bytes_ = 0;
};

}  // namespace weir::net

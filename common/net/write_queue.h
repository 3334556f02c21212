#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <boost/container/small_vector.hpp>
#include <uv.h>

#include "base/shared_bytes.h"

namespace weir::net {

/// What was written and the kernel has not taken, in order. Bytes are neither copied nor joined.
/// What lies in a file, and is large enough for that to matter, can be sent from there.
class WriteQueue {
 public:
  void Push(SharedBytes bytes);

  /// Points `buffers` at the first bytes, at most `bytes_max` of them, and returns the buffers that
  /// were needed. Good until Consume().
  std::span<uv_buf_t> Gather(std::span<uv_buf_t> buffers, size_t bytes_max) const;

  /// The same, up to the first piece that can be sent from a file.
  struct Offer {
    std::span<uv_buf_t> buffers;
    bool file_follows = false;
  };

  Offer GatherUpToFile(std::span<uv_buf_t> buffers, size_t bytes_max) const;

  /// The first piece, if it can be sent from a file.
  struct FilePiece {
    SharedBytes::FilePlace place;
    size_t size = 0;
  };

  std::optional<FilePiece> FrontInFile() const;

  /// Lets go of the first `size` bytes.
  void Consume(size_t size);

  size_t bytes() const { return bytes_; }

  bool empty() const { return bytes_ == 0; }

 private:
  Offer GatherFrom(std::span<uv_buf_t> buffers, size_t bytes_max, bool stop_at_file) const;
  void Compact();

  boost::container::small_vector<SharedBytes, 1> pieces_;
  size_t first_ = 0;   // The pieces before it are gone.
  size_t offset_ = 0;  // So much of pieces_[first_] is gone.
  size_t bytes_ = 0;
};

}  // namespace weir::net

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace weir::rtmp {

/// Counts what came in, and says when the peer must hear of it (Adobe RTMP 1.0, section 5.4.3): at
/// half its window, so that it never has to wait.
class ReceiveWindow {
 public:
  explicit ReceiveWindow(uint32_t size) : size_(size) {}

  /// The peer's Window Acknowledgement Size. A tiny one would only cost answers, so it is rounded
  /// up.
  void Resize(uint32_t size) { size_ = std::max(size, kSizeMin); }

  void Add(size_t bytes) { received_ += bytes; }

  /// The sequence number to acknowledge now, if it is time.
  std::optional<uint32_t> TakeDue() {
    if (received_ - acknowledged_ < size_ / 2) return std::nullopt;
    acknowledged_ = received_;
    return static_cast<uint32_t>(received_);  // wraps, as the protocol's field does
  }

  uint64_t received() const { return received_; }

 private:
  static constexpr uint32_t kSizeMin = 64 * 1024;

  uint32_t size_;
  uint64_t received_ = 0;
  uint64_t acknowledged_ = 0;
};

}  // namespace weir::rtmp

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::media {

/// One NAL unit of H.264 or H.265, its header first, without length or start code.
using NalUnit = std::span<const uint8_t>;

/// Walks the NAL units of an access unit in which each stands behind its length.
///
///   NalUnitReader reader(payload);
///   while (reader.Next()) Look(reader.nal());
///   if (!reader.ok()) ...
class NalUnitReader {
 public:
  /// `length_size` is 1, 2, 3 or 4 bytes.
  explicit NalUnitReader(std::span<const uint8_t> access_unit, size_t length_size = 4)
      : rest_(access_unit), length_size_(length_size) {}

  /// Goes to the next NAL unit; false at the end, and where the lengths do not fit the bytes.
  bool Next();

  /// The current one, which may be empty.
  NalUnit nal() const { return nal_; }

  bool ok() const { return ok_; }

 private:
  std::span<const uint8_t> rest_;
  size_t length_size_;
  NalUnit nal_;
  bool ok_ = true;
};

/// The RBSP of a NAL unit, or of a part of one: without the 3 of every 0, 0, 3 (H.264 7.4.1).
std::vector<uint8_t> RemoveEmulationPrevention(std::span<const uint8_t> bytes);

/// The other way round: appends `rbsp` to `nal`, with a 3 between two zeros and what must not
/// follow them (H.264 7.4.1).
void AppendWithEmulationPrevention(std::span<const uint8_t> rbsp, std::vector<uint8_t>& nal);

}  // namespace weir::media

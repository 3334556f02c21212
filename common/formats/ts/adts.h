#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace weir::ts {

/// What stands before each AAC frame in a transport stream (ISO/IEC 14496-3, 1.A.2): the same for
/// all frames of a track, but for the length.
class AdtsHeader {
 public:
  static constexpr size_t kSize = 7;
  /// Longest frame whose length can be told.
  static constexpr size_t kFrameSizeMax = 0x1FFF - kSize;

  /// Nothing where an ADTS header cannot say what `config`, an AudioSpecificConfig, does: an object
  /// type above 4, a sampling rate that is not in the table, or channels that are listed one by
  /// one. SBR and PS are not said: decoders find them in the frames.
  static std::optional<AdtsHeader> For(std::span<const uint8_t> config);

  /// The header of a frame of `frame_size` bytes.
  std::array<uint8_t, kSize> Of(size_t frame_size) const;

 private:
  AdtsHeader(uint8_t object_type, uint8_t rate_index, uint8_t channels)
      : object_type_(object_type), rate_index_(rate_index), channels_(channels) {}

  uint8_t object_type_;
  uint8_t rate_index_;
  uint8_t channels_;
};

}  // namespace weir::ts

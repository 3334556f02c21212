#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::media::av1 {

/// obu_type (AV1 6.2.2), as far as anything here asks for it.
enum class ObuType {
  kSequenceHeader = 1,
  kTemporalDelimiter = 2,
  kFrameHeader = 3,
  kTileGroup = 4,
  kMetadata = 5,
  kFrame = 6,
  kRedundantFrameHeader = 7,
  kTileList = 8,
  kPadding = 15,
};

/// One open bitstream unit.
struct Obu {
  ObuType type = ObuType::kPadding;
  std::span<const uint8_t> header;   ///< One byte, or two with the extension.
  std::span<const uint8_t> payload;  ///< Behind header and size.
  std::span<const uint8_t> whole;
  bool has_size = false;
};

/// Walks the OBUs of a temporal unit in the low-overhead format (AV1 5.2). One without a size field
/// reaches to the end.
///
///   ObuReader reader(payload);
///   while (reader.Next()) Look(reader.obu());
///   if (!reader.ok()) ...
class ObuReader {
 public:
  explicit ObuReader(std::span<const uint8_t> temporal_unit) : rest_(temporal_unit) {}

  /// Goes to the next OBU; false at the end, and where the sizes do not fit the bytes.
  bool Next();

  const Obu& obu() const { return obu_; }

  bool ok() const { return ok_; }

 private:
  std::span<const uint8_t> rest_;
  Obu obu_;
  bool ok_ = true;
};

}  // namespace weir::media::av1

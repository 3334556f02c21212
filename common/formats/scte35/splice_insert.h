#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace weir::scte35 {

/// A break of the whole programme begins, or ends (SCTE 35, 9.7.3), where the section stands.
struct SpliceInsert {
  uint32_t event_id = 0;
  bool out_of_network = false;  ///< It begins.
  std::optional<std::chrono::milliseconds> duration{};
  bool auto_return = false;  ///< It ends by itself when that is over. Only with a duration.
};

/// The splice_info_section with it, its CRC included.
std::vector<uint8_t> WriteSection(const SpliceInsert& splice);

}  // namespace weir::scte35

#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_writer.h"
#include "base/shared_bytes.h"

namespace weir::fmp4 {

/// Timed data that goes with a fragment (emsg, ISO/IEC 23009-1, 5.10.3.3).
struct EventMessage {
  std::string_view scheme{};  ///< A literal, as is the next.
  std::string_view value{};
  uint32_t timescale = 1;
  uint64_t time = 0;  ///< When it is shown, in ticks.
  uint32_t id = 0;
  SharedBytes data{};
};

/// For ID3 tags (AOM, Carriage of ID3 Timed Metadata in CMAF), with the value that OvenMediaEngine
/// gives them.
inline constexpr std::string_view kId3Scheme = "https://aomedia.org/emsg/ID3";
inline constexpr std::string_view kId3Value = "OvenMediaEngine";

/// A box of version 1, of unknown length in time. It stands before the moof.
void WriteEventMessage(ByteWriter& out, const EventMessage& message);

}  // namespace weir::fmp4

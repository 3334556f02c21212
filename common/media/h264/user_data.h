#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/shared_bytes.h"

namespace weir::media::h264 {

/// A SEI NAL unit with one user_data_unregistered message (H.264 D.1.7, 7.3.2.3.1): the identifier
/// that OvenMediaEngine's players look for, the time in milliseconds since 1970, and `text`.
std::vector<uint8_t> UserDataSei(uint64_t time_ms, std::string_view text);

/// `access_unit` with `nal` before its first slice; each NAL unit stands behind its length in 4
/// bytes. Nothing where there is no slice.
std::optional<SharedBytes> InsertBeforeSlices(const SharedBytes& access_unit,
                                              std::span<const uint8_t> nal);

}  // namespace weir::media::h264

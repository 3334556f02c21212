#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "formats/m3u8/media_playlist.h"

namespace weir::hls {

/// What a playlist's URL asks for: the delivery directives of draft-pantos-hls-rfc8216bis, 6.2.5,
/// and OvenMediaEngine's own.
struct Directives {
  std::optional<int64_t> msn{};            ///< _HLS_msn: the segment the playlist must have
  std::optional<int> part{};               ///< _HLS_part: the part of it
  m3u8::Skip skip = m3u8::Skip::kNothing;  ///< _HLS_skip: YES or v2
  bool legacy = false;                     ///< _HLS_legacy=YES: whole segments only
  bool rewind = false;                     ///< _HLS_rewind=YES: from as far back as is kept

  bool operator==(const Directives&) const = default;
};

/// kMalformed, with words for the viewer, where _HLS_msn or _HLS_part is no number or the latter
/// stands alone. What is unknown is ignored.
///
/// Where it says nothing of _HLS_legacy or _HLS_rewind, `defaults` does, which is a query too.
Result<Directives> ReadDirectives(std::string_view query, std::string_view defaults = {});

}  // namespace weir::hls

#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace weir::load {

/// A place in a rendition: part `part` of segment `number`.
struct Place {
  int64_t number = -1;
  int part = -1;

  auto operator<=>(const Place&) const = default;
};

struct ListedPart {
  Place place;
  std::string uri;
  UtcTime end;  ///< By the segment's program date time.
};

/// What a low-latency player takes from a chunklist.
struct Playlist {
  std::vector<ListedPart> parts;
  std::string map_uri;
  std::string hint_uri;
  int64_t next_number = 0;  ///< Of the segment that is open, or comes next.
  int next_part = 0;        ///< Of its first part that is not listed.
  bool may_skip = false;    ///< Delta updates are offered.
  bool ended = false;

  /// The last part, or the segment before the open one.
  Place newest() const {
    return next_part > 0 ? Place{next_number, next_part - 1} : Place{next_number - 1, 0};
  }
};

Playlist ReadPlaylist(std::string_view text);

/// The chunklists that a player with one video and one audio rendition follows.
std::vector<std::string> ReadMultivariant(std::string_view text);

}  // namespace weir::load

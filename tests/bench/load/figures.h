#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weir::load {

/// What all players together have seen.
struct Figures {
  bool measuring = false;  ///< Delays count from now on; faults always do.

  std::map<std::string, uint64_t> requests;  ///< By kind.
  std::map<int, uint64_t> errors;            ///< Answers other than 200, by status.
  uint64_t hints_missed = 0;                 ///< Hinted parts that were never made.
  uint64_t lost = 0;                         ///< Answers that never came.
  uint64_t old_playlists = 0;                ///< Older than asked for, or than one seen before.
  uint64_t different = 0;                    ///< Not what somebody else got under the same address.
  uint64_t broken = 0;                       ///< Cannot be read, or not whole.
  uint64_t no_cors = 0;                      ///< No web page could read them.
  uint64_t cookies = 0;                      ///< No cache may share them.
  uint64_t bytes = 0;                        ///< Of bodies.
  uint64_t playing = 0;                      ///< Renditions that got a part at the live edge.

  /// From the end of a part, by the program date time, to its last byte at the player. The last
  /// frame of a part is sent a frame's duration before the part's end, so these may be negative.
  std::vector<float> delays_ms;

  std::string first_fault;  ///< In words, to know where to look.
};

}  // namespace weir::load

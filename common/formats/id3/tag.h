#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir::id3 {

/// One frame of a tag, of text in UTF-8.
struct Frame {
  std::string id{};    ///< "TXXX", "TIT2", ..., "PRIV": four capital letters or digits.
  std::string info{};  ///< TXXX: the description. PRIV: the owner.
  std::string data{};
};

/// Whether a tag can have it: PRIV, and all that begins with T.
bool IsKnown(std::string_view id);

/// An ID3v2.4 tag (id3.org, id3v2.4.0-structure and -frames) with `frames` in their order. They
/// have known ids, and are together below 2^28 bytes.
std::vector<uint8_t> WriteTag(std::span<const Frame> frames);

}  // namespace weir::id3

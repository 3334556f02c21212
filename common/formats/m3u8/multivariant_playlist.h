#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::m3u8 {

/// One choice of sound (EXT-X-MEDIA of type AUDIO).
struct AudioRendition {
  std::string group{};
  std::string name{};      ///< Unlike any other of its group.
  std::string language{};  ///< RFC 5646; empty: not known.
  uint32_t channels = 0;
  bool is_default = false;
  std::string uri{};
};

/// One choice of quality (EXT-X-STREAM-INF). What is zero or empty is not printed.
struct Variant {
  int64_t bandwidth = 0;  ///< Bits per second. Always printed.
  int64_t average_bandwidth = 0;
  uint32_t width = 0;
  uint32_t height = 0;
  double frame_rate = 0;
  std::vector<std::string> codecs{};
  std::string video_range{};  ///< SDR, HLG or PQ.
  std::string audio_group{};
  bool no_captions = false;  ///< There are none in the picture: CLOSED-CAPTIONS=NONE.
  std::string uri{};
};

/// A multivariant playlist (draft-pantos-hls-rfc8216bis 4.4.6): a plain value, to be rendered.
struct MultivariantPlaylist {
  int version = 6;
  std::vector<AudioRendition> audio{};
  std::vector<Variant> variants{};
};

std::string Render(const MultivariantPlaylist& playlist);

}  // namespace weir::m3u8

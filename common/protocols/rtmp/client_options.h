#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/rtmp/chunk_reader.h"

namespace weir::rtmp {

/// Where a client publishes, and how.
struct ClientOptions {
  std::string tc_url;  ///< "rtmp://host:1935/app"
  std::string app;     ///< "app", or "app/instance"
  std::string key;     ///< The stream's name; may have a "?query", and so a secret.
  std::string flash_version = "FMLE/3.0 (compatible; Weir)";
  /// Codecs beyond H.264 and AAC that will be sent: "hvc1", "av01", "Opus" (Enhanced RTMP v2).
  std::vector<std::string> fourccs{};

  /// From connecting to the server's leave to publish.
  std::chrono::milliseconds setup_patience{10'000};
  uint32_t chunk_size = 60'000;
  /// Send() refuses once so much is unsent.
  size_t unsent_max = size_t{4} << 20;
  /// What a server has to say is short.
  ChunkLimits chunks{.message_size_max = size_t{1} << 20,
                     .chunk_streams_max = 64,
                     .unfinished_size_max = size_t{1} << 20};
};

}  // namespace weir::rtmp

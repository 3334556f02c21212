#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "stream/stream_path.h"

namespace weir::hooks {

/// One publisher or one viewer, as Flashphoner's WCS describes it: both are streams there, with a
/// media session each. https://docs.flashphoner.com, "REST hooks".
struct StreamObject {
  stream::StreamPath path{};
  std::string app_key{};           ///< The hooks' application; else the stream's.
  std::string media_session_id{};  ///< A UUID.
  std::string session_id{};        ///< Of the connection: "/192.0.2.1:50123".
  bool published = false;          ///< A publisher.
  std::string provider{};          ///< "RTMP", "HLS"
  std::string status{};            ///< "PUBLISHING", "PLAYING", "FAILED", ...
  std::string info{};              ///< Why, with a status that is the last.
  int64_t created_ms = 0;          ///< Since 1970.
  std::string user_agent{};

  // Of publishers, where known.
  std::string video_codec{};
  std::string audio_codec{};
  uint32_t width = 0;
  uint32_t height = 0;
  int64_t bitrate = 0;  ///< Bits per second.

  bool operator==(const StreamObject&) const = default;
};

inline constexpr const char* kPublishing = "PUBLISHING";
inline constexpr const char* kPlaying = "PLAYING";
inline constexpr const char* kFailed = "FAILED";
inline constexpr const char* kUnpublished = "UNPUBLISHED";
inline constexpr const char* kStopped = "STOPPED";
inline constexpr const char* kPending = "PENDING";

// Why a stream ended: WCS's words.
inline constexpr const char* kStoppedByRest = "Stopped by rest /terminate";
inline constexpr const char* kStoppedByPublisher = "Stopped by publisher stop";
inline constexpr const char* kTerminatedByKeepAlive = "Terminated by keep-alive";

/// A session of one viewer alone, where its protocol has no connection: "/192.0.2.1/<id>".
std::string ViewerSessionId(std::string_view address, std::string_view media_session_id);

/// With WCS's names.
nlohmann::json ToJson(const StreamObject& stream);

}  // namespace weir::hooks

#include "hooks/stream_object.h"

#include <fmt/format.h>

namespace weir::hooks {

std::string ViewerSessionId(std::string_view address, std::string_view media_session_id) {
  return fmt::format("/{}/{}", address, media_session_id);
}

nlohmann::json ToJson(const StreamObject& stream) {
  nlohmann::json json{
      {"appKey", stream.app_key.empty() ? stream.path.app : stream.app_key},
      {"sessionId", stream.session_id},
      {"mediaSessionId", stream.media_session_id},
      {"name", stream.path.name},
      {"virtualHost", stream.path.vhost},
      {"application", stream.path.app},
      {"published", stream.published},
      {"status", stream.status},
      {"mediaType", stream.published ? "publish" : "play"},
      {"mediaProvider", stream.provider},
      {"transport", "TCP"},
      {"createDate", stream.created_ms},
      {"record", false},
  };
  if (!stream.info.empty()) json["info"] = stream.info;
  if (!stream.user_agent.empty()) json["userAgent"] = stream.user_agent;
  if (!stream.published) return json;
  json["hasVideo"] = !stream.video_codec.empty();
  json["hasAudio"] = !stream.audio_codec.empty();
  if (!stream.video_codec.empty()) {
    json["videoCodec"] = stream.video_codec;
    json["width"] = stream.width;
    json["height"] = stream.height;
  }
  if (!stream.audio_codec.empty()) json["audioCodec"] = stream.audio_codec;
  if (stream.bitrate > 0) json["bitrate"] = stream.bitrate;
  return json;
}

}  // namespace weir::hooks

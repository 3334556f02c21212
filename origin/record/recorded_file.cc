#include "origin/record/recorded_file.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "crypto/hex.h"

namespace weir::record {
namespace {

using nlohmann::json;

constexpr std::array kCodecs = {media::CodecId::kH264, media::CodecId::kH265, media::CodecId::kAv1,
                                media::CodecId::kAac, media::CodecId::kOpus};

json TrackToJson(const media::Track& track) {
  return {{"id", track.id},
          {"codec", media::NameOf(track.codec)},
          {"config", crypto::HexEncode(track.config.view())},
          {"codecString", track.codec_string},
          {"bitrate", track.bitrate},
          {"frameDuration", track.frame_duration.count()},
          {"width", track.width},
          {"height", track.height},
          {"sampleRate", track.sample_rate},
          {"channels", track.channels}};
}

/// Reads members of an object; what is missing or of another kind is remembered.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  std::string Text(const char* name) {
    const json* member = Find(name);
    if (member != nullptr && member->is_string()) return member->get<std::string>();
    return Miss<std::string>();
  }

  template <class Number>
  Number Integer(const char* name) {
    const json* member = Find(name);
    if (member != nullptr && member->is_number_integer()) return member->get<Number>();
    return Miss<Number>();
  }

  bool Flag(const char* name) {
    const json* member = Find(name);
    if (member != nullptr && member->is_boolean()) return member->get<bool>();
    return Miss<bool>();
  }

  const json* Find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }

  bool ok() const { return ok_; }

 private:
  template <class T>
  T Miss() {
    ok_ = false;
    return {};
  }

  const json& object_;
  bool ok_ = true;
};

std::optional<media::Track> TrackOf(const json& object) {
  if (!object.is_object()) return std::nullopt;
  Members members(object);
  media::Track track;
  track.id = members.Integer<media::TrackId>("id");
  const std::string codec = members.Text("codec");
  bool known = false;
  for (const media::CodecId candidate : kCodecs) {
    if (media::NameOf(candidate) != codec) continue;
    track.codec = candidate;
    known = true;
  }
  auto config = crypto::HexDecode(members.Text("config"));
  track.codec_string = members.Text("codecString");
  track.bitrate = members.Integer<int64_t>("bitrate");
  track.frame_duration = MediaTime(members.Integer<int64_t>("frameDuration"));
  track.width = members.Integer<uint32_t>("width");
  track.height = members.Integer<uint32_t>("height");
  track.sample_rate = members.Integer<uint32_t>("sampleRate");
  track.channels = members.Integer<uint32_t>("channels");
  if (!members.ok() || !known || !config) return std::nullopt;
  if (track.kind() == media::MediaKind::kAudio && track.sample_rate == 0) return std::nullopt;
  track.config = SharedBytes(*std::move(config));
  return track;
}

int64_t MicrosOf(UtcTime time) {
  return time.time_since_epoch().count();
}

}  // namespace

std::string EncodeFile(const RecordedFile& file) {
  json tracks = json::array();
  for (const media::Track& track : file.tracks)
    tracks.push_back(TrackToJson(track));
  const json written = {{"root", file.root},
                        {"temporaryPath", file.temporary_path},
                        {"pathPattern", file.path_pattern},
                        {"infoPath", file.info_path},
                        {"finalPath", file.final_path},
                        {"container", file.container == Container::kMp4 ? "mp4" : "ts"},
                        {"tracks", std::move(tracks)},
                        {"transactionId", file.transaction_id},
                        {"id", file.id},
                        {"metadata", file.metadata},
                        {"vhost", file.vhost},
                        {"app", file.app},
                        {"stream", file.stream},
                        {"sequence", file.sequence},
                        {"interval", file.interval.count()},
                        {"schedule", file.schedule},
                        {"last", file.last},
                        {"created", MicrosOf(file.created)},
                        {"started", MicrosOf(file.started)},
                        {"bytes", file.bytes},
                        {"duration", file.duration.count()}};
  // What is no UTF-8 is replaced, where a dump would throw.
  return written.dump(1, ' ', false, json::error_handler_t::replace);
}

Result<RecordedFile> DecodeFile(const std::string& text) {
  const auto damaged = [] { return Fail(ErrorCode::kMalformed, "a damaged journal"); };
  const json read = json::parse(text, nullptr, false);
  if (!read.is_object()) return damaged();
  Members members(read);
  RecordedFile file{
      .root = members.Text("root"),
      .temporary_path = members.Text("temporaryPath"),
      .path_pattern = members.Text("pathPattern"),
      .info_path = members.Text("infoPath"),
      .final_path = members.Text("finalPath"),
      .transaction_id = members.Text("transactionId"),
      .id = members.Text("id"),
      .metadata = members.Text("metadata"),
      .vhost = members.Text("vhost"),
      .app = members.Text("app"),
      .stream = members.Text("stream"),
      .sequence = members.Integer<uint64_t>("sequence"),
      .interval = std::chrono::milliseconds(members.Integer<int64_t>("interval")),
      .schedule = members.Text("schedule"),
      .last = members.Flag("last"),
      .created = UtcTime(std::chrono::microseconds(members.Integer<int64_t>("created"))),
      .started = UtcTime(std::chrono::microseconds(members.Integer<int64_t>("started"))),
      .bytes = members.Integer<uint64_t>("bytes"),
      .duration = std::chrono::milliseconds(members.Integer<int64_t>("duration"))};
  file.container = members.Text("container") == "ts" ? Container::kTs : Container::kMp4;
  const json* tracks = members.Find("tracks");
  if (!members.ok() || tracks == nullptr || !tracks->is_array()) return damaged();
  for (const json& object : *tracks) {
    std::optional<media::Track> track = TrackOf(object);
    if (!track) return damaged();
    file.tracks.push_back(*std::move(track));
  }
  return file;
}

}  // namespace weir::record

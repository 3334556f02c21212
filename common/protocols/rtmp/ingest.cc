#include "protocols/rtmp/ingest.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "formats/amf/writer.h"
#include "formats/flv/audio_tag.h"
#include "formats/flv/video_tag.h"
#include "protocols/rtmp/aggregate.h"
#include "protocols/rtmp/command.h"

namespace weir::rtmp {
namespace {

constexpr auto kComplainEvery = std::chrono::seconds(1);

/// The part of a data message that others than we know what to do with: its name and what follows.
/// Nothing where there is none.
std::span<const amf::Value> ForOthers(std::span<const amf::Value> values) {
  constexpr std::array<std::string_view, 4> kNames{"onTextData", "onUserData", "onUserDataEvent",
                                                   "onCuePoint"};
  const auto is_text = [&values](std::string_view text) {
    return values.size() >= 2 && values[0].text() != nullptr && *values[0].text() == text;
  };
  if (is_text("@setDataFrame")) values = values.subspan(1);
  return std::any_of(kNames.begin(), kNames.end(), is_text) ? values : values.first(0);
}

/// "H264 1280x720, 30 fps declared", for the log.
std::string Describe(const media::Track& track, const std::optional<Metadata>& metadata) {
  if (track.kind() == media::MediaKind::kAudio)
    return fmt::format("{} {} Hz, {} channels", NameOf(track.codec), track.sample_rate,
                       track.channels);
  const bool has_rate = metadata && metadata->frame_rate > 0;
  return fmt::format("{} {}x{}{}", NameOf(track.codec), track.width, track.height,
                     has_rate ? fmt::format(", {:.4g} fps declared", metadata->frame_rate) : "");
}

}  // namespace

Ingest::Ingest(std::string subject, const IngestLimits& limits)
    : subject_(std::move(subject)), limits_(limits) {}

void Ingest::Attach(media::MediaSink& sink, std::vector<Id3Trigger> triggers) {
  sink_ = &sink;
  triggers_ = std::move(triggers);
  StartIfKnown();
}

void Ingest::OnMessage(const Message& message, Clock::time_point now) {
  switch (message.type) {
    case MessageType::kVideo:
      return OnVideo(message, now);
    case MessageType::kAudio:
      return OnAudio(message, now);
    case MessageType::kAggregate:
      return OnAggregate(message, now);
    case MessageType::kData:
    case MessageType::kDataAmf3:
      return OnData(message, now);
    default:
      return;
  }
}

void Ingest::OnVideo(const Message& message, Clock::time_point now) {
  const int64_t dts_ms = clock_.Unwrap(message.timestamp);
  ++messages_waited_;
  if (message.payload.empty()) {
    ++stats_.empty;
    return;
  }
  const Result<flv::VideoTag> tag = flv::ParseVideoTag(message.payload);
  if (!tag) return Complain(tag.error(), now);
  switch (tag->kind) {
    case flv::VideoTag::Kind::kSequenceHeader:
      return TakeConfig(video_, tag->codec, tag->payload, now);
    case flv::VideoTag::Kind::kFrame:
      return TakeFrame(video_, tag->codec, tag->payload,
                       {.dts_ms = dts_ms, .composition_ms = tag->composition_ms}, now);
    case flv::VideoTag::Kind::kIgnored:
      ++stats_.empty;
      return;
    case flv::VideoTag::Kind::kEndOfSequence:
    case flv::VideoTag::Kind::kMetadata:
      return;
  }
}

void Ingest::OnAudio(const Message& message, Clock::time_point now) {
  const int64_t dts_ms = clock_.Unwrap(message.timestamp);
  ++messages_waited_;
  if (message.payload.empty()) {
    ++stats_.empty;
    return;
  }
  const Result<flv::AudioTag> tag = flv::ParseAudioTag(message.payload);
  if (!tag) return Complain(tag.error(), now);
  switch (tag->kind) {
    case flv::AudioTag::Kind::kSequenceHeader:
      return TakeConfig(audio_, tag->codec, tag->payload, now);
    case flv::AudioTag::Kind::kFrame:
      return TakeFrame(audio_, tag->codec, tag->payload, {.dts_ms = dts_ms, .composition_ms = 0},
                       now);
    case flv::AudioTag::Kind::kIgnored:
      ++stats_.empty;
      return;
    case flv::AudioTag::Kind::kEndOfSequence:
      return;
  }
}

void Ingest::OnAggregate(const Message& message, Clock::time_point now) {
  const Result<std::vector<Message>> parts = SplitAggregate(message);
  if (!parts) return Complain(parts.error(), now);
  for (const Message& part : *parts) {
    if (part.type != MessageType::kAggregate) OnMessage(part, now);
  }
}

void Ingest::OnData(const Message& message, Clock::time_point now) {
  const Result<std::vector<amf::Value>> values = ReadDataValues(message);
  if (!values) return Complain(values.error(), now);
  if (sink_ != nullptr) TellEvents(*values);
  std::optional<Metadata> metadata = ReadMetadata(*values);
  if (!metadata || metadata == metadata_) return;
  metadata_ = metadata;
  StartIfKnown();
}

void Ingest::TellEvents(std::span<const amf::Value> values) {
  for (const Id3Trigger& trigger : triggers_) {
    if (std::optional<media::Event> event = MakeId3Event(trigger, values))
      sink_->OnEvent(std::make_shared<const media::Event>(*std::move(event)));
  }
  const std::span<const amf::Value> sent_on = ForOthers(values);
  if (sent_on.empty()) return;
  sink_->OnEvent(std::make_shared<const media::Event>(media::Event{
      .kind = media::Event::Kind::kAmf, .payload = SharedBytes(amf::WriteAll(sent_on))}));
}

void Ingest::TakeConfig(TrackIntake& intake, media::CodecId codec, const SharedBytes& config,
                        Clock::time_point now) {
  const bool was_known = intake.track().has_value();
  const Result<bool> is_news = intake.TakeConfig(codec, config);
  if (!is_news) return Complain(is_news.error(), now);
  if (!*is_news) return;
  if (was_known) ++stats_.config_changes;
  if (started_) return Announce();
  StartIfKnown();
}

void Ingest::TakeFrame(TrackIntake& intake, media::CodecId codec, const SharedBytes& payload,
                       TagTimes times, Clock::time_point now) {
  const uint64_t changes = intake.changes();
  const Result<std::shared_ptr<const media::Frame>> frame = intake.MakeFrame(codec, payload, times);
  if (intake.changes() != changes) {
    ++stats_.config_changes;
    if (started_) Announce();
  }
  if (!frame) {
    Complain(frame.error(), now);
  } else if (*frame == nullptr) {
    ++stats_.empty;
  } else {
    if (&intake == &video_) WatchForKeyFrame((*frame)->key, now);
    Deliver(*frame);
  }
  StartIfKnown();
}

void Ingest::Deliver(const std::shared_ptr<const media::Frame>& frame) {
  if (!started_) return Hold(frame);
  ++(frame->track == 0 ? stats_.video_frames : stats_.audio_frames);
  stats_.payload_bytes += frame->payload.size();
  sink_->OnFrame(frame);
}

/// When there are too many to hold, all go: what follows starts at a key frame again.
void Ingest::Hold(const std::shared_ptr<const media::Frame>& frame) {
  if (held_size_ + frame->payload.size() > limits_.held_size_max) {
    stats_.not_held += held_.size();
    held_.clear();
    held_size_ = 0;
  }
  held_.push_back(frame);
  held_size_ += frame->payload.size();
}

bool Ingest::TracksAreKnown() const {
  const bool video = video_.track().has_value();
  const bool audio = audio_.track().has_value();
  if (video && audio) return true;
  if (!video && !audio) return false;
  if (metadata_ && (video ? metadata_->only_video() : metadata_->only_audio())) return true;
  if (messages_waited_ >= limits_.track_wait_messages) return true;
  return !held_.empty() && (held_.back()->dts - held_.front()->dts >= limits_.track_wait ||
                            2 * held_size_ >= limits_.held_size_max);
}

void Ingest::StartIfKnown() {
  if (started_ || sink_ == nullptr || !TracksAreKnown()) return;
  started_ = true;
  Announce();
  held_size_ = 0;
  for (const auto& frame : std::exchange(held_, {}))
    Deliver(frame);
}

void Ingest::Announce() {
  auto tracks = std::make_shared<media::TrackList>();
  for (const TrackIntake* intake : {&video_, &audio_}) {
    if (!intake->track()) continue;
    media::Track track = *intake->track();
    if (metadata_ && track.bitrate == 0) {
      track.bitrate = intake == &video_ ? metadata_->video_bitrate : metadata_->audio_bitrate;
    }
    log::Info("rtmp", subject_, "track {}: {}", track.id, Describe(track, metadata_));
    tracks->tracks.push_back(std::move(track));
  }
  sink_->OnTracks(std::move(tracks));
}

void Ingest::WatchForKeyFrame(bool key, Clock::time_point now) {
  if (key_frame_settled_) return;
  if (!first_video_at_) first_video_at_ = now;
  const bool overdue = now - *first_video_at_ >= limits_.key_frame_wait;
  key_frame_settled_ = key || overdue;
  if (!key && overdue) {
    log::Warn("rtmp", subject_, "no key frame in the first {} s of video: nothing can be played",
              limits_.key_frame_wait.count());
  }
}

void Ingest::Complain(const Error& error, Clock::time_point now) {
  switch (error.code) {
    case ErrorCode::kUnsupported:
      ++stats_.unsupported;
      break;
    case ErrorCode::kNotFound:
      ++stats_.without_config;
      break;
    default:
      ++stats_.broken;
  }
  ++complaints_;
  if (complained_at_ && now - *complained_at_ < kComplainEvery) return;
  log::Warn("rtmp", subject_, "dropped {} message{}: {}", complaints_, complaints_ == 1 ? "" : "s",
            error.detail);
  complained_at_ = now;
  complaints_ = 0;
}

}  // namespace weir::rtmp

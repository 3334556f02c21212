#include "protocols/rtmp/egress.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "formats/amf/writer.h"
#include "formats/flv/fourcc.h"
#include "protocols/rtmp/stream_metadata.h"

namespace weir::rtmp {
namespace {

constexpr int64_t kMsRate = 1'000;

MessageType TypeOf(flv::TagType type) {
  return static_cast<MessageType>(type);
}

uint32_t Milliseconds(MediaTime time) {
  return static_cast<uint32_t>(ToTicks<kMsRate>(time));  // wraps, as the protocol's field does
}

std::optional<media::Track> FirstOf(media::MediaKind kind,
                                    const std::vector<media::Track>& tracks) {
  const auto found = std::find_if(tracks.begin(), tracks.end(),
                                  [&](const media::Track& track) { return track.kind() == kind; });
  return found == tracks.end() ? std::nullopt : std::optional(*found);
}

bool SameCodec(const std::optional<media::Track>& a, const std::optional<media::Track>& b) {
  return a.has_value() == b.has_value() && (!a || a->codec == b->codec);
}

}  // namespace

Egress::Egress(Owner& owner, ClientOptions options, RandomSource random,
               std::vector<media::Track> tracks)
    : owner_(owner),
      options_(std::move(options)),
      random_(std::move(random)),
      video_(FirstOf(media::MediaKind::kVideo, tracks)),
      audio_(FirstOf(media::MediaKind::kAudio, tracks)) {
  for (const auto* track : {&video_, &audio_}) {
    if (*track && flv::NeedsFourCc((*track)->codec))
      options_.fourccs.push_back(flv::FourCcName(flv::FourCcOf((*track)->codec)));
  }
}

std::unique_ptr<net::ByteSession> Egress::MakeSession(net::ByteOutput& output,
                                                      Clock::time_point now) {
  ClientSession::Owner& owner = *this;
  auto session = std::make_unique<ClientSession>(output, owner, options_, random_, now);
  session_ = session.get();
  return session;
}

Status Egress::OnTracks(std::vector<media::Track> tracks) {
  auto video = FirstOf(media::MediaKind::kVideo, tracks);
  auto audio = FirstOf(media::MediaKind::kAudio, tracks);
  if (!SameCodec(video, video_) || !SameCodec(audio, audio_))
    return Fail(ErrorCode::kUnsupported, "the stream's tracks have changed");
  video_ = std::move(video);
  audio_ = std::move(audio);
  headers_due_ = true;
  waiting_ = true;
  return {};
}

void Egress::OnFrame(const media::Frame& frame) {
  const media::Track* track = Find(frame.track);
  if (!publishing_ || track == nullptr) return;
  if (waiting_ && !MayBegin(*track, frame)) return Drop();
  if (waiting_ && !Begin(frame)) return Drop();
  if (frame.dts < *base_) return;  // sound from before the first picture
  if (SendFrame(*track, frame)) return;
  waiting_ = true;
  Drop();
}

void Egress::OnGap() {
  waiting_ = true;
}

void Egress::Leave() {
  if (session_ != nullptr) session_->Leave();
}

void Egress::Detach() {
  written_bytes_ = stats().sent_bytes;  // what is unsent by now will never be
  session_ = nullptr;
  publishing_ = false;
}

Egress::Stats Egress::stats() const {
  const uint64_t unsent = session_ == nullptr ? 0 : session_->unsent_bytes();
  return {.sent_bytes = written_bytes_ - std::min(unsent, written_bytes_),
          .sent_time = base_ ? last_ - *base_ : MediaTime(0),
          .frames_dropped = frames_dropped_};
}

void Egress::OnPublishing(ClientSession& /*session*/, Clock::time_point /*now*/) {
  publishing_ = true;
  owner_.OnPublishing();
}

const media::Track* Egress::Find(media::TrackId id) const {
  if (video_ && video_->id == id) return &*video_;
  return audio_ && audio_->id == id ? &*audio_ : nullptr;
}

bool Egress::MayBegin(const media::Track& track, const media::Frame& frame) const {
  const bool decodable = video_ ? track.kind() == media::MediaKind::kVideo && frame.key : true;
  // So much room that it does not end at once again.
  return decodable && session_->unsent_bytes() <= options_.unsent_max / 2;
}

bool Egress::Begin(const media::Frame& frame) {
  if (!base_) base_ = last_ = frame.dts;
  if (headers_due_ && !SendHeaders(Milliseconds(frame.dts - *base_))) return false;
  headers_due_ = false;
  waiting_ = false;
  return true;
}

bool Egress::SendHeaders(uint32_t timestamp) {
  const std::vector<uint8_t> metadata =
      amf::WriteAll(StreamMetadata(video_ ? &*video_ : nullptr, audio_ ? &*audio_ : nullptr));
  if (!SendData(SharedBytes::Copy(metadata), timestamp)) return false;
  for (const auto* track : {&video_, &audio_}) {
    if (!*track) continue;
    const auto header = flv::SequenceHeader(**track);
    if (!header || !Send(*header, timestamp)) return false;
  }
  return true;
}

bool Egress::SendFrame(const media::Track& track, const media::Frame& frame) {
  const uint32_t timestamp = Milliseconds(frame.dts - *base_);
  if (frame.events != nullptr) SendEvents(*frame.events, timestamp);
  const auto composition =
      std::chrono::milliseconds(ToTicks<kMsRate>(frame.pts) - ToTicks<kMsRate>(frame.dts));
  if (!Send(flv::FrameBody(track, frame.key, composition, frame.payload), timestamp)) return false;
  last_ = std::max(last_, frame.dts);
  return true;
}

void Egress::SendEvents(const media::EventList& events, uint32_t timestamp) {
  for (const media::Event& event : events) {
    if (event.kind == media::Event::Kind::kAmf) SendData(event.payload, timestamp);
  }
}

bool Egress::SendData(const SharedBytes& data, uint32_t timestamp) {
  if (!session_->Send(MessageType::kData, timestamp, {&data, 1})) return false;
  written_bytes_ += data.size();
  return true;
}

bool Egress::Send(const flv::TagBody& body, uint32_t timestamp) {
  if (!session_->Send(TypeOf(body.type), timestamp, body.parts)) return false;
  written_bytes_ += body.size();
  return true;
}

/// What comes before the first key frame was never meant to be sent.
void Egress::Drop() {
  if (base_) ++frames_dropped_;
}

}  // namespace weir::rtmp

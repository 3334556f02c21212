#include "protocols/relay/ingest.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "protocols/relay/handshake.h"
#include "protocols/relay/liveness.h"
#include "protocols/relay/message_reader.h"
#include "protocols/relay/message_writer.h"
#include "protocols/relay/messages/credit.h"
#include "protocols/relay/messages/describe.h"
#include "protocols/relay/messages/end.h"
#include "protocols/relay/messages/events.h"

namespace weir::relay {

/// The conversation, and the channels: none of them is forgotten inside a call of its own sink but
/// by Close, which the reader's calls expect.
class ClientSession::State final : public MessageReader::Sink {
 public:
  State(net::ByteOutput& out, const net::Peer& peer, Clock::time_point now, const Nonce& nonce,
        const Options& settings, IngestObserver& owner)
      : output(out),
        options(settings),
        observer(owner),
        handshake(out, peer, nonce, settings),
        liveness(now, settings.handshake_patience),
        reader(*this) {}

  Status OnVersion(uint8_t version) override { return handshake.OnVersion(version); }

  Status OnMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body) override;
  Status OnFrame(uint32_t channel, media::Frame frame) override;

  struct Channel {
    ChannelRequest request;
    media::MediaSink* sink = nullptr;
    std::shared_ptr<const media::TrackList> tracks;
    int64_t consumed = 0;  ///< And not granted yet.
    FrameEvents events{};  ///< Of the next frame.
  };

  Status OnHandshake(MessageType type, std::span<const uint8_t> body);
  Status OnDescribe(ChannelId id, std::span<const uint8_t> body);
  Status OnEvents(ChannelId id, std::span<const uint8_t> body);
  Status OnEnd(ChannelId id, std::span<const uint8_t> body);
  Status OnControl(ChannelId id, std::span<const uint8_t> body);
  Status OnFindViewers(std::span<const uint8_t> body);
  Status OnEndViewers(std::span<const uint8_t> body);
  void Consume(ChannelId id, int64_t bytes);
  void SendSubscribe(ChannelId id, const Channel& channel);
  void Write(MessageType type, ChannelId channel, std::span<const uint8_t> body = {});

  Channel* Find(ChannelId id) {
    const auto found = channels.find(id);
    return found == channels.end() ? nullptr : &found->second;
  }

  net::ByteOutput& output;
  const Options& options;
  IngestObserver& observer;
  ClientHandshake handshake;
  Liveness liveness;
  MessageReader reader;
  Stats stats;
  ChannelId next_id = 1;
  std::map<ChannelId, Channel> channels;
};

ClientSession::ClientSession(net::ByteOutput& output, const net::Peer& peer, Clock::time_point now,
                             const Nonce& nonce, const Options& options, IngestObserver& observer)
    : state_(std::make_unique<State>(output, peer, now, nonce, options, observer)) {}

ClientSession::~ClientSession() {
  state_->observer.OnClosed();
}

Status ClientSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  state_->liveness.OnReceived(now);
  return state_->reader.Feed(bytes);
}

Status ClientSession::OnDeadline(Clock::time_point now) {
  const Result<bool> ping = state_->liveness.MustPing(now);
  if (!ping) return tl::unexpected(ping.error());
  if (*ping) state_->Write(MessageType::kPing, 0);
  return {};
}

std::optional<Clock::time_point> ClientSession::NextDeadline() const {
  return state_->liveness.NextLook();
}

ChannelId ClientSession::Open(const ChannelRequest& request, media::MediaSink& sink) {
  const ChannelId id = state_->next_id++;
  State::Channel& channel = state_->channels[id];
  channel.request = request;
  channel.sink = &sink;
  if (ready()) state_->SendSubscribe(id, channel);
  return id;
}

void ClientSession::Close(ChannelId channel) {
  if (state_->channels.erase(channel) == 0) return;
  if (ready()) state_->Write(MessageType::kUnsubscribe, channel);
}

void ClientSession::Grant(ChannelId channel, int64_t bytes) {
  state_->Consume(channel, bytes);
}

void ClientSession::SendStats(ChannelId channel, const StreamStats& stats) {
  if (ready() && state_->channels.contains(channel))
    state_->Write(MessageType::kStats, channel, Encode(stats));
}

bool ClientSession::ready() const {
  return state_->handshake.done();
}

ClientSession::Stats ClientSession::stats() const {
  Stats stats = state_->stats;
  stats.channels = state_->channels.size();
  return stats;
}

Status ClientSession::State::OnMessage(MessageType type, uint32_t channel,
                                       std::span<const uint8_t> body) {
  if (!handshake.done()) return OnHandshake(type, body);
  switch (type) {
    case MessageType::kDescribe:
      return OnDescribe(channel, body);
    case MessageType::kGap:
      ++stats.gaps;
      if (Channel* found = Find(channel); found != nullptr && found->tracks) found->sink->OnGap();
      return {};
    case MessageType::kEvents:
      return OnEvents(channel, body);
    case MessageType::kPresent:
      if (Channel* found = Find(channel)) found->sink->OnPresent();
      return {};
    case MessageType::kEnd:
      return OnEnd(channel, body);
    case MessageType::kControl:
      return OnControl(channel, body);
    case MessageType::kFindViewers:
      return OnFindViewers(body);
    case MessageType::kEndViewers:
      return OnEndViewers(body);
    case MessageType::kPing:
      Write(MessageType::kPong, 0);
      return {};
    case MessageType::kPong:
      return {};
    default:
      return Fail(ErrorCode::kMalformed,
                  fmt::format("an origin sends no message of type {}", static_cast<int>(type)));
  }
}

Status ClientSession::State::OnHandshake(MessageType type, std::span<const uint8_t> body) {
  if (const Status status = handshake.OnMessage(type, body); !status) return status;
  if (!handshake.done()) return {};
  liveness.OnHandshakeDone();
  reader.SetLimits({.control_max = options.control_max, .frame_max = options.frame_max});
  for (const auto& [id, channel] : channels)
    SendSubscribe(id, channel);
  observer.OnReady(handshake.origin_node());
  return {};
}

Status ClientSession::State::OnDescribe(ChannelId id, std::span<const uint8_t> body) {
  Channel* channel = Find(id);
  if (channel == nullptr) return {};
  Result<media::TrackList> tracks = DecodeDescribe(body);
  if (!tracks) return tl::unexpected(tracks.error());
  channel->tracks = std::make_shared<const media::TrackList>(*std::move(tracks));
  channel->sink->OnTracks(channel->tracks);
  return {};
}

Status ClientSession::State::OnFrame(uint32_t id, media::Frame frame) {
  Channel* channel = Find(id);
  const auto size = static_cast<int64_t>(frame.payload.size());
  if (channel == nullptr) {
    ++stats.frames_stray;
    return {};
  }
  if (!channel->tracks) return Fail(ErrorCode::kMalformed, "a frame comes before its description");
  FrameEvents events = std::exchange(channel->events, {});
  if (!events.events.empty() && events.track == frame.track)
    frame.events = std::make_shared<const media::EventList>(std::move(events.events));
  bool self_paced = channel->request.self_paced;
  if (channel->tracks->Find(frame.track) == nullptr) {
    ++stats.frames_stray;
    self_paced = false;  // nobody else will grant it
  } else {
    ++stats.frames;
    stats.bytes += frame.payload.size();
    channel->sink->OnFrame(std::make_shared<const media::Frame>(std::move(frame)));
  }
  if (!self_paced) Consume(id, size);
  return {};
}

Status ClientSession::State::OnEvents(ChannelId id, std::span<const uint8_t> body) {
  Result<FrameEvents> events = DecodeFrameEvents(body);
  if (!events) return tl::unexpected(events.error());
  if (Channel* channel = Find(id)) channel->events = *std::move(events);
  return {};
}

Status ClientSession::State::OnEnd(ChannelId id, std::span<const uint8_t> body) {
  const Result<End> end = DecodeEnd(body);
  if (!end) return tl::unexpected(end.error());
  const Channel* channel = Find(id);
  if (channel == nullptr) return {};
  media::MediaSink& sink = *channel->sink;
  channels.erase(id);
  sink.OnEnd(end->reason);
  return {};
}

Status ClientSession::State::OnControl(ChannelId id, std::span<const uint8_t> body) {
  const Result<std::optional<ControlMessage>> message = DecodeControlMessage(body);
  if (!message) return tl::unexpected(message.error());
  if (*message && Find(id) != nullptr) observer.OnControl(id, **message);
  return {};
}

Status ClientSession::State::OnFindViewers(std::span<const uint8_t> body) {
  const Result<FindViewers> question = DecodeFindViewers(body);
  if (!question) return tl::unexpected(question.error());
  liveness.OnWrote();
  output.Write(
      WriteOptionalMessage(MessageType::kViewers, 0, Encode(observer.OnFindViewers(*question))));
  return {};
}

Status ClientSession::State::OnEndViewers(std::span<const uint8_t> body) {
  const Result<EndViewers> order = DecodeEndViewers(body);
  if (!order) return tl::unexpected(order.error());
  liveness.OnWrote();
  output.Write(
      WriteOptionalMessage(MessageType::kViewersEnded, 0, Encode(observer.OnEndViewers(*order))));
  return {};
}

/// Grants in steps of a quarter of the window: few messages, and the origin never runs dry while
/// the sink keeps up.
void ClientSession::State::Consume(ChannelId id, int64_t bytes) {
  Channel* channel = Find(id);
  if (channel == nullptr || !handshake.done()) return;
  channel->consumed += bytes;
  if (channel->consumed < options.window_bytes / 4) return;
  Write(MessageType::kCredit, id, Encode(Credit{.bytes = std::exchange(channel->consumed, 0)}));
}

void ClientSession::State::SendSubscribe(ChannelId id, const Channel& channel) {
  const Subscribe message{.path = channel.request.path,
                          .start = channel.request.start,
                          .number = channel.request.number,
                          .credit = options.window_bytes};
  Write(MessageType::kSubscribe, id, Encode(message));
}

void ClientSession::State::Write(MessageType type, ChannelId channel,
                                 std::span<const uint8_t> body) {
  liveness.OnWrote();
  output.Write(WriteMessage(type, channel, body));
}

}  // namespace weir::relay

#include "protocols/relay/egress.h"

#include <utility>

#include <fmt/format.h>

#include "protocols/relay/egress_round.h"
#include "protocols/relay/handshake.h"
#include "protocols/relay/liveness.h"
#include "protocols/relay/message_reader.h"
#include "protocols/relay/message_writer.h"
#include "protocols/relay/messages/credit.h"
#include "protocols/relay/messages/subscribe.h"

namespace weir::relay {

net::SessionFactory MakeServerFactory(EgressContext context) {
  return [context](net::ByteOutput& output, const net::Peer& peer, Clock::time_point now) {
    return std::make_unique<ServerSession>(output, peer, now, MakeNonce(), context);
  };
}

/// The conversation: what the reader finds goes to the handshake and then to the round.
class ServerSession::State final : public MessageReader::Sink {
 public:
  State(ServerSession& owner, net::ByteOutput& out, const net::Peer& peer, Clock::time_point now,
        const Nonce& nonce, const EgressContext& shared)
      : session(owner),
        output(out),
        peer_address(peer.address),
        context(shared),
        handshake(out, peer, nonce, shared.options),
        liveness(now, shared.options.handshake_patience),
        reader(*this),
        round(out, shared.loop, shared.options) {}

  Status OnVersion(uint8_t version) override { return handshake.OnVersion(version); }

  Status OnMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body) override;

  Status OnFrame(uint32_t /*channel*/, media::Frame /*frame*/) override {
    return Fail(ErrorCode::kMalformed, "an edge sends no frames");
  }

  Status OnHandshake(MessageType type, std::span<const uint8_t> body);
  Status OnSubscribe(uint32_t channel, std::span<const uint8_t> body);
  Status OnCredit(uint32_t channel, std::span<const uint8_t> body);
  Status OnStats(uint32_t channel, std::span<const uint8_t> body);
  Status OnViewers(std::span<const uint8_t> body);
  Status OnViewersEnded(std::span<const uint8_t> body);
  void WriteOptional(MessageType type, std::span<const uint8_t> body);
  void Write(MessageType type, uint32_t channel, std::span<const uint8_t> body = {});

  ServerSession& session;
  net::ByteOutput& output;
  std::string peer_address;
  EgressContext context;
  ServerHandshake handshake;
  Liveness liveness;
  MessageReader reader;
  EgressRound round;
};

ServerSession::ServerSession(net::ByteOutput& output, const net::Peer& peer, Clock::time_point now,
                             const Nonce& nonce, EgressContext context)
    : state_(std::make_unique<State>(*this, output, peer, now, nonce, context)) {}

ServerSession::~ServerSession() {
  if (state_->handshake.done()) state_->context.observer.OnEdgeClosed(*this);
}

Status ServerSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  state_->round.BeginTurn();
  state_->liveness.OnReceived(now);
  return state_->reader.Feed(bytes);
}

Status ServerSession::OnDeadline(Clock::time_point now) {
  state_->round.BeginTurn();
  const Result<bool> ping = state_->liveness.MustPing(now);
  if (!ping) return tl::unexpected(ping.error());
  if (*ping) state_->Write(MessageType::kPing, 0);
  return {};
}

std::optional<Clock::time_point> ServerSession::NextDeadline() const {
  return state_->liveness.NextLook();
}

Status ServerSession::OnWritable(Clock::time_point /*now*/) {
  state_->round.BeginTurn();
  state_->round.Pump();
  return {};
}

bool ServerSession::SendControl(const stream::StreamPath& path, const ControlMessage& message) {
  bool found = false;
  for (const auto& [id, channel] : state_->round.channels()) {
    if (channel->path() != path) continue;
    state_->Write(MessageType::kControl, id, Encode(message));
    found = true;
  }
  return found;
}

bool ServerSession::knows_viewers() const {
  return state_->handshake.edge_knows_viewers();
}

void ServerSession::Send(const FindViewers& message) {
  state_->WriteOptional(MessageType::kFindViewers, Encode(message));
}

void ServerSession::Send(const EndViewers& message) {
  state_->WriteOptional(MessageType::kEndViewers, Encode(message));
}

const std::string& ServerSession::edge_node() const {
  return state_->handshake.edge_node();
}

const std::string& ServerSession::peer_address() const {
  return state_->peer_address;
}

std::vector<stream::StreamPath> ServerSession::streams() const {
  std::vector<stream::StreamPath> paths;
  for (const auto& [id, channel] : state_->round.channels())
    paths.push_back(channel->path());
  return paths;
}

ServerSession::Stats ServerSession::stats() const {
  const EgressRound::Stats stats = state_->round.stats();
  return {.channels = state_->round.channels().size(),
          .queued_bytes = state_->round.queued_bytes(),
          .frames_sent = stats.frames_sent,
          .bytes_sent = stats.bytes_sent,
          .frames_dropped = stats.frames_dropped,
          .gaps = stats.gaps};
}

Status ServerSession::State::OnMessage(MessageType type, uint32_t channel,
                                       std::span<const uint8_t> body) {
  if (!handshake.done()) return OnHandshake(type, body);
  switch (type) {
    case MessageType::kSubscribe:
      return OnSubscribe(channel, body);
    case MessageType::kUnsubscribe:
      round.Close(channel);
      return {};
    case MessageType::kCredit:
      return OnCredit(channel, body);
    case MessageType::kStats:
      return OnStats(channel, body);
    case MessageType::kViewers:
      return OnViewers(body);
    case MessageType::kViewersEnded:
      return OnViewersEnded(body);
    case MessageType::kPing:
      Write(MessageType::kPong, 0);
      return {};
    case MessageType::kPong:
      return {};
    default:
      return Fail(ErrorCode::kMalformed,
                  fmt::format("an edge sends no message of type {}", static_cast<int>(type)));
  }
}

Status ServerSession::State::OnHandshake(MessageType type, std::span<const uint8_t> body) {
  if (const Status status = handshake.OnMessage(type, body); !status) return status;
  if (!handshake.done()) return {};
  liveness.OnHandshakeDone();
  reader.SetLimits({.control_max = context.options.control_max, .frame_max = 0});
  context.observer.OnEdgeOpened(session);
  return {};
}

Status ServerSession::State::OnSubscribe(uint32_t channel, std::span<const uint8_t> body) {
  const Result<Subscribe> request = DecodeSubscribe(body);
  if (!request) return tl::unexpected(request.error());
  const bool offered = !context.offers || context.offers(request->path);
  return round.Open(channel, *request,
                    offered ? context.registry.Find(request->path) : stream::StreamRef());
}

Status ServerSession::State::OnCredit(uint32_t channel, std::span<const uint8_t> body) {
  const Result<Credit> credit = DecodeCredit(body);
  if (!credit) return tl::unexpected(credit.error());
  return round.AddCredit(channel, credit->bytes);
}

Status ServerSession::State::OnStats(uint32_t channel, std::span<const uint8_t> body) {
  const Result<StreamStats> stats = DecodeStreamStats(body);
  if (!stats) return tl::unexpected(stats.error());
  if (const EgressChannel* found = round.Find(channel))
    context.observer.OnEdgeStats(session, found->path(), *stats);
  return {};
}

Status ServerSession::State::OnViewers(std::span<const uint8_t> body) {
  Result<ViewersPage> page = DecodeViewersPage(body);
  if (!page) return tl::unexpected(page.error());
  context.observer.OnViewers(session, *std::move(page));
  return {};
}

Status ServerSession::State::OnViewersEnded(std::span<const uint8_t> body) {
  const Result<ViewersEnded> answer = DecodeViewersEnded(body);
  if (!answer) return tl::unexpected(answer.error());
  context.observer.OnViewersEnded(session, *answer);
  return {};
}

void ServerSession::State::WriteOptional(MessageType type, std::span<const uint8_t> body) {
  liveness.OnWrote();
  output.Write(WriteOptionalMessage(type, 0, body));
}

void ServerSession::State::Write(MessageType type, uint32_t channel,
                                 std::span<const uint8_t> body) {
  liveness.OnWrote();
  output.Write(WriteMessage(type, channel, body));
}

}  // namespace weir::relay

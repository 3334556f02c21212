#include "protocols/relay/handshake.h"

#include <utility>

#include <fmt/format.h>

#include "protocols/relay/message_writer.h"
#include "protocols/relay/messages/greeting.h"
#include "protocols/relay/messages/proof_message.h"
#include "protocols/relay/messages/refused.h"

namespace weir::relay {
namespace {

/// An empty secret proves nothing, so it is only good among programs of one machine.
Status CheckSecret(const Options& options, const std::string& peer_address) {
  if (!options.secret.empty() || IsLoopback(peer_address)) return {};
  return Fail(ErrorCode::kRefused,
              "no relay secret is set here, so only peers on this machine are talked to");
}

Status OutOfTurn(MessageType type) {
  return Fail(ErrorCode::kMalformed,
              fmt::format("message of type {} within the handshake", static_cast<int>(type)));
}

}  // namespace

ServerHandshake::ServerHandshake(net::ByteOutput& output, const net::Peer& peer, const Nonce& nonce,
                                 const Options& options)
    : output_(output), peer_address_(peer.address), nonce_(nonce), options_(options) {}

Status ServerHandshake::OnVersion(uint8_t version) {
  output_.Write(WritePreamble());
  if (version != kVersion)
    return Refuse(ErrorCode::kUnsupported,
                  fmt::format("this origin speaks relay version {}, not {}", kVersion, version));
  if (const Status status = CheckSecret(options_, peer_address_); !status)
    return Refuse(status.error().code, status.error().detail);
  return {};
}

Status ServerHandshake::OnMessage(MessageType type, std::span<const uint8_t> body) {
  if (state_ == State::kHello && type == MessageType::kHello) return OnHello(body);
  if (state_ == State::kProof && type == MessageType::kProof) return OnProof(body);
  return OutOfTurn(type);
}

Status ServerHandshake::OnHello(std::span<const uint8_t> body) {
  Result<Greeting> hello = DecodeGreeting(body);
  if (!hello) return tl::unexpected(hello.error());
  if (hello->nonce == nonce_) return Refuse(ErrorCode::kRefused, "the nonce is the origin's own");
  edge_nonce_ = hello->nonce;
  edge_node_ = std::move(hello->node);
  edge_knows_viewers_ = hello->knows_viewers;
  state_ = State::kProof;
  const Greeting challenge{.node = options_.node, .nonce = nonce_};
  output_.Write(WriteMessage(MessageType::kChallenge, 0, Encode(challenge)));
  return {};
}

Status ServerHandshake::OnProof(std::span<const uint8_t> body) {
  const Result<ProofMessage> message = DecodeProofMessage(body);
  if (!message) return tl::unexpected(message.error());
  const Proof expected = Prove(options_.secret, Role::kEdge, edge_nonce_, nonce_);
  if (!SameProof(message->proof, expected))
    return Refuse(ErrorCode::kRefused, "the edge's relay secret is not this origin's");
  state_ = State::kDone;
  const ProofMessage accept{.proof = Prove(options_.secret, Role::kOrigin, edge_nonce_, nonce_)};
  output_.Write(WriteMessage(MessageType::kAccept, 0, Encode(accept)));
  return {};
}

Status ServerHandshake::Refuse(ErrorCode code, std::string reason) {
  output_.Write(WriteMessage(MessageType::kRefused, 0, Encode(Refused{.reason = reason})));
  return Fail(code, std::move(reason));
}

ClientHandshake::ClientHandshake(net::ByteOutput& output, const net::Peer& peer, const Nonce& nonce,
                                 const Options& options)
    : output_(output), peer_address_(peer.address), nonce_(nonce), options_(options) {
  output_.Write(WritePreamble());
  const Greeting hello{.node = options_.node, .nonce = nonce_, .knows_viewers = true};
  output_.Write(WriteMessage(MessageType::kHello, 0, Encode(hello)));
}

Status ClientHandshake::OnVersion(uint8_t version) {
  if (version != kVersion)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("the origin speaks relay version {}, not {}", version, kVersion));
  return CheckSecret(options_, peer_address_);
}

Status ClientHandshake::OnMessage(MessageType type, std::span<const uint8_t> body) {
  if (type == MessageType::kRefused) {
    const Result<Refused> refused = DecodeRefused(body);
    return Fail(ErrorCode::kRefused, "the origin refused: " + (refused ? refused->reason : "?"));
  }
  if (state_ == State::kChallenge && type == MessageType::kChallenge) return OnChallenge(body);
  if (state_ == State::kAccept && type == MessageType::kAccept) return OnAccept(body);
  return OutOfTurn(type);
}

Status ClientHandshake::OnChallenge(std::span<const uint8_t> body) {
  Result<Greeting> challenge = DecodeGreeting(body);
  if (!challenge) return tl::unexpected(challenge.error());
  if (challenge->nonce == nonce_)
    return Fail(ErrorCode::kRefused, "the origin sent our own nonce back");
  origin_nonce_ = challenge->nonce;
  origin_node_ = std::move(challenge->node);
  state_ = State::kAccept;
  const ProofMessage proof{.proof = Prove(options_.secret, Role::kEdge, nonce_, origin_nonce_)};
  output_.Write(WriteMessage(MessageType::kProof, 0, Encode(proof)));
  return {};
}

Status ClientHandshake::OnAccept(std::span<const uint8_t> body) {
  const Result<ProofMessage> message = DecodeProofMessage(body);
  if (!message) return tl::unexpected(message.error());
  const Proof expected = Prove(options_.secret, Role::kOrigin, nonce_, origin_nonce_);
  if (!SameProof(message->proof, expected))
    return Fail(ErrorCode::kRefused, "the origin's relay secret is not this edge's");
  state_ = State::kDone;
  return {};
}

}  // namespace weir::relay

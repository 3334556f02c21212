#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "net/byte_session.h"
#include "protocols/relay/options.h"
#include "protocols/relay/proof.h"
#include "protocols/relay/wire.h"

namespace weir::relay {

/// The first exchange of a connection, after which both ends know that the other has the secret:
///
///     edge                              origin
///      | preamble, hello{node, nonce}     |
///      | ------------------------------>  |
///      |  preamble, challenge{node,nonce} |
///      | <------------------------------  |
///      | proof{over edge, both nonces}    |
///      | ------------------------------>  |
///      |  accept{over origin, both}       |
///      | <------------------------------  |
///
/// The edge proves first, so that who merely connects to an origin learns nothing to try secrets
/// on. Instead of challenge or accept an origin may send refused{reason}, and ends.
class ServerHandshake {
 public:
  /// `options` and `output` outlive it.
  ServerHandshake(net::ByteOutput& output, const net::Peer& peer, const Nonce& nonce,
                  const Options& options);

  Status OnVersion(uint8_t version);
  Status OnMessage(MessageType type, std::span<const uint8_t> body);

  bool done() const { return state_ == State::kDone; }

  const std::string& edge_node() const { return edge_node_; }

  bool edge_knows_viewers() const { return edge_knows_viewers_; }

 private:
  enum class State { kHello, kProof, kDone };

  Status OnHello(std::span<const uint8_t> body);
  Status OnProof(std::span<const uint8_t> body);
  Status Refuse(ErrorCode code, std::string reason);

  net::ByteOutput& output_;
  std::string peer_address_;
  Nonce nonce_;
  Nonce edge_nonce_{};
  const Options& options_;
  State state_ = State::kHello;
  std::string edge_node_;
  bool edge_knows_viewers_ = false;
};

/// The edge's part of the same.
class ClientHandshake {
 public:
  /// `options` and `output` outlive it. Writes the preamble and hello at once.
  ClientHandshake(net::ByteOutput& output, const net::Peer& peer, const Nonce& nonce,
                  const Options& options);

  Status OnVersion(uint8_t version);
  Status OnMessage(MessageType type, std::span<const uint8_t> body);

  bool done() const { return state_ == State::kDone; }

  const std::string& origin_node() const { return origin_node_; }

 private:
  enum class State { kChallenge, kAccept, kDone };

  Status OnChallenge(std::span<const uint8_t> body);
  Status OnAccept(std::span<const uint8_t> body);

  net::ByteOutput& output_;
  std::string peer_address_;
  Nonce nonce_;
  Nonce origin_nonce_{};
  const Options& options_;
  State state_ = State::kChallenge;
  std::string origin_node_;
};

}  // namespace weir::relay

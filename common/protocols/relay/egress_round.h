#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "net/byte_session.h"
#include "protocols/relay/egress_channel.h"
#include "protocols/relay/options.h"
#include "protocols/relay/wire.h"

namespace weir::relay {

/// All channels of one connection to an edge: gives the driver their messages in turn, one at a
/// time, as long as it holds little.
class EgressRound {
 public:
  struct Stats {
    uint64_t frames_sent = 0;
    uint64_t bytes_sent = 0;
    uint64_t frames_dropped = 0;
    uint64_t gaps = 0;
  };

  /// All arguments outlive it.
  EgressRound(net::ByteOutput& output, Executor& loop, const Options& options)
      : output_(output), loop_(loop), options_(options) {}

  EgressRound(const EgressRound&) = delete;
  EgressRound& operator=(const EgressRound&) = delete;

  /// An empty `stream` is answered with the end "not found", a channel too many with "refused".
  /// kMalformed where the id is in use.
  Status Open(uint32_t id, const Subscribe& request, const stream::StreamRef& stream);

  /// Forgets the channel, and what waits for it.
  void Close(uint32_t id);

  /// Does nothing on a channel that has ended meanwhile.
  Status AddCredit(uint32_t id, int64_t bytes);

  /// Null where there is none.
  const EgressChannel* Find(uint32_t id) const;

  /// Writes what the driver may have now. To be called when it can take more, too.
  void Pump();

  /// Frees channels that ended inside a call of their stream. To be called by what the driver
  /// tells, so in turns of the loop that are no stream's.
  void BeginTurn() { ended_.clear(); }

  const std::map<uint32_t, std::unique_ptr<EgressChannel>>& channels() const { return channels_; }

  size_t queued_bytes() const { return queued_bytes_; }

  Stats stats() const;

 private:
  void OnQueued(EgressChannel& channel);
  void Recount(EgressChannel& channel);
  void JoinTurn(EgressChannel& channel);
  void LeaveTurn(EgressChannel& channel);
  void Send(EgressChannel& channel);
  void SendFrame(uint32_t id, const media::Frame& frame);
  void SendEnd(uint32_t id, media::EndReason reason);
  void Write(MessageType type, uint32_t id, std::span<const uint8_t> body);

  net::ByteOutput& output_;
  Executor& loop_;
  const Options& options_;
  Stats stats_;
  size_t queued_bytes_ = 0;
  std::deque<EgressChannel*> turn_;  ///< Who can send.
  std::map<uint32_t, std::unique_ptr<EgressChannel>> channels_;
  std::vector<std::unique_ptr<EgressChannel>> ended_;
};

}  // namespace weir::relay

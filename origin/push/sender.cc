#include "origin/push/sender.h"

#include <utility>

#include "origin/push/datagram_senders.h"
#include "origin/push/rtmp_sender.h"
#include "origin/push/tcp_ts_sender.h"

namespace weir::push {
namespace {

/// Makes the sender that goes with each kind of destination.
struct Maker {
  const SenderContext& context;
  const Patience& patience;
  std::vector<media::Track>& tracks;
  Sender::Owner& owner;

  Result<std::unique_ptr<Sender>> operator()(const rtmp::EgressTarget& target) {
    return MakeRtmpSender(context, target, patience, std::move(tracks), owner);
  }

  Result<std::unique_ptr<Sender>> operator()(const srt::CallerOptions& options) {
    srt::CallerOptions call = options;
    return MakeSrtSender(context, std::move(call), std::move(tracks), owner);
  }

  Result<std::unique_ptr<Sender>> operator()(const TsEndpoint& endpoint) {
    if (endpoint.tcp) return MakeTcpTsSender(context, endpoint, patience, std::move(tracks), owner);
    return MakeUdpSender(context, endpoint, patience, std::move(tracks), owner);
  }
};

}  // namespace

Result<std::unique_ptr<Sender>> MakeSender(const SenderContext& context,
                                           const Destination& destination, const Patience& patience,
                                           std::vector<media::Track> tracks, Sender::Owner& owner) {
  return std::visit(
      Maker{.context = context, .patience = patience, .tracks = tracks, .owner = owner},
      destination.where);
}

}  // namespace weir::push

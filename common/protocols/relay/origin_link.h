#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "net/event_loop.h"
#include "net/tcp_client.h"
#include "net/timer.h"
#include "protocols/relay/ingest.h"
#include "protocols/relay/origin_channel.h"
#include "protocols/relay/viewer_desk.h"

namespace weir::relay {

/// One relay connection to one origin, shared by all streams that come from there to this loop.
///
/// Thread: its loop.
class OriginLink final : public IngestObserver {
 public:
  /// A connection without channels is closed after this long.
  static constexpr Clock::duration kIdlePatience = std::chrono::seconds(10);

  /// `options`, `tls` and `viewers`, which may be null, outlive it. `on_over` is called once, when
  /// the connection failed, ended or was idle too long, and after all channels were told: the link
  /// may be destroyed inside it, and takes no more channels.
  OriginLink(net::EventLoop& loop, Endpoint origin, const Options& options,
             const net::TlsClientContext* tls, ViewerDesk* viewers,
             std::function<void(OriginLink&)> on_over);
  ~OriginLink() override;

  OriginLink(const OriginLink&) = delete;
  OriginLink& operator=(const OriginLink&) = delete;

  /// Asks for a stream, as soon as the connection stands.
  std::unique_ptr<OriginChannel> Open(const ChannelRequest& request, ChannelSink& sink);

  const Endpoint& origin() const { return origin_; }

  // IngestObserver
  void OnReady(const std::string& origin_node) override;
  void OnControl(ChannelId channel, const ControlMessage& message) override;
  ViewersPage OnFindViewers(const FindViewers& question) override;
  ViewersEnded OnEndViewers(const EndViewers& order) override;

  void OnClosed() override { session_ = nullptr; }

 private:
  class Channel;

  net::ConnectOptions Target(const net::TlsClientContext* tls) const;
  std::unique_ptr<net::ByteSession> MakeSession(net::ByteOutput& output, const net::Peer& peer,
                                                Clock::time_point now);
  ViewerDesk::Names NamesOf(const ViewerChoice& choice) const;
  void Forget(Channel& channel);
  void OnEnded(const Error& reason);

  net::EventLoop& loop_;
  Endpoint origin_;
  const Options& options_;
  ViewerDesk* const viewers_;
  std::function<void(OriginLink&)> on_over_;
  std::set<Channel*> channels_;  ///< Owned by those who opened them.
  ClientSession* session_ = nullptr;
  net::Timer idle_;
  std::unique_ptr<net::TcpClient> client_;
};

}  // namespace weir::relay

#include "protocols/relay/origin_link.h"

#include <utility>

#include "base/log.h"

namespace weir::relay {

/// Stands between a session and a sink, and knows when either is gone.
class OriginLink::Channel final : public OriginChannel, public media::MediaSink {
 public:
  Channel(OriginLink& link, const ChannelRequest& request, ChannelSink& sink)
      : link_(&link), request_(request), sink_(sink) {}

  ~Channel() override {
    if (link_ != nullptr) link_->Forget(*this);
  }

  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void Start(ClientSession& session) { id_ = session.Open(request_, *this); }

  std::optional<ChannelId> id() const { return id_; }

  ChannelSink& sink() const { return sink_; }

  const stream::StreamPath& path() const { return request_.path; }

  void SendStats(const StreamStats& stats) override {
    if (link_ != nullptr && link_->session_ != nullptr && id_)
      link_->session_->SendStats(*id_, stats);
  }

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    sink_.OnTracks(std::move(tracks));
  }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    sink_.OnFrame(std::move(frame));
  }

  void OnPresent() override { sink_.OnPresent(); }

  void OnGap() override { sink_.OnGap(); }

  void OnEnd(media::EndReason reason) override {
    std::exchange(link_, nullptr)->Forget(*this);
    sink_.OnEnd(reason);
  }

 private:
  OriginLink* link_;  ///< Null once it has ended.
  ChannelRequest request_;
  ChannelSink& sink_;
  std::optional<ChannelId> id_;
};

OriginLink::OriginLink(net::EventLoop& loop, Endpoint origin, const Options& options,
                       const net::TlsClientContext* tls, ViewerDesk* viewers,
                       std::function<void(OriginLink&)> on_over)
    : loop_(loop),
      origin_(std::move(origin)),
      options_(options),
      viewers_(viewers),
      on_over_(std::move(on_over)),
      idle_(loop_, [this] { OnEnded({.code = ErrorCode::kEnded, .detail = "not used any more"}); }),
      client_(std::make_unique<net::TcpClient>(
          loop_, Target(tls),
          [this](net::ByteOutput& output, const net::Peer& peer, Clock::time_point now) {
            return MakeSession(output, peer, now);
          },
          [this](const Error& reason) { OnEnded(reason); })) {}

OriginLink::~OriginLink() {
  while (!channels_.empty())
    (*channels_.begin())->OnEnd(media::EndReason::kLost);
}

std::unique_ptr<OriginChannel> OriginLink::Open(const ChannelRequest& request, ChannelSink& sink) {
  auto channel = std::make_unique<Channel>(*this, request, sink);
  channels_.insert(channel.get());
  idle_.Stop();
  if (session_ != nullptr) channel->Start(*session_);
  return channel;
}

void OriginLink::OnReady(const std::string& origin_node) {
  log::Info("pull", origin_.text(), "connected to origin '{}'", origin_node);
}

void OriginLink::OnControl(ChannelId channel, const ControlMessage& message) {
  for (Channel* open : channels_) {
    if (open->id() != channel) continue;
    open->sink().OnControl(message);
    return;
  }
}

ViewersPage OriginLink::OnFindViewers(const FindViewers& question) {
  if (viewers_ == nullptr) return {.ask = question.ask};
  return viewers_->Find(NamesOf(question.choice), question);
}

ViewersEnded OriginLink::OnEndViewers(const EndViewers& order) {
  if (viewers_ == nullptr) return {.ask = order.ask};
  return viewers_->End(NamesOf(order.choice), order);
}

ViewerDesk::Names OriginLink::NamesOf(const ViewerChoice& choice) const {
  ViewerDesk::Names names;
  for (const Channel* channel : channels_) {
    const stream::StreamPath* const here = channel->sink().watched_as();
    if (here != nullptr && choice.Has(channel->path())) names.emplace(*here, channel->path());
  }
  return names;
}

net::ConnectOptions OriginLink::Target(const net::TlsClientContext* tls) const {
  net::ConnectOptions target;
  target.host = origin_.host;
  target.port = origin_.port;
  target.tls = tls;
  return target;
}

std::unique_ptr<net::ByteSession> OriginLink::MakeSession(net::ByteOutput& output,
                                                          const net::Peer& peer,
                                                          Clock::time_point now) {
  auto session = std::make_unique<ClientSession>(output, peer, now, MakeNonce(), options_, *this);
  session_ = session.get();
  for (Channel* channel : channels_)
    channel->Start(*session);
  return session;
}

void OriginLink::Forget(Channel& channel) {
  channels_.erase(&channel);
  if (session_ != nullptr && channel.id()) session_->Close(*channel.id());
  if (channels_.empty()) idle_.Start(kIdlePatience);
}

void OriginLink::OnEnded(const Error& reason) {
  const bool orderly = reason.code == ErrorCode::kEnded;
  log::Line(orderly ? log::Level::kInfo : log::Level::kWarn, "pull", origin_.text(),
            "connection to the origin ended: " + reason.detail);
  // Each call takes one away; a sink may drop others meanwhile.
  while (!channels_.empty())
    (*channels_.begin())->OnEnd(media::EndReason::kLost);
  idle_.Stop();
  const std::function<void(OriginLink&)> on_over = std::move(on_over_);
  on_over(*this);
}

}  // namespace weir::relay

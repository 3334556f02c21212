#include "net/tcp_listener.h"

#include <array>
#include <cerrno>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/log.h"
#include "net/proxied_session.h"
#include "net/socket_address.h"
#include "net/socket_options.h"
#include "net/tcp_connection.h"
#include "net/timer.h"
#include "net/tls_session.h"
#include "net/uv_error.h"

namespace weir::net {
namespace {

// Accepted in one turn; those who are connected already want their turn too.
constexpr int kAcceptsPerTurn = 64;

// How long not to accept when the process is out of descriptors or the kernel of memory.
constexpr Clock::duration kRest = std::chrono::milliseconds(100);

constexpr Clock::duration kLogInterval = std::chrono::seconds(1);

/// Why a connection is closed as soon as it came.
enum class Refusal { kFull, kStranger, kTooMany };

/// One kind's, since the last line about it.
struct Refused {
  size_t count = 0;
  Clock::time_point may_log_at;
};

/// A client that gave up while it waited says nothing about the next one (accept(2)).
bool IsOfOneClient(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

}  // namespace

// Accepts by itself instead of by uv_listen(), which loops without end when it is out of
// descriptors.
struct TcpListener::State final : TcpConnection::Owner {
  State(EventLoop& the_loop, ListenOptions the_options, SessionFactory factory)
      : loop(the_loop),
        options(std::move(the_options)),
        make_session(Wrapped(std::move(factory))),
        rest(loop, [this] { StartAccepting(); }) {}

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() override {
    while (!connections.empty()) {
      auto node = connections.extract(connections.begin());
      TcpConnection::Drop(std::move(node.mapped().connection));
    }
  }

  /// A connection and what is known of it here.
  struct Open {
    std::unique_ptr<TcpConnection> connection;
    ConnectionCap::Place place;
    std::string client;  // Whose it is, where a proxy said so.
  };

  SessionFactory Wrapped(SessionFactory factory);
  Status Listen();
  void StartAccepting() const;
  void StopAccepting();
  void OnPending();
  void Accepted(OwnedFd accepted, const SocketAddress& from);
  Status OnProxiedClient(ByteOutput& output, const SocketAddress& client);
  std::optional<ConnectionCap::Place> TakePlace(const SocketAddress& client) const;
  void Refuse(Refusal why, const SocketAddress& from);
  std::string TextOf(Refusal why) const;
  void Rest(int error);
  void OnEnded(TcpConnection& connection, const Error& reason) override;

  EventLoop& loop;
  const ListenOptions options;
  const SessionFactory make_session;
  OwnedFd fd;
  UvPtr<uv_poll_t> poll;
  Timer rest;
  uint16_t port = 0;
  std::unordered_map<const TcpConnection*, Open> connections;
  std::array<Refused, 3> refused;  // by Refusal
  Clock::time_point rest_may_log_at;
};

SessionFactory TcpListener::State::Wrapped(SessionFactory factory) {
  if (options.tls != nullptr) factory = OverTls(*options.tls, std::move(factory));
  if (options.proxies == nullptr) return factory;
  return BehindProxy(std::move(factory), [this](ByteOutput& output, const SocketAddress& client) {
    return OnProxiedClient(output, client);
  });
}

Status TcpListener::State::Listen() {
  const auto address = SocketAddress::Parse(options.address, options.port);
  if (!address) {
    return Fail(address.error().code, fmt::format("cannot listen on {}:{}: {}", options.address,
                                                  options.port, address.error().detail));
  }
  auto socket = OpenListeningSocket(*address);
  if (!socket) return tl::unexpected(std::move(socket.error()));
  fd = std::move(*socket);
  port = PortOf(fd);
  auto handle = std::make_unique<uv_poll_t>();
  if (const int failed = uv_poll_init(&loop.uv(), handle.get(), fd.get())) {
    return tl::unexpected(UvError(failed, fmt::format("cannot listen on {}", address->Text())));
  }
  poll.reset(handle.release());
  poll->data = this;
  StartAccepting();
  return {};
}

void TcpListener::State::StartAccepting() const {
  uv_poll_start(poll.get(), UV_READABLE, [](uv_poll_t* handle, int /*status*/, int /*events*/) {
    static_cast<State*>(handle->data)->OnPending();
  });
}

void TcpListener::State::StopAccepting() {
  rest.Stop();
  poll.reset();
  fd = OwnedFd();
}

void TcpListener::State::OnPending() {
  // A session may stop the listener as it is made.
  for (int i = 0; i < kAcceptsPerTurn && fd.valid(); ++i) {
    sockaddr_storage storage{};
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    socklen_t size = sizeof storage;
    OwnedFd accepted(::accept4(fd.get(), address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted.valid()) {
      Accepted(std::move(accepted), SocketAddress::From(address));
    } else if (!IsOfOneClient(errno)) {
      if (errno != EAGAIN) Rest(errno);
      return;
    }
  }
}

void TcpListener::State::Accepted(OwnedFd accepted, const SocketAddress& from) {
  if (connections.size() >= options.connections_max) return Refuse(Refusal::kFull, from);
  std::optional<ConnectionCap::Place> place = ConnectionCap::Place();
  if (options.proxies == nullptr) {
    place = TakePlace(from);
    if (!place) return Refuse(Refusal::kTooMany, from);
  } else if (!from.ip() || !options.proxies->Contain(*from.ip())) {
    return Refuse(Refusal::kStranger, from);
  }
  UvPtr<uv_tcp_t> socket(new uv_tcp_t{});
  uv_tcp_init(&loop.uv(), socket.get());
  if (uv_tcp_open(socket.get(), accepted.get()) != 0) return;
  std::ignore = accepted.Release();  // the handle closes it
  auto made = std::make_unique<TcpConnection>(
      loop, std::move(socket),
      TcpConnection::Options{.unsent_max = options.unsent_max,
                             .write_patience = options.write_patience},
      *this);
  TcpConnection& connection = *made;
  connections.emplace(
      &connection, Open{.connection = std::move(made), .place = *std::move(place), .client = {}});
  connection.Start(make_session, Peer{.address = from.Text()});
}

/// Only the proxy has been counted as trusted until now.
Status TcpListener::State::OnProxiedClient(ByteOutput& output, const SocketAddress& client) {
  // The outermost session writes to the connection itself.
  Open& open = connections.at(static_cast<const TcpConnection*>(&output));
  auto place = TakePlace(client);
  if (!place) {
    Refuse(Refusal::kTooMany, client);
    return Fail(ErrorCode::kEnded, "refused");
  }
  open.place = *std::move(place);
  open.client = client.Text();
  return {};
}

std::optional<ConnectionCap::Place> TcpListener::State::TakePlace(
    const SocketAddress& client) const {
  const auto ip = client.ip();
  if (options.cap == nullptr || !ip) return ConnectionCap::Place();
  return options.cap->Take(*ip);
}

void TcpListener::State::Refuse(Refusal why, const SocketAddress& from) {
  Refused& kind = refused.at(static_cast<size_t>(why));
  ++kind.count;
  if (loop.now() < kind.may_log_at) return;
  kind.may_log_at = loop.now() + kLogInterval;
  log::Warn(options.component, from.Text(), "refused {} connections: {}",
            std::exchange(kind.count, 0), TextOf(why));
}

std::string TcpListener::State::TextOf(Refusal why) const {
  switch (why) {
    case Refusal::kFull:
      return fmt::format("{} are open", connections.size());
    case Refusal::kStranger:
      return "not from a network that may send PROXY headers";
    case Refusal::kTooMany:
      return fmt::format("this client has {} open", options.cap->most());
  }
  return {};
}

/// Whoever knocks stays in the backlog meanwhile.
void TcpListener::State::Rest(int error) {
  uv_poll_stop(poll.get());
  rest.Start(kRest);
  if (loop.now() < rest_may_log_at) return;
  rest_may_log_at = loop.now() + kLogInterval;
  log::Warn(options.component, "", "cannot accept for now: {}", uv_strerror(-error));
}

void TcpListener::State::OnEnded(TcpConnection& connection, const Error& reason) {
  const auto node = connections.extract(&connection);  // goes when the line is written
  const std::string& client = node.mapped().client;
  const std::string& peer = client.empty() ? connection.peer().address : client;
  switch (reason.code) {
    case ErrorCode::kEnded:
      return log::Debug(options.component, peer, "connection ended: {}", reason.detail);
    case ErrorCode::kMalformed:
    case ErrorCode::kLimitExceeded:
      return log::Warn(options.component, peer, "connection ended: {}", reason.detail);
    default:
      return log::Info(options.component, peer, "connection ended: {}", reason.detail);
  }
}

TcpListener::TcpListener(EventLoop& loop, ListenOptions options, SessionFactory make_session)
    : state_(std::make_unique<State>(loop, std::move(options), std::move(make_session))) {}

TcpListener::~TcpListener() = default;

Status TcpListener::Listen() {
  return state_->Listen();
}

void TcpListener::StopAccepting() {
  state_->StopAccepting();
}

uint16_t TcpListener::port() const {
  return state_->port;
}

size_t TcpListener::connections() const {
  return state_->connections.size();
}

}  // namespace weir::net

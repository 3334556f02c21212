#include "net/tcp_client.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "net/name_lookup.h"
#include "net/socket_address.h"
#include "net/socket_options.h"
#include "net/tcp_connection.h"
#include "net/timer.h"
#include "net/tls_session.h"
#include "net/uv_error.h"
#include "net/uv_ptr.h"

namespace weir::net {

//   looking up --addresses--> connecting --connected--> connection --OnEnded--> ended
//        \                      \  ^ next address
//         \----------------------\-- patience, no address left ---------------> ended
struct TcpClient::State final : TcpConnection::Owner {
  State(EventLoop& the_loop, ConnectOptions the_options, SessionFactory factory,
        std::function<void(Error)> the_on_ended);

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  ~State() override {
    if (connection) TcpConnection::Drop(std::move(connection));
  }

  void LookUp();
  void ConnectNext();
  int Connect(const SocketAddress& address);
  void OnConnected(int status);
  void OnPatienceEnd();
  void OnEnded(TcpConnection& gone, const Error& why) override;
  void End(Error why);

  EventLoop& loop;
  const ConnectOptions options;
  const SessionFactory make_session;
  const std::string target;
  const Clock::time_point give_up_at;
  std::function<void(Error)> on_ended;

  Timer patience;
  Timer ended;  // So that the end is told from a later turn.
  std::optional<Error> reason;
  std::unique_ptr<NameLookup> lookup;
  std::vector<SocketAddress> addresses;
  size_t next_address = 0;
  UvPtr<uv_tcp_t> socket;
  std::unique_ptr<TcpConnection> connection;
};

TcpClient::State::State(EventLoop& the_loop, ConnectOptions the_options, SessionFactory factory,
                        std::function<void(Error)> the_on_ended)
    : loop(the_loop),
      options(std::move(the_options)),
      make_session(options.tls != nullptr ? OverTls(*options.tls, options.host, std::move(factory))
                                          : std::move(factory)),
      target(fmt::format("{}:{}", options.host, options.port)),
      give_up_at(loop.now() + options.patience),
      on_ended(std::move(the_on_ended)),
      patience(loop, [this] { OnPatienceEnd(); }),
      ended(loop, [this] {
        const auto tell = std::move(on_ended);
        tell(*reason);  // perhaps the end of this
      }) {
  if (const auto numeric = SocketAddress::Parse(options.host, options.port)) {
    addresses.push_back(*numeric);
    ConnectNext();
  } else {
    LookUp();
  }
}

void TcpClient::State::LookUp() {
  patience.StartAt(give_up_at);
  lookup = std::make_unique<NameLookup>(loop, options.host, options.port,
                                        [this](Result<NameLookup::Addresses> found) {
                                          if (!found) return End(std::move(found.error()));
                                          addresses = std::move(*found);
                                          ConnectNext();
                                        });
}

/// Each address gets an equal part of the time that is left.
void TcpClient::State::ConnectNext() {
  const SocketAddress& address = addresses[next_address++];
  const auto left = give_up_at - loop.now();
  const auto share = left / static_cast<int64_t>(addresses.size() - next_address + 1);
  patience.Start(std::max(share, Clock::duration::zero()));
  if (const int failed = Connect(address)) OnConnected(failed);
}

int TcpClient::State::Connect(const SocketAddress& address) {
  socket = UvPtr<uv_tcp_t>(new uv_tcp_t{});
  uv_tcp_init(&loop.uv(), socket.get());
  socket->data = this;
  auto request = std::make_unique<uv_connect_t>();
  const int failed = uv_tcp_connect(request.get(), socket.get(), address.get(),
                                    [](uv_connect_t* connected, int status) {
                                      const std::unique_ptr<uv_connect_t> owned(connected);
                                      auto* self = static_cast<State*>(connected->handle->data);
                                      if (self != nullptr) self->OnConnected(status);
                                    });
  if (failed == 0) std::ignore = request.release();  // the callback takes it back
  return failed;
}

void TcpClient::State::OnConnected(int status) {
  patience.Stop();
  if (status != 0) {
    socket.reset();
    if (next_address < addresses.size() && loop.now() < give_up_at) return ConnectNext();
    return End(UvError(status, fmt::format("cannot connect to {}", target)));
  }
  if (options.unacknowledged_patience > Clock::duration::zero()) {
    SetUserTimeout(*socket, std::chrono::duration_cast<std::chrono::milliseconds>(
                                options.unacknowledged_patience));
  }
  connection = std::make_unique<TcpConnection>(
      loop, std::move(socket),
      TcpConnection::Options{.unsent_max = options.unsent_max,
                             .write_patience = options.write_patience,
                             .keep_session = true},
      *this);
  const SessionFactory make = make_session;  // The client may be destroyed inside it.
  connection->Start(make, Peer{.address = addresses[next_address - 1].Text()});
}

void TcpClient::State::OnPatienceEnd() {
  if (lookup != nullptr && addresses.empty()) {
    lookup.reset();
    return End(UvError(UV_ETIMEDOUT, fmt::format("cannot look up {}", options.host)));
  }
  OnConnected(UV_ETIMEDOUT);
}

void TcpClient::State::OnEnded(TcpConnection& /*gone*/, const Error& why) {
  End(why);
}

void TcpClient::State::End(Error why) {
  patience.Stop();
  reason = std::move(why);
  ended.Start(Clock::duration::zero());
}

TcpClient::TcpClient(EventLoop& loop, ConnectOptions options, SessionFactory make_session,
                     std::function<void(Error)> on_ended)
    : state_(std::make_unique<State>(loop, std::move(options), std::move(make_session),
                                     std::move(on_ended))) {}

TcpClient::~TcpClient() = default;

}  // namespace weir::net

#include "http/client.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "http/client_session.h"
#include "net/tcp_client.h"
#include "net/timer.h"

namespace weir::http {
namespace {

/// Where a connection goes to.
struct Server {
  bool secure = false;
  std::string host;
  uint16_t port = 0;

  bool operator==(const Server&) const = default;
};

}  // namespace

//   Send --> waiting --a connection is free, or may be opened--> under way --> answered
//               \------------------ patience ends ----------------/
struct Client::State {
  struct Connection;

  /// One request, until it is answered.
  struct Call {
    Server server;
    std::string bytes;
    bool head = false;
    bool repeatable = false;
    Clock::time_point give_up;
    Answer answer;
    std::optional<Error> failure;  // known already: to be told when the timer rings
    Connection* connection = nullptr;
    std::unique_ptr<net::Timer> timer;
  };

  using Calls = std::map<uint64_t, Call>;

  /// One connection: the call it serves, if any.
  struct Connection final : ClientSession::Owner {
    Connection(State& the_state, Server to) : state(the_state), server(std::move(to)) {}

    void OnResponse(ClientResponse response, bool may_send) override {
      state.OnResponse(*this, std::move(response), may_send);
    }

    State& state;
    const Server server;
    std::optional<uint64_t> call;
    bool used = false;                 // it has answered before
    ClientSession* session = nullptr;  // owned by the driver, lives until it says that it ended
    std::unique_ptr<net::TcpClient> driver;
  };

  State(net::EventLoop& on_loop, ClientOptions given) : loop(on_loop), options(given) {}

  void Next();
  bool TryServe(uint64_t id);
  Connection* FindIdle(const Server& server);
  bool MakeRoom();
  void Open(uint64_t id);
  void Hand(Connection& connection, uint64_t id);
  static void SendCall(Connection& connection, const Call& call);
  void OnResponse(Connection& connection, ClientResponse response, bool may_send);
  void OnEnded(Connection& connection, const Error& reason);
  void OnTime(uint64_t id);
  void Remove(Connection& connection);
  void TrimIdle();
  Answer TakeAnswer(uint64_t id);

  net::EventLoop& loop;
  const ClientOptions options;
  Calls calls;
  uint64_t next_id = 0;
  std::deque<uint64_t> waiting;                          // may name calls that are over
  std::vector<std::unique_ptr<Connection>> connections;  // the longest unused first
};

void Client::State::Next() {
  while (!waiting.empty()) {
    const uint64_t id = waiting.front();
    if (calls.contains(id) && !TryServe(id)) return;
    waiting.pop_front();
  }
}

bool Client::State::TryServe(uint64_t id) {
  if (Connection* idle = FindIdle(calls.at(id).server)) {
    Hand(*idle, id);
    SendCall(*idle, calls.at(id));
    return true;
  }
  if (connections.size() >= options.connections_max && !MakeRoom()) return false;
  Open(id);
  return true;
}

/// The one used last: those behind it may time out.
Client::State::Connection* Client::State::FindIdle(const Server& server) {
  const auto found =
      std::find_if(connections.rbegin(), connections.rend(), [&server](const auto& one) {
        return !one->call && one->session != nullptr && one->server == server;
      });
  return found == connections.rend() ? nullptr : found->get();
}

/// Gives up the connection that was not used for longest.
bool Client::State::MakeRoom() {
  const auto idle = std::find_if(connections.begin(), connections.end(),
                                 [](const auto& one) { return !one->call.has_value(); });
  if (idle == connections.end()) return false;
  connections.erase(idle);
  return true;
}

void Client::State::Open(uint64_t id) {
  connections.push_back(std::make_unique<Connection>(*this, calls.at(id).server));
  Connection& connection = *connections.back();
  Hand(connection, id);
  connection.driver = std::make_unique<net::TcpClient>(
      loop,
      net::ConnectOptions{.host = connection.server.host,
                          .port = connection.server.port,
                          .patience = calls.at(id).give_up - loop.now(),
                          .tls = connection.server.secure ? options.tls : nullptr},
      [this, &connection](net::ByteOutput& output, const net::Peer& /*peer*/,
                          Clock::time_point now) {
        auto session = std::make_unique<ClientSession>(connection, output, options.limits,
                                                       options.idle_patience, now);
        connection.session = session.get();
        if (connection.call) SendCall(connection, calls.at(*connection.call));
        return session;
      },
      [this, &connection](const Error& reason) { OnEnded(connection, reason); });
}

void Client::State::Hand(Connection& connection, uint64_t id) {
  connection.call = id;
  calls.at(id).connection = &connection;
}

void Client::State::SendCall(Connection& connection, const Call& call) {
  connection.session->Send(call.bytes, call.head);
}

void Client::State::OnResponse(Connection& connection, ClientResponse response, bool may_send) {
  const Answer answer = TakeAnswer(*connection.call);
  connection.call.reset();
  if (may_send) {
    connection.used = true;
    const auto self = std::find_if(connections.begin(), connections.end(),
                                   [&](const auto& one) { return one.get() == &connection; });
    std::rotate(self, self + 1, connections.end());
    TrimIdle();
  } else {
    Remove(connection);
  }
  Next();
  answer(std::move(response));  // perhaps the end of this
}

void Client::State::OnEnded(Connection& connection, const Error& reason) {
  const std::optional<uint64_t> id = connection.call;
  const bool stale =
      connection.used && !(connection.session != nullptr && connection.session->answering());
  Result<ClientResponse> outcome = tl::unexpected(reason);
  if (id && connection.session != nullptr)
    outcome = connection.session->AtEnd(reason.code == ErrorCode::kEnded);
  Remove(connection);
  if (!id) return Next();
  Call& call = calls.at(*id);
  call.connection = nullptr;
  if (stale && !outcome && call.repeatable) {
    // The server closed it at the very moment it was used again.
    call.repeatable = false;
    waiting.push_front(*id);
    return Next();
  }
  const Answer answer = TakeAnswer(*id);
  Next();
  answer(std::move(outcome));
}

void Client::State::OnTime(uint64_t id) {
  const Call& call = calls.at(id);
  Error why = call.failure.value_or(Error{
      .code = ErrorCode::kUnavailable,
      .detail = fmt::format("{}:{} took too long to answer", call.server.host, call.server.port)});
  if (call.connection != nullptr) Remove(*call.connection);
  const Answer answer = TakeAnswer(id);
  Next();
  answer(tl::unexpected(std::move(why)));
}

void Client::State::Remove(Connection& connection) {
  std::erase_if(connections, [&](const auto& one) { return one.get() == &connection; });
}

void Client::State::TrimIdle() {
  const auto is_idle = [](const auto& one) { return !one->call.has_value(); };
  const auto idle = std::count_if(connections.begin(), connections.end(), is_idle);
  if (static_cast<size_t>(idle) <= options.idle_max) return;
  connections.erase(std::find_if(connections.begin(), connections.end(), is_idle));
}

Client::Answer Client::State::TakeAnswer(uint64_t id) {
  Answer answer = std::move(calls.at(id).answer);
  calls.erase(id);
  return answer;
}

Client::Client(net::EventLoop& loop, ClientOptions options)
    : state_(std::make_unique<State>(loop, options)) {}

Client::~Client() = default;

void Client::Send(const Url& url, ClientRequest request, Clock::duration patience, Answer answer) {
  State& state = *state_;
  const uint64_t id = ++state.next_id;
  State::Call call{
      .server = {.secure = url.secure, .host = url.host, .port = url.port},
      .bytes = RenderRequest(request, url.Authority(), url.target),
      .head = request.method == "HEAD",
      .repeatable = request.repeatable,
      .give_up = state.loop.now() + patience,
      .answer = std::move(answer),
      .failure = {},
      .timer = std::make_unique<net::Timer>(state.loop, [&state, id] { state.OnTime(id); })};
  if (state.calls.size() >= state.options.calls_max) {
    call.failure = Error{.code = ErrorCode::kLimitExceeded, .detail = "too many requests wait"};
  } else if (url.secure && state.options.tls == nullptr) {
    call.failure = Error{.code = ErrorCode::kUnsupported, .detail = "no certificates to trust"};
  }
  call.timer->Start(call.failure ? Clock::duration::zero() : patience);
  const bool hopeless = call.failure.has_value();
  state.calls.emplace(id, std::move(call));
  if (hopeless) return;
  state.waiting.push_back(id);
  state.Next();
}

}  // namespace weir::http

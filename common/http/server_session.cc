#include "http/server_session.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "base/log.h"
#include "http/exchange.h"
#include "http/http2_session.h"
#include "http/refusal.h"
#include "http/rendered_answers.h"
#include "http/request_reader.h"
#include "http/server_context.h"
#include "http/text_response.h"

namespace weir::http {
namespace {

/// A body is handed to the driver in pieces of this size, the next one when it has nearly sent the
/// last: a large file to a slow reader stays far below the driver's limit.
constexpr size_t kSliceBytes = size_t{1} << 20;

/// One HTTP/1.1 connection.
///
/// Answers leave in the order of the requests, so each waits in `exchanges_` for those before it.
/// An answer that comes from outside of our own calls is written at once, but requests that were
/// waiting for its place are read in OnDeadline, which NextDeadline asks for: a handler is never
/// called from inside Responder::Respond.
class ServerSession final : public net::ByteSession,
                            public Exchange::Owner,
                            private Drain::Session {
 public:
  ServerSession(std::shared_ptr<ServerContext> context, net::ByteOutput& output,
                const net::Peer& peer, Clock::time_point now)
      : peer_(peer.address),
        reader_(context->limits),
        context_(std::move(context)),
        output_(output),
        now_(now),
        since_(now),
        secure_(peer.secure) {
    if (context_->drain != nullptr) context_->drain->Join(*this);
  }

  ~ServerSession() override;

  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  Status OnWritable(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;

 private:
  // What the session takes from the client.
  enum class Reading {
    kOpen,     // requests
    kStopped,  // nothing any more; answers are still to be written
    kLinger,   // nothing, and all answers are written: the client has until `since_` + patience
    kOver,     // nothing: the connection is to end now
  };

  const ServerLimits& limits() const { return context_->limits; }

  bool IsFull() const { return exchanges_.size() >= limits().outstanding; }

  bool MayResume() const { return !backlog_.empty() && !IsFull() && reading_ == Reading::kOpen; }

  Status Parse(std::span<const uint8_t> bytes);
  Status Keep(std::span<const uint8_t> bytes);
  void Resume();
  void Note(RequestReader::State before);
  void Dispatch();
  void Refuse(const Refusal& refusal);
  void GiveUpOverdue();
  void OnAnswered() override;
  void OnDrain() override;
  void Flush();
  void WriteAnswer(Exchange& exchange);
  void WriteBody();
  Status Outcome() const;

  const std::string peer_;
  RequestReader reader_;
  // Shared by the sessions of one factory, which may outlive it; all on one loop.
  const std::shared_ptr<ServerContext> context_;
  net::ByteOutput& output_;
  // In the order of the requests; nearly always one.
  boost::container::small_vector<std::unique_ptr<Exchange>, 1> exchanges_;
  SharedBytes unwritten_;    // the rest of the body being written
  std::string backlog_;      // pipelined behind a full set of exchanges
  Clock::time_point now_;    // as last told
  Clock::time_point since_;  // of the present wait: idle, head, body or lingering
  size_t lingered_ = 0;      // bytes thrown away
  Reading reading_ = Reading::kOpen;
  bool stale_ = false;   // something was written after now_, at a time unknown
  bool inside_ = false;  // of one of the driver's calls
  bool draining_ = false;
  const bool secure_;
};

ServerSession::~ServerSession() {
  if (context_->drain != nullptr) context_->drain->Leave(*this);
  std::vector<std::function<void()>> gone;
  for (const auto& exchange : exchanges_) {
    gone.push_back(exchange->Abandon());
  }
  exchanges_.clear();
  for (const auto& tell : gone) {
    if (tell) tell();
  }
}

Status ServerSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  now_ = now;
  stale_ = false;
  inside_ = true;
  Status parsed;
  Resume();
  if (reading_ == Reading::kOpen) {
    parsed = Parse(bytes);
  } else if (lingered_ += bytes.size(); lingered_ > kLingerBytes) {
    reading_ = Reading::kOver;
  }
  inside_ = false;
  return parsed ? Outcome() : parsed;
}

Status ServerSession::Parse(std::span<const uint8_t> bytes) {
  while (!bytes.empty() && reading_ == Reading::kOpen) {
    const RequestReader::State before = reader_.state();
    const bool must_wait = before == RequestReader::State::kIdle && IsFull();
    if (must_wait || !backlog_.empty()) return Keep(bytes);
    bytes = bytes.subspan(reader_.Feed(bytes));
    Note(before);
    if (reader_.state() == RequestReader::State::kRefused) Refuse(reader_.refusal());
    if (reader_.state() == RequestReader::State::kDone) Dispatch();
  }
  return {};
}

/// Keeps what there is no place for yet.
Status ServerSession::Keep(std::span<const uint8_t> bytes) {
  if (backlog_.size() + bytes.size() > limits().head_bytes) {
    return Fail(ErrorCode::kLimitExceeded, "too much was pipelined");
  }
  backlog_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return {};
}

/// Reads on with what had to wait for a free place.
void ServerSession::Resume() {
  if (!MayResume()) return;
  const std::string waiting = std::exchange(backlog_, {});
  // Cannot go over the limit: it is what was within it before.
  (void)Parse({reinterpret_cast<const uint8_t*>(waiting.data()), waiting.size()});
}

/// Starts the patience of what the reader has come to.
void ServerSession::Note(RequestReader::State before) {
  const RequestReader::State after = reader_.state();
  if (after != before) since_ = now_;
  if (after == RequestReader::State::kBody && before != after && reader_.wants_continue() &&
      exchanges_.empty()) {
    output_.Write(SharedBytes(std::string("HTTP/1.1 100 Continue\r\n\r\n")));
  }
}

void ServerSession::Dispatch() {
  const bool keep_alive = reader_.keep_alive() && !draining_;
  Request request = reader_.Take();
  request.peer = peer_;
  request.secure = secure_;
  if (!keep_alive) reading_ = Reading::kStopped;
  auto exchange = std::make_unique<Exchange>(
      *this, Exchange::Terms{.conditions = ConditionsOf(request),
                             .keep_alive = keep_alive,
                             .give_up = now_ + limits().answer_patience});
  auto responder = exchange->MakeResponder();
  exchanges_.push_back(std::move(exchange));
  context_->handler.OnRequest(std::move(request), std::move(responder));
}

/// Answers what cannot be read, after all that was read before, and reads no more.
void ServerSession::Refuse(const Refusal& refusal) {
  log::Info("http", peer_, "refused with {}: {}", refusal.status, refusal.text);
  reading_ = Reading::kStopped;
  backlog_ = {};
  exchanges_.push_back(std::make_unique<Exchange>(*this, Exchange::Terms{.linger = true}));
  exchanges_.back()->Answer(TextResponse(refusal.status, refusal.text));
  Flush();
}

Status ServerSession::OnDeadline(Clock::time_point now) {
  now_ = now;
  inside_ = true;
  if (reading_ == Reading::kLinger && now >= since_ + kLingerPatience) reading_ = Reading::kOver;
  GiveUpOverdue();
  Resume();
  const RequestReader::State state = reader_.state();
  const bool in_head = state == RequestReader::State::kHead;
  const bool in_body = state == RequestReader::State::kBody;
  if (reading_ != Reading::kOpen) {
    // Answers are what is waited for.
  } else if ((in_head && now >= since_ + limits().head_patience) ||
             (in_body && now >= since_ + limits().body_patience)) {
    Refuse({.status = 408, .text = "the request took too long to arrive"});
  } else if (stale_ || output_.unsent_bytes() > 0) {
    if (!in_head && !in_body) since_ = now;
  } else if (!in_head && !in_body && exchanges_.empty() && now >= since_ + limits().idle_patience) {
    reading_ = Reading::kOver;
  }
  stale_ = false;
  inside_ = false;
  return Outcome();
}

void ServerSession::GiveUpOverdue() {
  std::vector<std::function<void()>> gone;
  for (const auto& exchange : exchanges_) {
    if (exchange->answered() || now_ < exchange->terms().give_up) continue;
    gone.push_back(exchange->Abandon());
    exchange->Answer(TextResponse(503, "the answer took too long to make"));
  }
  if (gone.empty()) return;
  Flush();
  for (const auto& tell : gone) {
    if (tell) tell();
  }
}

Status ServerSession::OnWritable(Clock::time_point now) {
  now_ = now;
  inside_ = true;
  Flush();
  Resume();
  inside_ = false;
  return Outcome();
}

std::optional<Clock::time_point> ServerSession::NextDeadline() const {
  if (reading_ == Reading::kLinger) return since_ + kLingerPatience;
  if (MayResume()) return now_;
  std::optional<Clock::time_point> next;
  const auto consider = [&next](Clock::time_point time) {
    next = next ? std::min(*next, time) : time;
  };
  for (const auto& exchange : exchanges_) {
    if (!exchange->answered()) consider(exchange->terms().give_up);
  }
  if (reading_ != Reading::kOpen) return next;
  if (reader_.state() == RequestReader::State::kHead) consider(since_ + limits().head_patience);
  if (reader_.state() == RequestReader::State::kBody) consider(since_ + limits().body_patience);
  if (reader_.state() == RequestReader::State::kIdle && exchanges_.empty()) {
    consider(since_ + limits().idle_patience);
  }
  return next;
}

void ServerSession::OnAnswered() {
  Flush();
  if (inside_) return;
  stale_ = true;
  if (!Outcome()) {
    output_.Finish({.code = ErrorCode::kEnded, .detail = "answered the last request"});
  }
}

/// The answer to what was read last is the last one; where nothing waits for an answer, that to the
/// next request.
void ServerSession::OnDrain() {
  draining_ = true;
  if (exchanges_.empty() || reader_.state() != RequestReader::State::kIdle || !backlog_.empty()) {
    return;
  }
  exchanges_.back()->MakeLast();
  reading_ = Reading::kStopped;
}

/// Writes what is answered and next in order, as far as the client takes it.
void ServerSession::Flush() {
  WriteBody();
  while (unwritten_.empty() && !exchanges_.empty() && exchanges_.front()->answered() &&
         output_.unsent_bytes() < net::kLowWater) {
    const std::unique_ptr<Exchange> exchange = std::move(exchanges_.front());
    exchanges_.erase(exchanges_.begin());
    WriteAnswer(*exchange);
    if (reader_.state() == RequestReader::State::kIdle) since_ = now_;
    if (exchange->terms().keep_alive) continue;
    reading_ = exchange->terms().linger ? Reading::kLinger : Reading::kOver;
    since_ = now_;
  }
}

void ServerSession::WriteAnswer(Exchange& exchange) {
  Response response = exchange.TakeAnswer();
  const bool with_body = exchange.SendsBody(response);
  const RenderedAnswers::Rendered& rendered = context_->rendered.Get(
      response, context_->date.Text(), exchange.terms().keep_alive, with_body);
  output_.Write(rendered.bytes);
  if (!with_body || rendered.whole) return;
  unwritten_ = std::move(response.body);
  WriteBody();
}

void ServerSession::WriteBody() {
  while (!unwritten_.empty() && output_.unsent_bytes() < net::kLowWater) {
    const size_t size = std::min(unwritten_.size(), kSliceBytes);
    output_.Write(unwritten_.Slice(0, size));
    unwritten_ = size == unwritten_.size() ? SharedBytes() : unwritten_.From(size);
  }
}

Status ServerSession::Outcome() const {
  if (reading_ == Reading::kOver && unwritten_.empty()) {
    return Fail(ErrorCode::kEnded, "the connection is no longer needed");
  }
  return {};
}

}  // namespace

net::SessionFactory MakeServerFactory(Handler& handler, ServerLimits limits,
                                      std::function<UtcTime()> utc_now, Drain* drain) {
  auto context = std::make_shared<ServerContext>(ServerContext{
      .handler = handler, .limits = limits, .date = DateCache(std::move(utc_now)), .drain = drain});
  return
      [context = std::move(context)](net::ByteOutput& output, const net::Peer& peer,
                                     Clock::time_point now) -> std::unique_ptr<net::ByteSession> {
        if (peer.alpn == "h2") return std::make_unique<Http2Session>(context, output, peer, now);
        return std::make_unique<ServerSession>(context, output, peer, now);
      };
}

}  // namespace weir::http

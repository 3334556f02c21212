#include "http/http2_session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "http/refusal.h"
#include "http/text_response.h"

namespace weir::http {
namespace {

// A block of fields so much larger than what is taken ends the connection: it must be decoded to
// its end, whatever becomes of the request.
constexpr size_t kFieldsFactor = 4;

// What the bodies of all unfinished requests may hold together, in bodies of the largest size.
constexpr size_t kBodiesAtOnce = 2;

// So many streams may be reset, and as many more as requests were answered: a client that only
// resets makes us work for nothing (CVE-2023-44487, CVE-2025-8671).
constexpr size_t kResetsFree = 100;

// Frames that ask for nothing: SETTINGS, PING, PRIORITY, empty DATA, tiny WINDOW_UPDATEs.
constexpr double kChatterBurst = 1000;
constexpr double kChatterPerSecond = 20;
constexpr size_t kTinyIncrement = 1024;

// From the announcement that no more requests are taken to the end of taking them.
constexpr Clock::duration kDrainPatience = std::chrono::milliseconds(500);

// An answer must move by so much in each `send_patience`.
constexpr size_t kMoveBytes = size_t{16} * 1024;

}  // namespace

Http2Session::Http2Session(std::shared_ptr<ServerContext> context, net::ByteOutput& output,
                           const net::Peer& peer, Clock::time_point now)
    : context_(std::move(context)),
      output_(output),
      peer_(peer.address),
      secure_(peer.secure),
      frames_(*this, context_->limits),
      now_(now),
      idle_since_(now),
      chatter_(kChatterBurst, kChatterPerSecond, now) {
  (void)frames_.Write(output_);  // our SETTINGS: nothing that could fail
  if (context_->drain != nullptr) context_->drain->Join(*this);
}

Http2Session::~Http2Session() {
  if (context_->drain != nullptr) context_->drain->Leave(*this);
  while (!streams_.empty()) {
    OnClosed(*streams_.back());
  }
  for (const auto& tell : gone_) {
    tell();
  }
}

Status Http2Session::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  now_ = now;
  stale_ = false;
  inside_ = true;
  if (Status read = frames_.Read(bytes); !read) return End(std::move(read.error()));
  Dispatch();
  return Settle();
}

Status Http2Session::OnWritable(Clock::time_point now) {
  now_ = now;
  inside_ = true;
  return Settle();
}

void Http2Session::OnTurnEnd() {
  stale_ = true;
  inside_ = true;
  if (Status step = Settle(); !step) output_.Finish(std::move(step.error()));
}

/// The end of each of the driver's calls: writes what there is, and tells who has nobody to answer
/// to any more.
Status Http2Session::Settle() {
  Status written;
  do {
    for (const auto& tell : std::exchange(gone_, {})) {
      tell();
    }
    written = frames_.Write(output_);
  } while (written && !gone_.empty());
  inside_ = false;
  if (!written) return End(std::move(written.error()));
  if (auto over = frames_.Outcome()) return tl::unexpected(std::move(*over));
  return {};
}

/// Says why, and ends the connection.
Status Http2Session::End(Error reason) {
  inside_ = false;
  switch (reason.code) {
    case ErrorCode::kEnded:
      frames_.Terminate(NGHTTP2_NO_ERROR);
      break;
    case ErrorCode::kLimitExceeded:
      frames_.Terminate(NGHTTP2_ENHANCE_YOUR_CALM);
      break;
    default:
      frames_.Terminate(NGHTTP2_PROTOCOL_ERROR);
  }
  (void)frames_.Write(output_);
  return tl::unexpected(std::move(reason));
}

Status Http2Session::OnFrame(uint8_t type, uint8_t flags, size_t length) {
  switch (type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_WINDOW_UPDATE:
      return {};
    case NGHTTP2_DATA:
      if (length > 0 || (flags & NGHTTP2_FLAG_END_STREAM) != 0) return {};
      break;
    case NGHTTP2_RST_STREAM:
      return CountReset();
    case NGHTTP2_SETTINGS:
      greeted_ = true;
      break;
    default:
      break;
  }
  if (chatter_.Spend(now_)) return {};
  return Fail(ErrorCode::kLimitExceeded, "too many HTTP/2 frames that ask for nothing");
}

Status Http2Session::OnWindowUpdate(size_t increment) {
  if (increment >= kTinyIncrement || chatter_.Spend(now_)) return {};
  return Fail(ErrorCode::kLimitExceeded, "too many tiny HTTP/2 window updates");
}

Status Http2Session::CountReset() {
  if (++resets_ <= kResetsFree + answered_) return {};
  return Fail(ErrorCode::kLimitExceeded,
              fmt::format("{} HTTP/2 streams were reset and {} answered", resets_, answered_));
}

Status Http2Session::OnResetSent() {
  return CountReset();
}

Http2Stream& Http2Session::OnRequest(int32_t id) {
  Http2Stream::Owner& owner = *this;
  auto stream = std::make_unique<Http2Stream>(owner, id, limits());
  stream->place = streams_.size();
  stream->due = now_ + limits().head_patience;
  return *streams_.emplace_back(std::move(stream));
}

Status Http2Session::OnField(Http2Stream& stream, std::string_view name, std::string_view value) {
  stream.request.AddField(name, value);
  if (stream.request.field_bytes() <= kFieldsFactor * limits().head_bytes) return {};
  return Fail(ErrorCode::kLimitExceeded, "the HTTP/2 header fields are far too large");
}

void Http2Session::OnHead(Http2Stream& stream) {
  stream.request.EndHead();
  stream.due = now_ + limits().body_patience;
  if (stream.request.refusal()) return Refuse(stream, *stream.request.refusal());
  if (stream.request.wants_continue() && frames_.IsSending(stream)) frames_.Continue(stream);
}

void Http2Session::OnBody(Http2Stream& stream, std::span<const uint8_t> piece) {
  if (stream.phase == Http2Stream::Phase::kLinger) {
    stream.moved += piece.size();
    if (stream.moved <= kLingerBytes) return;
    stream.moved = 0;
    frames_.Reset(stream, NGHTTP2_NO_ERROR);
  }
  if (stream.phase != Http2Stream::Phase::kReading) return;
  body_bytes_ -= stream.request.body_bytes();
  stream.request.AddBody(piece);
  if (body_bytes_ + stream.request.body_bytes() > kBodiesAtOnce * limits().body_bytes) {
    stream.request.Refuse(503, "too much is sent at once");
  }
  body_bytes_ += stream.request.body_bytes();
  if (stream.request.refusal()) Refuse(stream, *stream.request.refusal());
}

void Http2Session::OnRequestEnd(Http2Stream& stream) {
  if (stream.phase == Http2Stream::Phase::kReading) ready_.push_back(stream.id);
}

/// Hands on what was read whole and is still wanted.
void Http2Session::Dispatch() {
  for (const int32_t id : ready_) {
    Http2Stream* const stream = frames_.Find(id);
    if (stream == nullptr || stream->phase != Http2Stream::Phase::kReading) continue;
    body_bytes_ -= stream->request.body_bytes();
    Request request = stream->request.Take();
    request.version = Version::kHttp2;
    request.peer = peer_;
    request.secure = secure_;
    stream->phase = Http2Stream::Phase::kWaiting;
    stream->due = now_ + limits().answer_patience;
    stream->exchange.emplace(*stream, Exchange::Terms{.conditions = ConditionsOf(request)});
    context_->handler.OnRequest(std::move(request), stream->exchange->MakeResponder());
  }
  ready_.clear();
}

/// Answers what cannot be taken. The log has one line about it, however many follow.
void Http2Session::Refuse(Http2Stream& stream, const Refusal& refusal) {
  if (!std::exchange(refused_, true)) {
    log::Info("http", peer_, "refused with {}: {}", refusal.status, refusal.text);
  }
  stream.exchange.emplace(stream, Exchange::Terms{});
  stream.exchange->Answer(TextResponse(refusal.status, refusal.text));
  Send(stream);
}

void Http2Session::OnAnswered(Http2Stream& stream) {
  Send(stream);
  if (!inside_) WriteSoon();
}

void Http2Session::WriteSoon() {
  if (!output_.RequestTurnEnd()) OnTurnEnd();
}

/// What is under way between client and us is still taken for a while (RFC 9113, 6.8).
void Http2Session::OnDrain() {
  frames_.AnnounceEnd();
  refuse_new_at_ = now_ + kDrainPatience;
  WriteSoon();
}

void Http2Session::AdvanceDrain() {
  if (!refuse_new_at_ || now_ < *refuse_new_at_) return;
  frames_.RefuseNew();
  refuse_new_at_.reset();
}

void Http2Session::Send(Http2Stream& stream) {
  Response response = stream.exchange->TakeAnswer();
  if (stream.exchange->SendsBody(response)) stream.unsent = response.body;
  stream.phase = Http2Stream::Phase::kSending;
  stream.due = now_ + limits().send_patience;
  frames_.Answer(stream, response, context_->date.Text());
}

void Http2Session::OnDataSent(Http2Stream& stream, size_t size) {
  stream.moved += size;
  chatter_.Earn();  // for the window updates it may bring
}

void Http2Session::OnAnswerSent(Http2Stream& stream) {
  ++answered_;
  if (!frames_.IsSending(stream)) return;
  stream.phase = Http2Stream::Phase::kLinger;
  stream.due = now_ + kLingerPatience;
  stream.moved = 0;
}

void Http2Session::OnClosed(Http2Stream& stream) {
  body_bytes_ -= stream.request.body_bytes();
  if (stream.exchange) {
    if (auto gone = stream.exchange->Abandon()) gone_.push_back(std::move(gone));
  }
  const size_t place = stream.place;
  std::swap(streams_[place], streams_.back());
  streams_[place]->place = place;
  streams_.pop_back();
  idle_since_ = now_;
}

Status Http2Session::OnDeadline(Clock::time_point now) {
  now_ = now;
  if (std::exchange(stale_, false)) idle_since_ = now;
  inside_ = true;
  AdvanceDrain();
  if (streams_.empty() && now >= IdleEnd()) {
    return End({.code = ErrorCode::kEnded, .detail = "nothing was asked for"});
  }
  for (const auto& stream : streams_) {
    if (now < stream->due) continue;
    if (Status step = OnOverdue(*stream); !step) return End(std::move(step.error()));
  }
  return Settle();
}

Status Http2Session::OnOverdue(Http2Stream& stream) {
  switch (stream.phase) {
    case Http2Stream::Phase::kReading:
      if (!stream.request.head_ended()) {  // nothing else can be read meanwhile
        return Fail(ErrorCode::kLimitExceeded, "HTTP/2 header fields took too long to arrive");
      }
      stream.request.Refuse(408, "the request took too long to arrive");
      Refuse(stream, *stream.request.refusal());
      return {};
    case Http2Stream::Phase::kWaiting:
      if (auto gone = stream.exchange->Abandon()) gone_.push_back(std::move(gone));
      stream.exchange->Answer(TextResponse(503, "the answer took too long to make"));
      Send(stream);
      return {};
    case Http2Stream::Phase::kSending:
      OnStuck(stream);
      return {};
    case Http2Stream::Phase::kLinger:
      frames_.Reset(stream, NGHTTP2_NO_ERROR);  // RFC 9113, 8.1
      stream.due = now_ + kLingerPatience;
      return {};
  }
  return {};
}

/// A client that takes nothing of an answer must not hold it for ever. The first time only counts
/// as the start: it may have been answered at a time unknown.
void Http2Session::OnStuck(Http2Stream& stream) {
  const bool moves = stream.moved >= kMoveBytes || output_.unsent_bytes() >= net::kLowWater;
  if (stream.warned && !moves) frames_.Reset(stream, NGHTTP2_CANCEL);
  stream.warned = true;
  stream.moved = 0;
  stream.due = now_ + limits().send_patience;
}

std::optional<Clock::time_point> Http2Session::NextDeadline() const {
  Clock::time_point next = streams_.empty() ? IdleEnd() : streams_.front()->due;
  for (const auto& stream : streams_)
    next = std::min(next, stream->due);
  if (refuse_new_at_) next = std::min(next, *refuse_new_at_);
  return next;
}

Clock::time_point Http2Session::IdleEnd() const {
  return idle_since_ + (greeted_ ? limits().idle_patience : limits().head_patience);
}

}  // namespace weir::http

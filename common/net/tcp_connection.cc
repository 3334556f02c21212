#include "net/tcp_connection.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>

#include "base/check.h"
#include "net/socket_io.h"
#include "net/socket_options.h"
#include "net/uv_error.h"

namespace weir::net {
namespace {

// How long last words may take to leave, and how long the peer may then take to close.
constexpr Clock::duration kFinishPatience = std::chrono::seconds(5);
constexpr Clock::duration kLingerPatience = std::chrono::seconds(1);

// At one event. More of them would keep the other connections waiting.
constexpr int kReadsMax = 32;

// Of one system call. A kernel rarely takes more at once than the second.
constexpr size_t kBuffersMax = 256;
constexpr size_t kWriteSize = size_t{4} << 20;

// What libuv gets when the kernel is full: freed when all of it is taken, so not too much.
constexpr size_t kWriteLaterSize = size_t{512} << 10;

TcpConnection* OwnerOf(const uv_stream_t* handle) {
  return static_cast<TcpConnection*>(handle->data);
}

std::optional<Clock::time_point> Earlier(std::optional<Clock::time_point> a,
                                         std::optional<Clock::time_point> b) {
  if (!a) return b;
  return b ? std::min(*a, *b) : *a;
}

}  // namespace

TcpConnection::TcpConnection(EventLoop& loop, UvPtr<uv_tcp_t> socket, Options options, Owner& owner)
    : owner_(owner),
      timer_(loop, [this] { OnTime(); }),
      socket_(std::move(socket)),
      loop_(loop),
      options_(options),
      fd_(FdOf(*socket_)),
      turn_end_(loop, [this] { OnTurnEnd(); }) {}

TcpConnection::~TcpConnection() {
  Close();
}

void TcpConnection::Drop(std::unique_ptr<TcpConnection> connection) {
  connection->Close();
  if (!connection->in_call_) return;
  EventLoop& loop = connection->loop_;
  // A task must be copyable, hence shared; nobody else knows of it.
  loop.AtTurnEnd([kept = std::shared_ptr<TcpConnection>(std::move(connection))] {});
}

void TcpConnection::Start(const SessionFactory& make_session, Peer peer) {
  peer_ = std::move(peer);
  socket_->data = this;
  SetConnectionOptions(*socket_);
  // Who gives libuv no room to read to is told that there is something to read. It would take
  // read(), which on its way through the file system costs a third more than recv().
  const int failed = uv_read_start(
      stream(),
      [](uv_handle_t* /*handle*/, size_t /*suggested*/, uv_buf_t* buffer) {
        *buffer = uv_buf_init(nullptr, 0);
      },
      [](uv_stream_t* handle, ssize_t status, const uv_buf_t* /*buffer*/) {
        OwnerOf(handle)->OnReadable(static_cast<int>(status));
      });
  if (failed != 0) return FinishAtOnce(UvError(failed, "cannot read"));
  in_call_ = true;
  session_ = make_session(*this, peer_, loop_.now());
  in_call_ = false;
  WEIR_CHECK(session_ != nullptr);
  if (!closed()) Rearm();
}

void TcpConnection::OnReadable(int status) {
  if (status != UV_ENOBUFS) return EndNow(UvError(status, "cannot read"));
  const std::span<char> space = loop_.read_buffer();
  for (int reads = 0; reads < kReadsMax && !closed(); ++reads) {
    const int size = ReadBytes(fd_, space);
    if (size == UV_EAGAIN) return;
    if (size == UV_EOF) return OnPeerClosed();
    if (size < 0) return EndNow(UvError(size, "cannot read"));
    const std::span<const char> bytes = space.first(static_cast<size_t>(size));
    OnRead(bytes);
    if (bytes.size() < space.size()) return;
  }
}

void TcpConnection::OnRead(std::span<const char> bytes) {
  if (reason_) return;
  const auto* first = reinterpret_cast<const uint8_t*>(bytes.data());
  Tell([&](ByteSession& session) { return session.OnBytes({first, bytes.size()}, loop_.now()); });
}

void TcpConnection::OnPeerClosed() {
  uv_read_stop(stream());
  peer_closed_ = true;
  Finish({.code = ErrorCode::kEnded, .detail = "closed by the peer"});
  turn_end_.Request();  // perhaps it was all that a decided end waited for
}

/// Calls the session, and afterwards looks at what has become of the connection.
template <class Call>
void TcpConnection::Tell(Call call) {
  in_call_ = true;
  Status step = call(*session_);
  in_call_ = false;
  if (closed()) return;  // dropped by somebody the session called
  if (!step) Finish(std::move(step.error()));
  if (!turn_end_.requested()) Rearm();
}

void TcpConnection::Write(SharedBytes bytes) {
  if (closed() || reason_ || bytes.empty()) return;
  if (queue_.empty()) NoteProgress();
  written_bytes_ += bytes.size();
  queue_.Push(std::move(bytes));
  const size_t unsent = unsent_bytes();
  if (unsent >= kLowWater) held_back_ = true;
  if (unsent > options_.unsent_max) {
    return FinishAtOnce({.code = ErrorCode::kLimitExceeded,
                         .detail = fmt::format("more than {} unsent bytes", options_.unsent_max)});
  }
  if (!in_turn_end_) turn_end_.Request();
}

size_t TcpConnection::unsent_bytes() const {
  if (in_flight_ == 0 || closed()) return queue_.bytes();
  return queue_.bytes() - in_flight_ + uv_stream_get_write_queue_size(stream());
}

bool TcpConnection::RequestTurnEnd() {
  if (closed() || reason_) return false;
  turn_end_wanted_ = true;
  turn_end_.Request();
  return true;
}

void TcpConnection::Finish(Error reason) {
  if (closed() || reason_) return;
  reason_ = std::move(reason);
  if (!in_turn_end_) turn_end_.Request();
}

void TcpConnection::FinishAtOnce(Error reason) {
  at_once_ = true;
  Finish(std::move(reason));
}

void TcpConnection::OnTurnEnd() {
  if (closed()) return;
  if (turn_end_wanted_ && !reason_) TellTurnEnd();
  if (closed()) return;
  if (reason_ && !finish_by_) {
    last_words_ = !queue_.empty();
    finish_by_ = loop_.now() + kFinishPatience;
    if (!options_.keep_session) ReleaseSession();
    if (closed()) return;
  }
  AfterWriting(at_once_ ? int{UV_ECANCELED} : WriteNow());
}

void TcpConnection::TellTurnEnd() {
  turn_end_wanted_ = false;
  in_turn_end_ = true;
  in_call_ = true;
  session_->OnTurnEnd();
  in_call_ = false;
  in_turn_end_ = false;
}

void TcpConnection::ReleaseSession() {
  in_call_ = true;
  session_.reset();
  in_call_ = false;
}

/// Hands the kernel all that it takes, and what is left to libuv.
int TcpConnection::WriteNow() {
  std::array<uv_buf_t, kBuffersMax> buffers;  // NOLINT(*-member-init): not worth clearing each time
  while (in_flight_ == 0 && !queue_.empty()) {
    size_t size = 0;
    const int taken = WriteFront(buffers, size);
    if (taken == UV_EAGAIN) return WriteLater();
    if (taken < 0) return taken;
    queue_.Consume(static_cast<size_t>(taken));
    NoteProgress();
    if (static_cast<size_t>(taken) < size) return WriteLater();
  }
  return 0;
}

/// One system call: how much the kernel took of the `size` bytes it was offered, or libuv's error.
int TcpConnection::WriteFront(std::span<uv_buf_t> buffers, size_t& size) {
  if (const auto piece = queue_.FrontInFile()) {
    size = piece->size;
    return WriteFromFile(fd_, piece->place, piece->size);
  }
  const WriteQueue::Offer offer = queue_.GatherUpToFile(buffers, kWriteSize);
  for (const uv_buf_t& buffer : offer.buffers) {
    size += buffer.len;
  }
  return WriteBytes(fd_, offer.buffers, offer.file_follows);
}

int TcpConnection::WriteLater() {
  std::array<uv_buf_t, kBuffersMax> buffers;  // NOLINT(*-member-init): not worth clearing each time
  const auto offered = queue_.Gather(buffers, kWriteLaterSize);
  auto request = std::make_unique<uv_write_t>();
  // The queue keeps the bytes until they are written. When the connection closes before that,
  // libuv calls back without looking at them again.
  const int failed =
      uv_write(request.get(), stream(), offered.data(), static_cast<unsigned>(offered.size()),
               [](uv_write_t* written, int status) {
                 const std::unique_ptr<uv_write_t> owned(written);
                 if (auto* self = OwnerOf(written->handle)) self->OnWritten(status);
               });
  if (failed != 0) return failed;
  std::ignore = request.release();  // the callback takes it back
  for (const uv_buf_t& buffer : offered) {
    in_flight_ += buffer.len;
  }
  return 0;
}

void TcpConnection::OnWritten(int status) {
  if (status == 0) {
    queue_.Consume(std::exchange(in_flight_, 0));
    NoteProgress();
    status = WriteNow();
  }
  AfterWriting(status);
}

void TcpConnection::AfterWriting(int status) {
  if (status != 0) return EndNow(UvError(status, "cannot write"));
  if (reason_) {
    if (queue_.empty()) return OnAllTaken();
  } else if (held_back_ && unsent_bytes() < kLowWater) {
    held_back_ = false;
    return Tell([&](ByteSession& session) { return session.OnWritable(loop_.now()); });
  }
  Rearm();
}

/// The end is decided and nothing is left to send. Closing while the peer still sends would reset
/// the connection and may cost the peer our last words: so it is given a moment to close first.
void TcpConnection::OnAllTaken() {
  if (peer_closed_ || !last_words_) return EndNow(*reason_);
  if (!half_closed_) {
    half_closed_ = true;
    finish_by_ = std::min(*finish_by_, loop_.now() + kLingerPatience);
    if (!HalfClose(fd_)) return EndNow(*reason_);
  }
  Rearm();
}

void TcpConnection::OnTime() {
  timer_due_.reset();
  const Clock::time_point now = loop_.now();
  if (finish_by_ && *finish_by_ <= now) return EndNow(*reason_);
  if (IsStuck(now)) {
    return EndNow({.code = ErrorCode::kUnavailable,
                   .detail = fmt::format("the peer does not take {} bytes", unsent_bytes())});
  }
  const auto deadline = reason_ ? std::nullopt : session_->NextDeadline();
  if (!deadline || *deadline > now) return Rearm();
  Tell([&](ByteSession& session) { return session.OnDeadline(now); });
}

bool TcpConnection::IsStuck(Clock::time_point now) {
  if (unsent_bytes() == 0 || now < progress_at_ + options_.write_patience) return false;
  if (taken_bytes() == progress_bytes_) return true;
  NoteProgress();  // libuv has written some without telling
  return false;
}

void TcpConnection::NoteProgress() {
  progress_at_ = loop_.now();
  progress_bytes_ = taken_bytes();
}

std::optional<Clock::time_point> TcpConnection::NextDue() const {
  std::optional<Clock::time_point> due = finish_by_;
  if (!reason_) due = session_->NextDeadline();
  if (!queue_.empty()) due = Earlier(due, progress_at_ + options_.write_patience);
  return due;
}

void TcpConnection::Rearm() {
  const auto due = NextDue();
  if (!due || (timer_due_ && *timer_due_ <= *due)) return;
  timer_due_ = due;
  timer_.StartAt(*due);
}

/// The reason that was decided first is the one that is told.
void TcpConnection::EndNow(Error reason) {
  if (reason_) reason = *reason_;
  Close();
  owner_.OnEnded(*this, reason);
}

void TcpConnection::Close() {
  socket_.reset();
  fd_ = -1;
  timer_.Stop();
}

}  // namespace weir::net

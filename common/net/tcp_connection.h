#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <uv.h>

#include "base/result.h"
#include "net/byte_session.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "net/turn_end_task.h"
#include "net/uv_ptr.h"
#include "net/write_queue.h"

namespace weir::net {

/// Drives one ByteSession over one connected TCP socket. All TCP protocols share this class: reads,
/// queued writes, the deadline timer and the end of the connection are nowhere else.
///
///   open --reason known--> last words leave --all taken--> peer's turn to close --> OnEnded
///     \                          \--5 s, or stuck--------------------------------->/
///      \--unsent_max, write_patience, reset, nothing left to send---------------->/
///
/// Thread: belongs to its loop; every call and callback happens there.
class TcpConnection final : public ByteOutput {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    /// The last call about `connection`, which may be destroyed inside it. Never called from inside
    /// a call to the connection.
    virtual void OnEnded(TcpConnection& connection, const Error& reason) = 0;
  };

  struct Options {
    size_t unsent_max = 0;             ///< More unsent bytes end the connection.
    Clock::duration write_patience{};  ///< So do unsent bytes that do not move for so long.

    /// Whether the session lives until OnEnded, since others point at it; else it goes as soon as
    /// its conversation is over, so that what it held is free while its last words still leave.
    bool keep_session = false;
  };

  /// `socket` is connected. `loop` and `owner` outlive the connection.
  TcpConnection(EventLoop& loop, UvPtr<uv_tcp_t> socket, Options options, Owner& owner);
  ~TcpConnection() override;

  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  /// Drops the connection without a word to its owner: safe even inside a call of its session,
  /// which then lives on to the end of the turn.
  static void Drop(std::unique_ptr<TcpConnection> connection);

  /// Makes the session and starts reading. Call once.
  void Start(const SessionFactory& make_session, Peer peer);

  const Peer& peer() const { return peer_; }

  void Write(SharedBytes bytes) override;
  size_t unsent_bytes() const override;
  bool RequestTurnEnd() override;
  void Finish(Error reason) override;

 private:
  void OnReadable(int status);
  void OnRead(std::span<const char> bytes);
  void OnPeerClosed();
  void OnWritten(int status);
  void OnTime();
  void OnTurnEnd();
  void TellTurnEnd();

  template <class Call>
  void Tell(Call call);
  void ReleaseSession();

  int WriteNow();
  int WriteFront(std::span<uv_buf_t> buffers, size_t& size);
  int WriteLater();
  void AfterWriting(int status);
  void OnAllTaken();

  void FinishAtOnce(Error reason);
  void EndNow(Error reason);
  void Close();

  /// Sets the timer for whatever must happen first, unless it rings before that anyway.
  void Rearm();
  std::optional<Clock::time_point> NextDue() const;
  bool IsStuck(Clock::time_point now);
  void NoteProgress();

  bool closed() const { return socket_ == nullptr; }

  uint64_t taken_bytes() const { return written_bytes_ - unsent_bytes(); }

  uv_stream_t* stream() const { return reinterpret_cast<uv_stream_t*>(socket_.get()); }

  // What is rarely touched comes first, so that the rest, which every read and write needs, lies
  // together: where thousands are answered at once, what counts is how much memory that takes.
  Owner& owner_;
  Peer peer_;
  std::optional<Clock::time_point> finish_by_;  // Set once last words are leaving.
  Timer timer_;
  UvPtr<uv_tcp_t> socket_;

  EventLoop& loop_;
  const Options options_;
  int fd_;                    // The socket's, while there is one.
  bool held_back_ = false;    // Unsent bytes passed the low-water mark and are not below it yet.
  bool in_turn_end_ = false;  // What is written now leaves without being asked for again.
  bool turn_end_wanted_ = false;  // By the session.
  bool at_once_ = false;          // What is unsent is lost.
  bool last_words_ = false;
  bool peer_closed_ = false;
  bool half_closed_ = false;
  bool in_call_ = false;
  std::optional<Error> reason_;  // Set once the end is decided: no more calls to the session.
  size_t in_flight_ = 0;         // So much of the queue is libuv's to write.
  uint64_t written_bytes_ = 0;
  Clock::time_point progress_at_;  // When the kernel was last seen to take bytes, ...
  uint64_t progress_bytes_ = 0;    // ... and how many it had by then.
  std::optional<Clock::time_point> timer_due_;
  WriteQueue queue_;
  TurnEndTask turn_end_;
  std::unique_ptr<ByteSession> session_;  // Goes first: its destructor may still write, in vain.
};

}  // namespace weir::net

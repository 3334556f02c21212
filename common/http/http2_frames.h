#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/c_ptr.h"
#include "base/result.h"
#include "http/http2_stream.h"
#include "http/message.h"
#include "net/byte_session.h"

namespace weir::http {

/// The server's side of HTTP/2 framing (RFC 9113), in nghttp2's hands: frames, header compression,
/// flow control, priorities (RFC 9218). Bodies are handed to the output where they lie.
class Http2Frames {
 public:
  /// Told by Read() and Write(), while which neither may be called. An Error ends the connection.
  class Owner {
   public:
    virtual ~Owner() = default;

    /// Any frame, before it is looked at. `type` is RFC 9113's number.
    virtual Status OnFrame(uint8_t type, uint8_t flags, size_t length) = 0;
    virtual Status OnWindowUpdate(size_t increment) = 0;

    /// A request begins; the stream lives until OnClosed.
    virtual Http2Stream& OnRequest(int32_t id) = 0;
    virtual Status OnField(Http2Stream& stream, std::string_view name, std::string_view value) = 0;
    virtual void OnHead(Http2Stream& stream) = 0;
    virtual void OnBody(Http2Stream& stream, std::span<const uint8_t> piece) = 0;
    virtual void OnRequestEnd(Http2Stream& stream) = 0;

    virtual void OnDataSent(Http2Stream& stream, size_t size) = 0;
    virtual void OnAnswerSent(Http2Stream& stream) = 0;  ///< To its end.
    virtual Status OnResetSent() = 0;
    virtual void OnClosed(Http2Stream& stream) = 0;
  };

  /// `owner` outlives it.
  Http2Frames(Owner& owner, const ServerLimits& limits);
  ~Http2Frames() = default;

  Http2Frames(const Http2Frames&) = delete;
  Http2Frames& operator=(const Http2Frames&) = delete;

  Status Read(std::span<const uint8_t> bytes);

  /// Writes what there is to send, bodies as far as the peer's windows and `output` have room.
  Status Write(net::ByteOutput& output);

  /// The stream of that id; null when it is closed.
  Http2Stream* Find(int32_t id) const;

  /// Queues the head of an answer, and its body where stream.unsent has one. Removes what must not
  /// be in a field.
  void Answer(Http2Stream& stream, Response& response, const std::string& date);

  /// Tells the client to go on with the body (100).
  void Continue(const Http2Stream& stream);

  void Reset(const Http2Stream& stream, nghttp2_error_code code);

  /// Whether the client has not ended its request.
  bool IsSending(const Http2Stream& stream) const;

  /// Says that streams that are not open yet will not be served, in two steps as RFC 9113, 6.8 has
  /// it; those that are open go on.
  void AnnounceEnd();
  void RefuseNew();

  /// Ends all streams.
  void Terminate(nghttp2_error_code code);

  /// Set when nothing is left to be read or written: why.
  std::optional<Error> Outcome() const;

 private:
  using SessionPtr = CPtr<nghttp2_session, nghttp2_session_del>;
  struct Callbacks;  // what nghttp2 calls
  friend struct Callbacks;

  /// A slice of a body, and how much of `written_` goes before it.
  struct Piece {
    size_t before;
    SharedBytes body;
  };

  int Keep(const Status& step);
  void HandOver(net::ByteOutput& output);

  Owner& owner_;
  std::optional<Error> error_;         // what a callback failed with
  std::string goaway_;                 // what we sent it for; empty without an error
  net::ByteOutput* output_ = nullptr;  // during Write()
  std::string written_;                // during Write(): all that is no body
  std::vector<Piece> pieces_;          // during Write()
  size_t piece_bytes_ = 0;
  SessionPtr session_;
};

}  // namespace weir::http

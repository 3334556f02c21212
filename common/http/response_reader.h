#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <llhttp.h>

#include "base/result.h"
#include "http/client_message.h"

namespace weir::http {

/// Reads HTTP/1.1 and HTTP/1.0 answers off a byte stream (RFC 9112), one for each request. Interim
/// answers (1xx) are passed over.
///
///   kHead --empty line--> kBody --last byte--> kDone --Next()--> kHead
///     any of them --fault--> kBroken, for good
class ResponseReader {
 public:
  enum class State { kHead, kBody, kDone, kBroken };

  /// `limits` outlive the reader.
  explicit ResponseReader(const ResponseLimits& limits);

  ~ResponseReader() = default;

  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  /// Makes ready for the answer to the next request. `head`: it is to a HEAD, so has no body.
  void Next(bool head);

  /// Returns how many bytes it took: fewer than given only in kDone and kBroken.
  size_t Feed(std::span<const uint8_t> bytes);

  /// The peer has closed in good order: which ends a body of unknown length.
  void FeedEnd();

  State state() const { return state_; }

  /// Whether a byte of the answer has come.
  bool begun() const { return begun_; }

  /// In kDone: whether the connection may be used again.
  bool keep_alive() const { return keep_alive_; }

  /// In kBroken: why.
  const Error& error() const { return *error_; }

  /// In kDone, once.
  ClientResponse Take() { return std::move(response_); }

 private:
  struct Callbacks;  // what llhttp calls
  friend struct Callbacks;

  enum class Piece { kNone, kName, kValue };

  size_t Execute(std::span<const uint8_t> bytes);
  int Break(ErrorCode code, std::string_view text);

  int OnFieldName(std::string_view piece);
  int OnFieldValue(std::string_view piece);
  int OnFieldEnd();
  int OnHeadEnd();
  int OnBody(std::string_view piece);
  int OnMessageEnd();

  const ResponseLimits& limits_;
  llhttp_t parser_;
  ClientResponse response_;
  Piece piece_ = Piece::kNone;  // what the last field's bytes belong to
  size_t head_left_;            // bytes
  bool head_request_ = false;
  bool begun_ = false;
  bool keep_alive_ = false;
  State state_ = State::kHead;
  std::optional<Error> error_;
};

}  // namespace weir::http

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <llhttp.h>

#include "http/message.h"
#include "http/refusal.h"
#include "http/server_limits.h"

namespace weir::http {

/// Reads HTTP/1.1 and HTTP/1.0 requests off a byte stream (RFC 9112), one after the other. Holds
/// next to nothing between requests, and never more than `limits` in one.
///
///   kIdle --first byte--> kHead --empty line--> kBody --last byte--> kDone --Take()--> kIdle
///                           any of them --fault--> kRefused, for good
class RequestReader {
 public:
  enum class State { kIdle, kHead, kBody, kDone, kRefused };

  /// `limits` outlive the reader.
  explicit RequestReader(const ServerLimits& limits);

  ~RequestReader() = default;

  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Returns how many bytes it took: fewer than given only in kDone and kRefused.
  size_t Feed(std::span<const uint8_t> bytes);

  State state() const { return state_; }

  /// In kRefused: why.
  const Refusal& refusal() const { return refusal_; }

  /// In kBody: whether the client holds the body back until it is told to go on (RFC 9110, 10.1.1).
  bool wants_continue() const { return wants_continue_; }

  /// In kDone: whether the connection is to be kept afterwards.
  bool keep_alive() const { return keep_alive_; }

  /// In kDone: the request, without `peer` and `secure`.
  Request Take();

 private:
  struct Callbacks;  // what llhttp calls
  friend struct Callbacks;

  /// The parts of a request while it is read.
  struct Draft {
    enum class Piece { kNone, kName, kValue };
    Request request;
    Piece piece = Piece::kNone;  // what the last field's bytes belong to
  };

  size_t SkipBlankLines(std::span<const uint8_t> bytes);
  size_t Execute(std::span<const uint8_t> bytes);
  int Refuse(int status, std::string_view text);

  int OnTarget(std::string_view piece);
  int OnFieldName(std::string_view piece);
  int OnFieldValue(std::string_view piece);
  int OnFieldEnd();
  int OnHeadEnd();
  int TakeHost(bool optional);
  int OnBody(std::string_view piece);

  Refusal refusal_;
  llhttp_t parser_;
  std::unique_ptr<Draft> draft_;  // from kHead to Take()
  const ServerLimits& limits_;
  size_t head_left_;  // bytes
  size_t blank_ = 0;  // bytes skipped before the request
  State state_ = State::kIdle;
  bool keep_alive_ = false;
  bool wants_continue_ = false;
};

/// Of a Host field: lower case, without the port. Nothing where it is malformed.
std::optional<std::string> HostName(std::string_view field);

}  // namespace weir::http

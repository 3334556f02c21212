#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/message.h"
#include "http/refusal.h"
#include "http/server_limits.h"

namespace weir::http {

/// The request of an HTTP/2 stream while it arrives (RFC 9113, 8.3). Never holds more than `limits`
/// allow.
///
/// nghttp2 has made sure that the pseudo-header fields are known, complete and in front, that names
/// are in lower case and values without control characters, and that the body is as long as its
/// Content-Length.
class Http2Request {
 public:
  /// `limits` outlive it.
  explicit Http2Request(const ServerLimits& limits) : limits_(limits) {}

  /// A field of the head, or behind EndHead() of the trailer, which is of no use here.
  void AddField(std::string_view name, std::string_view value);

  void EndHead();
  void AddBody(std::span<const uint8_t> piece);

  /// Set once something is found that makes it impossible to take the request.
  const std::optional<Refusal>& refusal() const { return refusal_; }

  bool head_ended() const { return head_ended_; }

  /// What all fields count together, those of the trailer too (RFC 9113, 6.5.2).
  size_t field_bytes() const { return field_bytes_; }

  size_t body_bytes() const { return request_.body.size(); }

  /// After EndHead(): whether the client holds the body back until it is told to go on.
  bool wants_continue() const { return wants_continue_; }

  /// The request, without `peer` and `secure`. Once, when all of it is there.
  Request Take() { return std::exchange(request_, {}); }

  /// Drops what there is of it. The first reason is the one that stays.
  void Refuse(int status, std::string_view text);

 private:
  void AddPseudoField(std::string_view name, std::string_view value);
  void TakeHost();

  const ServerLimits& limits_;
  Request request_;
  std::optional<Refusal> refusal_;
  size_t field_bytes_ = 0;
  bool head_ended_ = false;
  bool wants_continue_ = false;
};

}  // namespace weir::http

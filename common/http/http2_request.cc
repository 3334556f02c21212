#include "http/http2_request.h"

#include <charconv>
#include <utility>

#include "http/fields.h"
#include "http/request_reader.h"

namespace weir::http {
namespace {

constexpr size_t kFieldOverhead = 32;  // RFC 9113, 6.5.2
constexpr size_t kUsualFields = 16;    // of a browser

}  // namespace

void Http2Request::Refuse(int status, std::string_view text) {
  if (refusal_) return;
  refusal_ = {.status = status, .text = text};
  request_ = {};
}

void Http2Request::AddField(std::string_view name, std::string_view value) {
  field_bytes_ += name.size() + value.size() + kFieldOverhead;
  if (refusal_ || head_ended_) return;
  if (field_bytes_ > limits_.head_bytes) return Refuse(431, "the header fields are too large");
  if (name.starts_with(':')) return AddPseudoField(name, value);
  Fields& fields = request_.fields;
  if (fields.size() >= limits_.fields) return Refuse(431, "there are too many header fields");
  if (fields.empty()) fields.reserve(kUsualFields);
  fields.emplace_back(name, value);
}

void Http2Request::AddPseudoField(std::string_view name, std::string_view value) {
  if (name == ":method") {
    request_.method = value;
  } else if (name == ":authority") {
    request_.authority = value;
  } else if (name == ":path") {
    if (value.size() > limits_.target_bytes) return Refuse(414, "the address is too long");
    request_.target = value;
  }
}

void Http2Request::EndHead() {
  head_ended_ = true;
  if (refusal_) return;
  if (request_.method == "CONNECT") return Refuse(501, "this is no proxy");
  TakeHost();
  if (refusal_) return;
  const std::string_view length = request_.Field("content-length");
  uint64_t promised = 0;  // nghttp2 has seen that it is a number
  std::from_chars(length.data(), length.data() + length.size(), promised);
  if (promised > limits_.body_bytes) return Refuse(413, "the body is too large");
  const std::string_view expect = request_.Field("expect");
  if (expect.empty()) return;
  if (!SameWord(expect, "100-continue")) return Refuse(417, "only 100-continue can be expected");
  wants_continue_ = true;
}

/// A Host field beside :authority must say the same (RFC 9113, 8.3.1).
void Http2Request::TakeHost() {
  const std::string_view field = request_.Field("host");
  if (request_.authority.empty()) {
    request_.authority = field;
  } else if (!field.empty() && !SameWord(request_.authority, field)) {
    return Refuse(400, "the request names two hosts");
  }
  auto host = HostName(request_.authority);
  if (!host) return Refuse(400, "the host is malformed");
  request_.host = std::move(*host);
}

void Http2Request::AddBody(std::span<const uint8_t> piece) {
  if (refusal_) return;
  if (piece.size() > limits_.body_bytes - request_.body.size()) {
    return Refuse(413, "the body is too large");
  }
  request_.body.append(reinterpret_cast<const char*>(piece.data()), piece.size());
}

}  // namespace weir::http

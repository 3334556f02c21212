#include "http/response_reader.h"

#include <algorithm>
#include <utility>

#include "http/fields.h"

namespace weir::http {

/// llhttp knows C functions only: each of these passes its call on.
struct ResponseReader::Callbacks {
  static ResponseReader& Of(llhttp_t* parser) {
    return *static_cast<ResponseReader*>(parser->data);
  }

  static const llhttp_settings_t& Table() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_header_field = [](llhttp_t* parser, const char* at, size_t size) {
        return Of(parser).OnFieldName({at, size});
      };
      made.on_header_value = [](llhttp_t* parser, const char* at, size_t size) {
        return Of(parser).OnFieldValue({at, size});
      };
      made.on_header_value_complete = [](llhttp_t* parser) { return Of(parser).OnFieldEnd(); };
      made.on_headers_complete = [](llhttp_t* parser) { return Of(parser).OnHeadEnd(); };
      made.on_body = [](llhttp_t* parser, const char* at, size_t size) {
        return Of(parser).OnBody({at, size});
      };
      made.on_message_complete = [](llhttp_t* parser) { return Of(parser).OnMessageEnd(); };
      return made;
    }();
    return table;
  }
};

ResponseReader::ResponseReader(const ResponseLimits& limits)
    : limits_(limits), parser_(), head_left_(limits.head_bytes) {
  llhttp_init(&parser_, HTTP_RESPONSE, &Callbacks::Table());
  parser_.data = this;
}

void ResponseReader::Next(bool head) {
  llhttp_reset(&parser_);
  response_ = {};
  piece_ = Piece::kNone;
  head_left_ = limits_.head_bytes;
  head_request_ = head;
  begun_ = false;
  keep_alive_ = false;
  state_ = State::kHead;
}

size_t ResponseReader::Feed(std::span<const uint8_t> bytes) {
  size_t taken = 0;
  while (taken < bytes.size() && state_ != State::kDone && state_ != State::kBroken) {
    begun_ = true;
    taken += Execute(bytes.subspan(taken));
  }
  return taken;
}

size_t ResponseReader::Execute(std::span<const uint8_t> bytes) {
  const bool in_head = state_ == State::kHead;
  if (in_head) bytes = bytes.first(std::min(bytes.size(), head_left_));
  const char* const data = reinterpret_cast<const char*>(bytes.data());
  const llhttp_errno_t error = llhttp_execute(&parser_, data, bytes.size());
  size_t used = bytes.size();
  if (error == HPE_PAUSED) {
    used = static_cast<size_t>(llhttp_get_error_pos(&parser_) - data);
    llhttp_resume(&parser_);
  } else if (error != HPE_OK) {
    Break(ErrorCode::kMalformed, "this is no HTTP/1.1 answer");
  }
  if (in_head) {
    head_left_ -= used;
    if (state_ == State::kHead && head_left_ == 0)
      Break(ErrorCode::kLimitExceeded, "the answer's header fields are too large");
  }
  return used;
}

void ResponseReader::FeedEnd() {
  if (state_ == State::kDone || state_ == State::kBroken) return;
  llhttp_finish(&parser_);  // perhaps OnMessageEnd
  keep_alive_ = false;
  if (state_ != State::kDone)
    Break(ErrorCode::kUnavailable, "the connection ended before the answer");
}

int ResponseReader::Break(ErrorCode code, std::string_view text) {
  if (state_ == State::kBroken) return HPE_USER;  // the first reason is the one
  error_ = Error{.code = code, .detail = std::string(text)};
  state_ = State::kBroken;
  response_ = {};
  return HPE_USER;
}

int ResponseReader::OnFieldName(std::string_view piece) {
  if (state_ != State::kHead) return HPE_OK;  // trailers are of no use here
  Fields& fields = response_.fields;
  if (piece_ != Piece::kName) {
    if (fields.size() >= limits_.fields)
      return Break(ErrorCode::kLimitExceeded, "the answer has too many header fields");
    fields.emplace_back();
    piece_ = Piece::kName;
  }
  fields.back().first += piece;
  return HPE_OK;
}

int ResponseReader::OnFieldValue(std::string_view piece) {
  if (state_ != State::kHead) return HPE_OK;
  piece_ = Piece::kValue;
  response_.fields.back().second += piece;
  return HPE_OK;
}

int ResponseReader::OnFieldEnd() {
  if (state_ != State::kHead) return HPE_OK;
  piece_ = Piece::kNone;
  std::string& value = response_.fields.back().second;
  value = std::string(Trimmed(value));
  return HPE_OK;
}

int ResponseReader::OnHeadEnd() {
  constexpr int kSkipBody = 1;  // llhttp's word for an answer without a body
  if (parser_.http_major != 1 || parser_.http_minor > 1)
    return Break(ErrorCode::kUnsupported, "the answer is not HTTP/1.1");
  response_.status = parser_.status_code;
  if (response_.status < 100 || response_.status == 101)
    return Break(ErrorCode::kUnsupported, "the answer has a status without use here");
  // An interim answer has none, whatever it says (RFC 9110, 15.2).
  const bool bodyless = head_request_ || response_.status < 200;
  if ((parser_.flags & F_CONTENT_LENGTH) != 0 && parser_.content_length > limits_.body_bytes &&
      !bodyless)
    return Break(ErrorCode::kLimitExceeded, "the answer's body is too large");
  parser_.upgrade = 0;  // never asked for
  keep_alive_ = llhttp_should_keep_alive(&parser_) != 0;
  state_ = State::kBody;
  return bodyless ? kSkipBody : HPE_OK;
}

int ResponseReader::OnBody(std::string_view piece) {
  if (piece.size() > limits_.body_bytes - response_.body.size())
    return Break(ErrorCode::kLimitExceeded, "the answer's body is too large");
  response_.body += piece;
  return HPE_OK;
}

int ResponseReader::OnMessageEnd() {
  if (response_.status < 200) {
    response_ = {};
    state_ = State::kHead;  // the real one follows
  } else {
    state_ = State::kDone;
  }
  return HPE_PAUSED;
}

}  // namespace weir::http

#include "http/request_reader.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/fields.h"

namespace weir::http {
namespace {

constexpr size_t kUsualFields = 16;  // of a browser
constexpr size_t kBlankMax = 4;      // RFC 9112, 2.2: at least one empty line before a request

bool IsHostByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

/// Cuts "http://host" off the front of a target that has it, as proxies send it (RFC 9112, 3.2.2),
/// and returns the host with its port.
std::optional<std::string> CutAuthority(std::string& target) {
  const size_t scheme_end = target.find("://");
  if (target.starts_with('/') || scheme_end == std::string::npos) return std::nullopt;
  const size_t start = scheme_end + 3;
  const size_t end = std::min(target.find_first_of("/?", start), target.size());
  std::string authority = target.substr(start, end - start);
  target.erase(0, end);
  if (!target.starts_with('/')) target.insert(0, "/");
  return authority;
}

}  // namespace

/// llhttp knows C functions only: each of these passes its call on.
struct RequestReader::Callbacks {
  static RequestReader& Of(llhttp_t* parser) { return *static_cast<RequestReader*>(parser->data); }

  static const llhttp_settings_t& Table() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_url = [](llhttp_t* parser, const char* at, size_t size) {
        return Of(parser).OnTarget({at, size});
      };
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
      made.on_message_complete = [](llhttp_t* parser) {
        Of(parser).state_ = State::kDone;
        return static_cast<int>(HPE_PAUSED);  // what follows is the next request
      };
      return made;
    }();
    return table;
  }
};

RequestReader::RequestReader(const ServerLimits& limits)
    : parser_(), limits_(limits), head_left_(limits.head_bytes) {
  llhttp_init(&parser_, HTTP_REQUEST, &Callbacks::Table());
  parser_.data = this;
}

size_t RequestReader::Feed(std::span<const uint8_t> bytes) {
  size_t taken = SkipBlankLines(bytes);
  while (taken < bytes.size() && state_ != State::kDone && state_ != State::kRefused) {
    taken += Execute(bytes.subspan(taken));
  }
  return taken;
}

size_t RequestReader::SkipBlankLines(std::span<const uint8_t> bytes) {
  if (state_ != State::kIdle) return 0;
  size_t skipped = 0;
  while (skipped < bytes.size() && (bytes[skipped] == '\r' || bytes[skipped] == '\n')) {
    ++skipped;
  }
  blank_ += skipped;
  if (blank_ > kBlankMax) Refuse(400, "there are empty lines where a request should be");
  if (state_ == State::kIdle && skipped < bytes.size()) {
    draft_ = std::make_unique<Draft>();
    draft_->request.fields.reserve(kUsualFields);
    state_ = State::kHead;
  }
  return skipped;
}

size_t RequestReader::Execute(std::span<const uint8_t> bytes) {
  if (state_ == State::kHead) bytes = bytes.first(std::min(bytes.size(), head_left_));
  const char* const data = reinterpret_cast<const char*>(bytes.data());
  const llhttp_errno_t error = llhttp_execute(&parser_, data, bytes.size());
  size_t used = bytes.size();
  if (error == HPE_PAUSED && state_ == State::kDone) {
    used = static_cast<size_t>(llhttp_get_error_pos(&parser_) - data);
    llhttp_resume(&parser_);
  } else if (error != HPE_OK) {
    const bool version = error == HPE_INVALID_VERSION;
    Refuse(version ? 505 : 400,
           version ? "only HTTP/1.1 is spoken here" : "this is no HTTP/1.1 request");
  }
  if (state_ == State::kHead) {
    head_left_ -= used;
    if (head_left_ == 0) Refuse(431, "the header fields are too large");
  }
  return used;
}

int RequestReader::Refuse(int status, std::string_view text) {
  if (state_ == State::kRefused) return HPE_USER;  // the first reason is the one
  refusal_ = {.status = status, .text = text};
  state_ = State::kRefused;
  draft_.reset();
  return HPE_USER;
}

int RequestReader::OnTarget(std::string_view piece) {
  std::string& target = draft_->request.target;
  if (piece.size() > limits_.target_bytes - target.size()) {
    return Refuse(414, "the address is too long");
  }
  target += piece;
  return HPE_OK;
}

int RequestReader::OnFieldName(std::string_view piece) {
  if (state_ != State::kHead) return HPE_OK;  // trailers are of no use here
  Fields& fields = draft_->request.fields;
  if (draft_->piece != Draft::Piece::kName) {
    if (fields.size() >= limits_.fields) return Refuse(431, "there are too many header fields");
    fields.emplace_back();
    draft_->piece = Draft::Piece::kName;
  }
  fields.back().first += piece;
  return HPE_OK;
}

int RequestReader::OnFieldValue(std::string_view piece) {
  if (state_ != State::kHead) return HPE_OK;
  draft_->piece = Draft::Piece::kValue;
  draft_->request.fields.back().second += piece;
  return HPE_OK;
}

int RequestReader::OnFieldEnd() {
  if (state_ != State::kHead) return HPE_OK;
  draft_->piece = Draft::Piece::kNone;
  std::string& value = draft_->request.fields.back().second;
  for (const char c : value) {
    const auto byte = static_cast<uint8_t>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
      return Refuse(400, "a header field has control characters");
    }
  }
  if (const std::string_view trimmed = Trimmed(value); trimmed.size() != value.size()) {
    value = std::string(trimmed);
  }
  return HPE_OK;
}

int RequestReader::OnHeadEnd() {
  const bool is_1_0 = parser_.http_major == 1 && parser_.http_minor == 0;
  if (parser_.http_major != 1 || parser_.http_minor > 1) {
    return Refuse(505, "only HTTP/1.1 is spoken here");
  }
  if (parser_.method == HTTP_CONNECT) return Refuse(501, "this is no proxy");
  parser_.upgrade = 0;  // offered, not demanded: the answer is plain HTTP/1.1
  Request& request = draft_->request;
  request.version = is_1_0 ? Version::kHttp10 : Version::kHttp11;
  request.method = llhttp_method_name(static_cast<llhttp_method_t>(parser_.method));
  if (const int refused = TakeHost(is_1_0); refused != HPE_OK) return refused;
  if ((parser_.flags & F_CONTENT_LENGTH) != 0 && parser_.content_length > limits_.body_bytes) {
    return Refuse(413, "the body is too large");
  }
  const std::string_view expect = request.Field("Expect");
  if (!expect.empty() && !SameWord(expect, "100-continue")) {
    return Refuse(417, "only 100-continue can be expected");
  }
  wants_continue_ = !expect.empty() && !is_1_0;
  keep_alive_ = llhttp_should_keep_alive(&parser_) != 0;
  state_ = State::kBody;
  return HPE_OK;
}

int RequestReader::TakeHost(bool optional) {
  Request& request = draft_->request;
  const auto hosts = std::count_if(request.fields.begin(), request.fields.end(),
                                   [](const auto& field) { return SameWord(field.first, "Host"); });
  if (hosts > 1 || (hosts == 0 && !optional)) return Refuse(400, "there must be one Host field");
  auto authority = CutAuthority(request.target);
  request.authority = authority ? *std::move(authority) : std::string(request.Field("Host"));
  auto host = HostName(request.authority);
  if (!host) return Refuse(400, "the host is malformed");
  request.host = std::move(*host);
  return HPE_OK;
}

int RequestReader::OnBody(std::string_view piece) {
  wants_continue_ = false;
  std::string& body = draft_->request.body;
  if (piece.size() > limits_.body_bytes - body.size()) {
    return Refuse(413, "the body is too large");
  }
  body += piece;
  return HPE_OK;
}

Request RequestReader::Take() {
  WEIR_CHECK(state_ == State::kDone);
  Request request = std::move(draft_->request);
  draft_.reset();
  state_ = State::kIdle;
  head_left_ = limits_.head_bytes;
  blank_ = 0;
  wants_continue_ = false;
  return request;
}

std::optional<std::string> HostName(std::string_view field) {
  std::string host(field);
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const bool bracketed = host.starts_with('[');
  const size_t name_end = bracketed ? host.find(']') : std::min(host.find(':'), host.size());
  if (name_end == std::string::npos) return std::nullopt;
  const size_t port = bracketed ? name_end + 1 : name_end;
  if (port < host.size() &&
      (host[port] != ':' || host.find_first_not_of("0123456789", port + 1) != std::string::npos)) {
    return std::nullopt;
  }
  host.resize(port);
  const std::string_view name = bracketed ? std::string_view(host).substr(1, name_end - 1) : host;
  const auto wrong = [bracketed](char c) { return !IsHostByte(c) && !(bracketed && c == ':'); };
  if (std::find_if(name.begin(), name.end(), wrong) != name.end()) return std::nullopt;
  return host;
}

}  // namespace weir::http

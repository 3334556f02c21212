#include "bench/load/http_client.h"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <llhttp.h>

#include "http/fields.h"

namespace weir::load {

/// Reads the answers of one connection.
class HttpClient::Session final : public net::ByteSession {
 public:
  Session(HttpClient& client, net::ByteOutput& output) : client_(client), output_(output) {
    llhttp_init(&parser_, HTTP_RESPONSE, &Callbacks());
    parser_.data = this;
  }

  ~Session() override {
    if (client_.session_ == this) client_.session_ = nullptr;
  }

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void Send(Clock::time_point now) {
    head_ = {};
    begun_ = false;
    patience_ = now + kPatience;
    output_.Write(SharedBytes(std::string(client_.request_)));
  }

  bool begun() const { return begun_; }

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point /*now*/) override {
    if (client_.request_.empty()) return Fail(ErrorCode::kMalformed, "an answer to nothing");
    begun_ = true;
    const llhttp_errno_t error =
        llhttp_execute(&parser_, reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (error != HPE_OK) return Fail(ErrorCode::kMalformed, llhttp_errno_name(error));
    return {};
  }

  Status OnDeadline(Clock::time_point now) override {
    if (client_.request_.empty() || begun_ || now < patience_) return {};
    return Fail(ErrorCode::kUnavailable, "no answer came");
  }

  std::optional<Clock::time_point> NextDeadline() const override {
    if (client_.request_.empty() || begun_) return std::nullopt;
    return patience_;
  }

 private:
  static Session& Of(llhttp_t* parser) { return *static_cast<Session*>(parser->data); }

  static const llhttp_settings_t& Callbacks() {
    static const llhttp_settings_t table = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_header_field = [](llhttp_t* parser, const char* at, size_t size) {
        Of(parser).name_.append(at, size);
        return 0;
      };
      made.on_header_value = [](llhttp_t* parser, const char* at, size_t size) {
        Of(parser).value_.append(at, size);
        return 0;
      };
      made.on_header_value_complete = [](llhttp_t* parser) {
        Of(parser).OnField();
        return 0;
      };
      made.on_headers_complete = [](llhttp_t* parser) {
        Of(parser).head_.status = parser->status_code;
        return 0;
      };
      made.on_body = [](llhttp_t* parser, const char* at, size_t size) {
        Session& self = Of(parser);
        if (self.head_.status == 200) {
          self.client_.owner_.OnBody(self.head_, {reinterpret_cast<const uint8_t*>(at), size});
        }
        return 0;
      };
      made.on_message_complete = [](llhttp_t* parser) {
        Session& self = Of(parser);
        const AnswerHead head = self.head_;
        self.client_.request_.clear();
        self.client_.owner_.OnAnswer(head);
        return 0;
      };
      return made;
    }();
    return table;
  }

  void OnField() {
    if (http::SameWord(name_, "Content-Encoding")) head_.gzip = value_ == "gzip";
    if (http::SameWord(name_, "Access-Control-Allow-Origin")) head_.cors = true;
    if (http::SameWord(name_, "Set-Cookie")) head_.cookie = true;
    name_.clear();
    value_.clear();
  }

  HttpClient& client_;
  net::ByteOutput& output_;
  llhttp_t parser_{};
  std::string name_;
  std::string value_;
  AnswerHead head_;
  bool begun_ = false;  // the answer
  Clock::time_point patience_;
};

HttpClient::HttpClient(net::EventLoop& loop, const Address& server,
                       std::string_view accept_encoding, Owner& owner)
    : loop_(loop), server_(server), accept_encoding_(accept_encoding), owner_(owner) {}

HttpClient::~HttpClient() = default;

void HttpClient::Get(std::string_view target) {
  request_ = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: weir-load\r\nAccept: */*\r\n"
      "Accept-Encoding: {}\r\nOrigin: http://player.example\r\n\r\n",
      target, server_.host, server_.port, accept_encoding_);
  on_old_connection_ = session_ != nullptr;
  if (session_ == nullptr) return Connect();
  session_->Send(loop_.now());
}

void HttpClient::Connect() {
  client_ = std::make_unique<net::TcpClient>(
      loop_, net::ConnectOptions{.host = server_.host, .port = server_.port},
      [this](net::ByteOutput& output, const net::Peer& /*peer*/, Clock::time_point now) {
        auto session = std::make_unique<Session>(*this, output);
        session_ = session.get();
        session_->Send(now);
        return session;
      },
      [this](const Error& reason) { OnEnded(reason); });
}

void HttpClient::OnEnded(const Error& reason) {
  const bool answering = session_ != nullptr && session_->begun();
  session_ = nullptr;
  if (request_.empty()) return client_.reset();
  if (std::exchange(on_old_connection_, false) && !answering) return Connect();
  request_.clear();
  client_.reset();
  owner_.OnNoAnswer(reason);
}

}  // namespace weir::load

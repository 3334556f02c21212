#include "service/access/control_server.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "http/date.h"
#include "http/url.h"
#include "net/ip_address.h"

namespace weir::service {
namespace {

/// OvenMediaEngine's own.
constexpr std::chrono::milliseconds kClosingPatience{500};

/// All that an answer can depend on but the port, which only says that somebody asks again. A
/// publisher's question is its own: each has a closing of its own.
std::string KeyOf(const AccessRequest& request, uint64_t number) {
  if (request.direction == Direction::kIncoming) return fmt::to_string(number);
  return fmt::format("{}\n{}\n{}\n{}\n{}", request.protocol, request.Url(),
                     net::HostOf(request.peer), request.real_address, request.user_agent);
}

http::Url UrlOf(const AdmissionOptions& options) {
  auto url = http::ParseUrl(options.url);
  WEIR_CHECK(url.has_value());  // checked when the configuration was read
  return *std::move(url);
}

}  // namespace

struct ControlServer::State {
  void Post(std::string body, std::chrono::milliseconds patience, http::Client::Answer answer);
  void OnAnswer(const std::string& key, const Result<http::ClientResponse>& response);

  http::Client& client;
  const AdmissionOptions options;
  const http::Url url;
  std::map<std::string, std::vector<Answer>> asked{};  // by question, until it is answered
  uint64_t questions = 0;
};

void ControlServer::State::Post(std::string body, std::chrono::milliseconds patience,
                                http::Client::Answer answer) {
  std::string signature =
      crypto::Base64UrlEncode(crypto::Hmac(options.algorithm, options.secret, body));
  client.Send(url,
              {.method = "POST",
               .fields = {{"Content-Type", "application/json"},
                          {"Accept", "application/json"},
                          {"X-OME-Signature", std::move(signature)}},
               .body = std::move(body)},
              patience, std::move(answer));
}

void ControlServer::State::OnAnswer(const std::string& key,
                                    const Result<http::ClientResponse>& response) {
  const auto entry = asked.extract(key);
  const Result<AdmissionAnswer> answer =
      response ? ReadAdmissionAnswer(response->status, response->body)
               : Result<AdmissionAnswer>(Fail(response.error().code,
                                              fmt::format("no answer from the control server: {}",
                                                          response.error().detail)));
  for (const Answer& tell : entry.mapped())
    tell(answer);
}

ControlServer::ControlServer(http::Client& client, AdmissionOptions options)
    : state_(std::make_shared<State>(
          State{.client = client, .options = options, .url = UrlOf(options)})) {}

ControlServer::~ControlServer() = default;

void ControlServer::AskOpening(const AccessRequest& request, Answer answer) {
  std::string key = KeyOf(request, ++state_->questions);
  std::vector<Answer>& waiting = state_->asked[key];
  waiting.push_back(std::move(answer));
  if (waiting.size() > 1) return;
  state_->Post(WriteOpening(request, http::SystemUtc()), state_->options.timeout,
               [state = std::weak_ptr(state_),
                key = std::move(key)](const Result<http::ClientResponse>& response) {
                 if (const auto alive = state.lock()) alive->OnAnswer(key, response);
               });
}

void ControlServer::TellClosing(const AccessRequest& request, const std::string& new_url,
                                std::function<void()> told) {
  state_->Post(WriteClosing(request, new_url, http::SystemUtc()), kClosingPatience,
               [state = std::weak_ptr(state_),
                told = std::move(told)](const Result<http::ClientResponse>& /*response*/) {
                 if (!state.expired()) told();
               });
}

}  // namespace weir::service

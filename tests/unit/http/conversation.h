#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/server_session.h"

namespace weir::http {

/// Keeps what a session writes, as text.
class TextOutput final : public net::ByteOutput {
 public:
  void Write(SharedBytes bytes) override {
    text += bytes.text();
    ++writes;
    if (slow) unsent += bytes.size();
  }

  size_t unsent_bytes() const override { return unsent; }

  void Finish(Error reason) override { finished = std::move(reason); }

  std::string text;
  int writes = 0;
  bool slow = false;  ///< The client takes nothing until `unsent` is lowered by hand.
  size_t unsent = 0;
  std::optional<Error> finished;
};

/// Answers each request with its target, or keeps it waiting when the target has "wait".
class EchoHandler final : public Handler {
 public:
  void OnRequest(Request request, std::unique_ptr<Responder> responder) override {
    requests.push_back(request);
    if (request.target.find("wait") != std::string::npos) {
      waiting.push_back(std::move(responder));
      return;
    }
    responder->Respond(answer ? answer(request) : Text(request.target + request.body));
  }

  static Response Text(std::string text) { return {.body = SharedBytes(std::move(text))}; }

  std::function<Response(const Request&)> answer;
  std::vector<Request> requests;
  std::vector<std::unique_ptr<Responder>> waiting;
};

inline constexpr Clock::time_point kStart{std::chrono::hours(1)};

/// One connection to a server, without a socket.
class Conversation {
 public:
  explicit Conversation(ServerLimits limits = {}) {
    const auto make = MakeServerFactory(
        handler, limits,
        [] { return UtcTime(std::chrono::seconds(784'111'777)); },  // RFC 9110's own example
        &drain);
    session = make(output, {.address = "192.0.2.1:50123"}, now);
  }

  Status Send(std::string_view text) {
    return session->OnBytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, now);
  }

  /// Sends one byte at a time, as long as the session takes them.
  Status SendCut(std::string_view text, size_t piece) {
    for (size_t at = 0; at < text.size(); at += piece)
      if (Status sent = Send(text.substr(at, piece)); !sent) return sent;
    return {};
  }

  /// Lets `time` pass, calling OnDeadline when it is due.
  Status Pass(Clock::duration time) {
    const Clock::time_point end = now + time;
    for (auto due = session->NextDeadline(); due && *due <= end; due = session->NextDeadline()) {
      now = std::max(now, *due);
      if (Status step = session->OnDeadline(now); !step) return step;
    }
    now = end;
    return {};
  }

  std::string Take() { return std::exchange(output.text, {}); }

  Clock::time_point now = kStart;
  EchoHandler handler;
  TextOutput output;
  Drain drain;
  std::unique_ptr<net::ByteSession> session;
};

}  // namespace weir::http

#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "base/c_ptr.h"
#include "http/server_session.h"
#include "unit/http/conversation.h"

namespace weir::http {

/// What a client has got of one answer.
struct Http2Answer {
  std::string Field(std::string_view name) const {
    for (const auto& [field, value] : fields)
      if (field == name) return value;
    return {};
  }

  int status = 0;
  Fields fields;
  std::string body;
  bool ended = false;              ///< END_STREAM has come.
  std::optional<uint32_t> closed;  ///< The code it was closed with.
};

/// nghttp2's client, in memory.
class Http2Client {
 public:
  explicit Http2Client(bool read_bodies = true) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks,
        [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
           const uint8_t* value, size_t value_size, uint8_t, void* user) {
          auto& answer = Of(user).answers[frame->hd.stream_id];
          const std::string field(name, name + name_size);
          const std::string text(value, value + value_size);
          if (field == ":status") {
            answer.status = std::stoi(text);
            Of(user).statuses.push_back(answer.status);
          } else {
            answer.fields.emplace_back(field, text);
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks,
        [](nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size, void* user) {
          Of(user).answers[id].body.append(data, data + size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
          Http2Client& self = Of(user);
          if (frame->hd.type == NGHTTP2_GOAWAY) {
            self.goaways.push_back(frame->goaway.error_code);
            self.last_id = frame->goaway.last_stream_id;
          }
          if (frame->hd.type == NGHTTP2_DATA) {
            self.largest_data = std::max(self.largest_data, frame->hd.length);
          }
          const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
          if (ends && frame->hd.stream_id > 0) self.answers[frame->hd.stream_id].ended = true;
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, int32_t id, uint32_t code, void* user) {
          Of(user).answers[id].closed = code;
          return 0;
        });
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_no_auto_window_update(options, read_bodies ? 0 : 1);
    nghttp2_session* made = nullptr;
    nghttp2_session_client_new2(&made, callbacks, this, options);
    session_.reset(made);
    nghttp2_option_del(options);
    nghttp2_session_callbacks_del(callbacks);
  }

  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  void Settings(std::vector<nghttp2_settings_entry> entries = {}) {
    nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, entries.data(), entries.size());
  }

  /// The pseudo-header fields of a request.
  static Fields Head(const std::string& method, const std::string& path) {
    return {
        {":method", method}, {":scheme", "https"}, {":authority", "weir.example"}, {":path", path}};
  }

  int32_t Ask(const std::string& path, const Fields& more = {}, const std::string& method = "GET") {
    Fields fields = Head(method, path);
    fields.insert(fields.end(), more.begin(), more.end());
    return AskWith(fields);
  }

  /// A request of these fields; with a body, all of which is sent at once, when there is one.
  int32_t AskWith(const Fields& fields, std::optional<std::string> body = std::nullopt,
                  bool ends = true) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields)
      list.push_back(Nv(name, value));
    if (!body) {
      const uint8_t flags = ends ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE;
      return nghttp2_submit_headers(session_.get(), flags, -1, nullptr, list.data(), list.size(),
                                    nullptr);
    }
    bodies_.push_back(std::make_unique<Body>(Body{.rest = std::move(*body), .ends = ends}));
    nghttp2_data_provider provider{.source = {.ptr = bodies_.back().get()}, .read_callback = Read};
    return nghttp2_submit_request(session_.get(), nullptr, list.data(), list.size(), &provider,
                                  nullptr);
  }

  void Trailer(int32_t id, const Fields& fields) {
    std::vector<nghttp2_nv> list;
    for (const auto& [name, value] : fields)
      list.push_back(Nv(name, value));
    nghttp2_submit_trailer(session_.get(), id, list.data(), list.size());
  }

  void Reset(int32_t id) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }

  void Ping() { nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr); }

  void OpenWindow(int32_t id, int32_t size) {
    nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, id, size);
  }

  /// What the client wants to send.
  std::string Take() {
    std::string bytes;
    const uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &data)) > 0;)
      bytes.append(data, data + size);
    return bytes;
  }

  void Receive(std::string_view bytes) {
    nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()),
                             bytes.size());
  }

  std::map<int32_t, Http2Answer> answers;
  std::vector<int> statuses;  ///< Of all answers, 1xx too.
  std::vector<uint32_t> goaways;
  int32_t last_id = -1;
  size_t largest_data = 0;

 private:
  struct Body {
    std::string rest;
    bool ends;
  };

  static Http2Client& Of(void* user) { return *static_cast<Http2Client*>(user); }

  static nghttp2_nv Nv(const std::string& name, const std::string& value) {
    const auto bytes = [](const std::string& text) {
      return const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(text.data()));
    };
    return {.name = bytes(name),
            .value = bytes(value),
            .namelen = name.size(),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
  }

  static ssize_t Read(nghttp2_session*, int32_t, uint8_t* buffer, size_t size, uint32_t* flags,
                      nghttp2_data_source* source, void*) {
    auto& body = *static_cast<Body*>(source->ptr);
    const size_t taken = std::min(size, body.rest.size());
    std::copy_n(body.rest.begin(), taken, buffer);
    body.rest.erase(0, taken);
    if (!body.rest.empty()) return static_cast<ssize_t>(taken);
    if (body.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (taken == 0 && !body.ends) return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(taken);
  }

  CPtr<nghttp2_session, nghttp2_session_del> session_;
  std::vector<std::unique_ptr<Body>> bodies_;
};

/// A client and a server, whose bytes go to and fro when a test says so.
class Http2Conversation {
 public:
  explicit Http2Conversation(ServerLimits limits = {}, bool read_bodies = true)
      : client(read_bodies) {
    const auto make = MakeServerFactory(
        handler, limits,
        [] {
          return UtcTime(std::chrono::seconds(784'111'777));  // RFC 9110's own example
        },
        &drain);
    session = make(output, {.address = "192.0.2.1:50123", .secure = true, .alpn = "h2"}, now);
  }

  Status Send(std::string_view bytes) {
    return session->OnBytes({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, now);
  }

  /// Carries bytes until both are quiet or the server has ended; to the server in pieces.
  Status Pump(size_t piece = SIZE_MAX) {
    for (;;) {
      const std::string up = client.Take();
      for (size_t at = 0; at < up.size(); at += std::min(piece, up.size() - at)) {
        Status step = Send(std::string_view(up).substr(at, piece));
        if (!step) {
          client.Receive(std::exchange(output.text, {}));
          return step;
        }
      }
      const std::string down = std::exchange(output.text, {});
      client.Receive(down);
      if (up.empty() && down.empty()) return {};
      if (down.size() < net::kLowWater || output.slow) continue;
      if (Status step = session->OnWritable(now); !step) return step;
    }
  }

  /// Asks and carries the answer back.
  Http2Answer Get(const std::string& path, const Fields& more = {},
                  const std::string& method = "GET") {
    const int32_t id = client.Ask(path, more, method);
    if (!Pump()) return {};
    return client.answers[id];
  }

  /// Lets `time` pass, calling OnDeadline when it is due, and carries what that brings.
  Status Pass(Clock::duration time) {
    const Clock::time_point end = now + time;
    for (auto due = session->NextDeadline(); due && *due <= end; due = session->NextDeadline()) {
      now = std::max(now, *due);
      Status step = session->OnDeadline(now);
      client.Receive(std::exchange(output.text, {}));
      if (!step) return step;
    }
    now = end;
    return {};
  }

  Clock::time_point now = kStart;
  EchoHandler handler;
  Drain drain;
  TextOutput output;
  Http2Client client;
  std::unique_ptr<net::ByteSession> session;
};

}  // namespace weir::http

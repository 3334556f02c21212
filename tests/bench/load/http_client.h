#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "bench/load/settings.h"
#include "net/event_loop.h"
#include "net/tcp_client.h"

namespace weir::load {

/// What the fields of an answer say, as far as a player cares.
struct AnswerHead {
  int status = 0;
  bool gzip = false;    ///< Content-Encoding
  bool cors = false;    ///< Access-Control-Allow-Origin is there.
  bool cookie = false;  ///< So is Set-Cookie, which no cache can share.
};

/// One HTTP/1.1 connection that is kept and used for one GET after the other, as a player's are.
/// One that the server closed between two requests is opened again.
///
/// Thread: its loop.
class HttpClient {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// A piece of the body of a 200.
    virtual void OnBody(const AnswerHead& head, std::span<const uint8_t> piece) = 0;
    /// The answer is whole. The next Get may be called inside it.
    virtual void OnAnswer(const AnswerHead& head) = 0;
    /// It will not come. The next Get may be called inside it.
    virtual void OnNoAnswer(const Error& reason) = 0;
  };

  /// Its first byte must come within this; a held reload takes three target durations at most.
  static constexpr Clock::duration kPatience = std::chrono::seconds(40);

  /// `loop`, `owner` and `server` outlive it. Connects with the first Get.
  /// `accept_encoding` is sent as it is.
  HttpClient(net::EventLoop& loop, const Address& server, std::string_view accept_encoding,
             Owner& owner);
  ~HttpClient();

  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Asks for `target`, "/app/stream/llhls.m3u8". One at a time.
  void Get(std::string_view target);

 private:
  class Session;

  void Connect();
  void OnEnded(const Error& reason);

  net::EventLoop& loop_;
  const Address& server_;
  const std::string_view accept_encoding_;
  Owner& owner_;
  std::string request_;             // under way; empty when there is none
  bool on_old_connection_ = false;  // which the server may have closed before it came
  Session* session_ = nullptr;
  std::unique_ptr<net::TcpClient> client_;
};

}  // namespace weir::load

#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shared_bytes.h"

namespace weir::http {

/// Header fields in order. Names are compared without case.
using Fields = std::vector<std::pair<std::string, std::string>>;

class SharedFields;  // shared_fields.h

using SharedFieldsPtr = std::shared_ptr<const SharedFields>;

enum class Version { kHttp10, kHttp11, kHttp2 };

/// One request, whole. HTTP/1.1 and HTTP/2 give the same.
struct Request {
  std::string method{};  ///< "GET"
  std::string target{};  ///< As sent: "/app/stream/llhls.m3u8?_HLS_msn=4"
  std::string host{};    ///< Of the Host field or :authority, lower case, without the port.
  /// The same as the client said it, with the port if it named one.
  std::string authority{};
  Fields fields{};
  std::string body{};
  Version version = Version::kHttp11;
  std::string peer{};           ///< Whose connection it is: "192.0.2.1:50123".
  std::string forwarded_for{};  ///< "192.0.2.1", where trusted proxies say that it is another's.
  bool secure = false;          ///< The client came by TLS, to us or to a trusted proxy.

  /// The address of whoever asked, without a port: for counting, logs and access rules.
  std::string_view client() const;

  /// The first field of that name; empty when there is none.
  std::string_view Field(std::string_view name) const;

  std::string_view path() const;   ///< Up to '?', not decoded.
  std::string_view query() const;  ///< After '?'; empty when there is none.
};

/// One answer. Content-Length, Date, Server and Connection are added by the session; a HEAD request
/// gets everything but the body, and a Range request its part when `ranges` is set.
struct Response {
  int status = 200;
  Fields fields{};
  SharedBytes body{};
  bool ranges = false;  ///< Offer byte ranges of `body` (Accept-Ranges, 206, 416).
  /// What the answer has in common with many others: stands before `fields`. From the first on;
  /// the others are null.
  std::array<SharedFieldsPtr, 3> shared{};

  /// The first field of that name, shared or own; empty when there is none.
  std::string_view Field(std::string_view name) const;

  /// Has `more` too.
  void Share(SharedFieldsPtr more);

  /// Makes the shared fields its own, so that they can be changed.
  void Unshare();
};

/// The way back to one requester. Answering after the requester has left does nothing.
///
/// Thread: the loop of the connection. Destroying it without an answer answers 500.
class Responder {
 public:
  virtual ~Responder() = default;

  virtual void Respond(Response response) = 0;

  /// Calls `gone` if the requester leaves before it was answered, so that what waits can be
  /// dropped; not inside Respond. The responder may be destroyed inside it.
  virtual void OnGone(std::function<void()> gone) = 0;
};

/// Answers requests, at once or later: whoever wants to wait keeps the responder.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void OnRequest(Request request, std::unique_ptr<Responder> responder) = 0;
};

}  // namespace weir::http

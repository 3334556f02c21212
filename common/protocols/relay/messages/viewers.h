#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/stream_path.h"

namespace weir::relay {

// Origins ask edges about their viewers. All of these messages are optional: an edge says in its
// hello that it knows them, and others are not asked. They stand on channel 0, and are about the
// streams that the edge pulls over this connection.

/// Viewers of one page, ids of one choice.
inline constexpr size_t kViewersMax = 200;

/// Which viewers are meant: those to whom all that is given applies.
struct ViewerChoice {
  std::string vhost{};  ///< Empty: any.
  std::string app{};
  std::string name{};
  std::vector<std::string> ids{};  ///< kViewersMax at most; none: any.

  bool Has(const stream::StreamPath& path) const {
    return (vhost.empty() || vhost == path.vhost) && (app.empty() || app == path.app) &&
           (name.empty() || name == path.name);
  }

  bool operator==(const ViewerChoice&) const = default;
};

/// From the origin: who watches?
struct FindViewers {
  int64_t ask = 0;  ///< Repeated in the answer.
  ViewerChoice choice{};
  std::string after{};  ///< `last` of the page before.
  int64_t limit = 0;    ///< kViewersMax at most.

  bool operator==(const FindViewers&) const = default;
};

/// From the origin: end these.
struct EndViewers {
  int64_t ask = 0;
  ViewerChoice choice{};
  std::string reason{};  ///< "Stopped by publisher stop"

  bool operator==(const EndViewers&) const = default;
};

struct ViewerRecord {
  std::string id{};           ///< mediaSessionId.
  stream::StreamPath path{};  ///< As the origin names it.
  std::string protocol{};     ///< As in StreamStats: "hls".
  std::string address{};      ///< "192.0.2.1"
  std::string user_agent{};
  int64_t created_ms = 0;  ///< Since 1970.
  int64_t idle_ms = 0;     ///< Since the last request.
  int64_t requests = 0;
  int64_t bytes_out = 0;

  bool operator==(const ViewerRecord&) const = default;
};

/// From the edge: an answer to FindViewers.
struct ViewersPage {
  int64_t ask = 0;
  std::vector<ViewerRecord> viewers{};  ///< kViewersMax at most.
  std::string last{};                   ///< Where to go on; empty: that was all.

  bool operator==(const ViewersPage&) const = default;
};

/// From the edge: an answer to EndViewers.
struct ViewersEnded {
  int64_t ask = 0;
  int64_t count = 0;

  bool operator==(const ViewersEnded&) const = default;
};

std::vector<uint8_t> Encode(const FindViewers& message);
std::vector<uint8_t> Encode(const EndViewers& message);
std::vector<uint8_t> Encode(const ViewersPage& message);
std::vector<uint8_t> Encode(const ViewersEnded& message);
Result<FindViewers> DecodeFindViewers(std::span<const uint8_t> body);
Result<EndViewers> DecodeEndViewers(std::span<const uint8_t> body);
Result<ViewersPage> DecodeViewersPage(std::span<const uint8_t> body);
Result<ViewersEnded> DecodeViewersEnded(std::span<const uint8_t> body);

}  // namespace weir::relay

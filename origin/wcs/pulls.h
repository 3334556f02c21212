#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::wcs {

/// A stream taken from another server, as /pull/ has it.
struct Pull {
  std::string media_session_id{};    ///< Of its publication here; empty: it has none now.
  std::string local_stream_name{};   ///< What it is called here.
  std::string remote_stream_name{};  ///< What it is called there.
  std::string uri{};
};

/// Which pulls are meant: those to which all that is given applies.
struct PullChoice {
  std::string uri{};                 ///< Empty: any.
  std::string local_stream_name{};   ///< As Filter::name.
  std::string remote_stream_name{};  ///< "stream" or "app/stream"
};

/// Streams taken from other servers. Thread: the control loop.
class Pulls {
 public:
  virtual ~Pulls() = default;

  /// `started` is called once, perhaps inside the call, when it works or does not: kMalformed for
  /// what makes no sense, kUnsupported for a URI of another scheme or an application that takes no
  /// such streams in, kNotFound without such an application, kConflict where the name is taken.
  virtual void Start(const PullChoice& what, std::function<void(Result<Pull>)> started) = 0;

  virtual std::vector<Pull> List() = 0;

  /// `ended` is called once, perhaps inside the call, with how many were meant.
  virtual void End(const PullChoice& choice, std::function<void(Result<size_t>)> ended) = 0;
};

}  // namespace weir::wcs

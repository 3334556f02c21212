#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::wcs {

/// A stream sent on, as /push/ has it.
struct Push {
  std::string media_session_id{};
  std::string stream_name{};  ///< As Filter::name.
  std::string rtmp_url{};     ///< Without its stream key, which is a secret.
  uint32_t width = 0;
  uint32_t height = 0;
};

/// Streams sent on to other servers. Thread: the control loop.
class Pushes {
 public:
  virtual ~Pushes() = default;

  /// `started` is called once, perhaps inside the call: kMalformed for a URL that is none,
  /// kNotFound without such a stream, kConflict where it is sent there already.
  virtual void Start(const std::string& stream_name, const std::string& rtmp_url, bool url_is_whole,
                     std::function<void(Result<Push>)> started) = 0;

  virtual std::vector<Push> List() = 0;

  /// False where there is none.
  virtual bool End(const std::string& media_session_id) = 0;
};

}  // namespace weir::wcs

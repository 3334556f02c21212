#pragma once

#include <functional>

#include "protocols/rtmp/options.h"
#include "protocols/rtmp/provider_options.h"
#include "protocols/rtmp/random_source.h"
#include "service/publish_gate.h"
#include "stream/stream_path.h"

namespace weir::rtmp {

/// What a session needs of its program. All that it refers to outlives the session.
struct ServerContext {
  service::PublishGate& gate;
  const Options& options;
  const RandomSource& random;
  /// Those of the application that a stream is published in; empty: the defaults.
  std::function<ProviderOptions(const stream::StreamPath& path)> provider{};
};

}  // namespace weir::rtmp

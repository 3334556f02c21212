#pragma once

#include <chrono>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "protocols/rtmp/id3_trigger.h"

namespace weir::rtmp {

/// What an application's <Providers><RTMP> says of those who publish in it.
struct ProviderOptions {
  /// <PacketSilenceTimeoutMs>: nothing came from a publisher for this long. 0, the default as with
  /// OvenMediaEngine, lets it pause as long as it likes: it is pinged when half of
  /// Options::ping_patience is over, and ends when that is over without a byte from it, as a dead
  /// connection.
  std::chrono::milliseconds packet_silence{0};
  std::vector<Id3Trigger> triggers{};
};

/// Errors name file and line.
Result<ProviderOptions> ReadProviderOptions(const config::Node& provider);

}  // namespace weir::rtmp

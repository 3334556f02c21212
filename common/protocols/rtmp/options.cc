#include "protocols/rtmp/options.h"

#include <utility>

namespace weir::rtmp {

Result<Options> ReadOptions(const config::Node& node) {
  Options options;
  const Result<std::chrono::milliseconds> silence =
      node.Millis("PacketSilenceTimeoutMs", options.packet_silence);
  if (!silence) return tl::unexpected(silence.error());
  options.packet_silence = *silence;
  return options;
}

}  // namespace weir::rtmp

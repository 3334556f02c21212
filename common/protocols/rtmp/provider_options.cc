#include "protocols/rtmp/provider_options.h"

#include <utility>

namespace weir::rtmp {

Result<ProviderOptions> ReadProviderOptions(const config::Node& provider) {
  ProviderOptions options;
  const auto silence = provider.Millis("PacketSilenceTimeoutMs", options.packet_silence);
  if (!silence) return tl::unexpected(silence.error());
  options.packet_silence = *silence;
  auto triggers = ReadId3Triggers(provider);
  if (!triggers) return tl::unexpected(triggers.error());
  options.triggers = *std::move(triggers);
  return options;
}

}  // namespace weir::rtmp

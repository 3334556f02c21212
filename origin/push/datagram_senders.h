#pragma once

#include <memory>
#include <vector>

#include "origin/push/sender.h"

namespace weir::push {

/// MPEG-TS in datagrams. Nobody answers them, so it is connected once the name is found, and a
/// receiver that is not there is not noticed.
///
/// kUnsupported, kMalformed: a transport stream cannot carry these tracks.
Result<std::unique_ptr<Sender>> MakeUdpSender(const SenderContext& context,
                                              const TsEndpoint& endpoint, const Patience& patience,
                                              std::vector<media::Track> tracks,
                                              Sender::Owner& owner);

/// MPEG-TS over SRT. Its loop should be one for SRT alone: see srt::Caller. As MakeUdpSender.
Result<std::unique_ptr<Sender>> MakeSrtSender(const SenderContext& context,
                                              srt::CallerOptions options,
                                              std::vector<media::Track> tracks,
                                              Sender::Owner& owner);

}  // namespace weir::push

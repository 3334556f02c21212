#pragma once

#include <memory>
#include <vector>

#include "origin/push/sender.h"

namespace weir::push {

/// MPEG-TS over a TCP connection, without a word of protocol around it.
///
/// kUnsupported, kMalformed: a transport stream cannot carry these tracks.
Result<std::unique_ptr<Sender>> MakeTcpTsSender(const SenderContext& context,
                                                const TsEndpoint& endpoint,
                                                const Patience& patience,
                                                std::vector<media::Track> tracks,
                                                Sender::Owner& owner);

}  // namespace weir::push

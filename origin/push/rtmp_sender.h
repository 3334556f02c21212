#pragma once

#include <memory>
#include <vector>

#include "origin/push/sender.h"

namespace weir::push {

/// Publishes to an RTMP or RTMPS server: the first track of video and the first of audio. The
/// server's certificate must be good for its name.
std::unique_ptr<Sender> MakeRtmpSender(const SenderContext& context,
                                       const rtmp::EgressTarget& target, const Patience& patience,
                                       std::vector<media::Track> tracks, Sender::Owner& owner);

}  // namespace weir::push

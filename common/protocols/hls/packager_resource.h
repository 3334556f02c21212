#pragma once

#include <string>

#include "base/shared_bytes.h"
#include "media/codec_id.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// A playlist, compressed too where that pays.
ResourcePtr MakePlaylist(std::string text);

/// An init segment, a part or a segment.
ResourcePtr MakeMedia(SharedBytes bytes, media::MediaKind kind);

}  // namespace weir::hls

#pragma once

#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "media/codec_id.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// `content_type` is a literal; `gzip` is empty where there is none.
ResourcePtr MakeResource(SharedBytes bytes, SharedBytes gzip, std::string_view content_type);

/// A playlist, compressed too where that pays.
ResourcePtr MakePlaylist(std::string text);

/// An init segment, a part or a segment.
ResourcePtr MakeMedia(SharedBytes bytes, media::MediaKind kind);

/// A segment of MPEG-TS.
ResourcePtr MakeTs(SharedBytes bytes);

}  // namespace weir::hls

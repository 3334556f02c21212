#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "media/frame.h"

namespace weir::stream {

/// At most so many bytes of payload are there twice while frames are packed.
inline constexpr size_t kPackBytes = size_t{2} << 20;

/// Replaces `frames` by equal ones whose payloads lie side by side in a few large pieces of memory,
/// and the frames themselves in others: for keeping. Each frame by itself would leave a hole of its
/// own size in the heap when it goes, besides what the allocator needs for it.
///
/// A piece stays as long as any frame in it does. Frames for which there is no such memory, and
/// those larger than kPackBytes, stay as they are.
void PackFrames(std::vector<std::shared_ptr<const media::Frame>>& frames);

}  // namespace weir::stream

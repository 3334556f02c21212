#include "stream/pack_frames.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "base/map_bytes.h"
#include "base/shared_bytes.h"

namespace weir::stream {
namespace {

using FramePtr = std::shared_ptr<const media::Frame>;

/// Frames that share a piece of memory.
struct Pack {
  size_t frames = 0;
  size_t bytes = 0;  // payload
};

/// The largest pack that `frames` begin with; of one frame, where that alone is too large.
Pack FirstPack(std::span<const FramePtr> frames) {
  Pack pack{.frames = 1, .bytes = frames.front()->payload.size()};
  for (const FramePtr& frame : frames.subspan(1)) {
    if (pack.bytes + frame->payload.size() > kPackBytes) break;
    ++pack.frames;
    pack.bytes += frame->payload.size();
  }
  return pack;
}

SharedBytes Join(std::span<const FramePtr> frames, size_t bytes) {
  const std::shared_ptr<uint8_t> memory = MapBytes(bytes);
  if (memory == nullptr) return {};
  uint8_t* end = memory.get();
  for (const FramePtr& frame : frames) {
    end = std::ranges::copy(frame->payload.view(), end).out;
  }
  return {memory, std::span(memory.get(), bytes)};
}

void Replace(std::span<FramePtr> frames, const SharedBytes& payloads) {
  const auto packed = std::make_shared<std::vector<media::Frame>>();
  packed->reserve(frames.size());
  size_t offset = 0;
  for (FramePtr& frame : frames) {
    media::Frame& copy = packed->emplace_back(*frame);
    copy.payload = payloads.Slice(offset, frame->payload.size());
    offset += copy.payload.size();
    frame = FramePtr(packed, &copy);
  }
}

}  // namespace

void PackFrames(std::vector<FramePtr>& frames) {
  std::span<FramePtr> rest = frames;
  while (!rest.empty()) {
    const Pack pack = FirstPack(rest);
    const std::span<FramePtr> first = rest.first(pack.frames);
    rest = rest.subspan(pack.frames);
    if (pack.bytes > kPackBytes) continue;
    const SharedBytes payloads = Join(first, pack.bytes);
    if (!payloads.empty()) Replace(first, payloads);
  }
}

}  // namespace weir::stream

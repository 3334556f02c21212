#include <cstdint>
#include <cstdlib>

#include "protocols/relay/messages/events.h"

/// What is taken can be passed on to an edge further out, and stays the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = weir::relay::DecodeFrameEvents({data, size});
  if (!read) return 0;
  const auto again = weir::relay::DecodeFrameEvents(weir::relay::Encode(read->track, read->events));
  if (!again || again->track != read->track || again->events.size() != read->events.size())
    std::abort();
  for (size_t i = 0; i < read->events.size(); ++i) {
    const weir::media::Event& one = read->events[i];
    const weir::media::Event& other = again->events[i];
    const bool breaks =
        one.kind == weir::media::Event::Kind::kCue || one.kind == weir::media::Event::Kind::kScte35;
    if (one.kind != other.kind || one.payload.text() != other.payload.text()) std::abort();
    if (breaks && (one.out != other.out || one.duration != other.duration)) std::abort();
  }
  return 0;
}

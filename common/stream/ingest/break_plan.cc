#include "stream/ingest/break_plan.h"

#include <algorithm>
#include <utility>

namespace weir::stream {

std::string_view BreakPlan::Ask(const media::Event& event, MediaTime now, MediaTime gap) {
  return event.out ? AskOut(event, now, gap) : AskIn(now, gap);
}

std::string_view BreakPlan::AskOut(const media::Event& event, MediaTime now, MediaTime gap) {
  if (asked_ || open_) return "a break is under way";
  if (event.duration <= gap) return "it is shorter than one and a half target durations";
  if (last_in_ && now - *last_in_ < gap) return "the last break has only just ended";
  asked_ = event;
  return {};
}

std::string_view BreakPlan::AskIn(MediaTime now, MediaTime gap) {
  if (asked_) return "the break has only just begun";
  if (!open_) return "no break is under way";
  if (now - open_->since < gap) return "the break has only just begun";
  open_->end = std::min(open_->end, now);
  return {};
}

BreakPlan::Border BreakPlan::At(MediaTime time, bool key) const {
  if (asked_) return Border::kOut;
  return open_ && key && time >= open_->end ? Border::kIn : Border::kNone;
}

media::Event BreakPlan::Pass(Border border, MediaTime time, UtcTime utc) {
  if (border == Border::kOut) {
    media::Event out = *std::exchange(asked_, std::nullopt);
    out.start = utc;
    open_ = Open{.event = out, .since = time, .end = time + out.duration};
    return out;
  }
  media::Event in = std::exchange(open_, std::nullopt)->event;
  in.out = false;
  last_in_ = time;
  return in;
}

}  // namespace weir::stream

#pragma once

#include "edge/viewers/viewer_book.h"
#include "protocols/relay/viewer_desk.h"

namespace weir::edge {

/// Answers origins out of the book of viewers. Thread: any.
class BookedViewers final : public relay::ViewerDesk {
 public:
  /// `book` outlives it.
  explicit BookedViewers(ViewerBook& book) : book_(book) {}

  relay::ViewersPage Find(const Names& streams, const relay::FindViewers& question) override;
  relay::ViewersEnded End(const Names& streams, const relay::EndViewers& order) override;

 private:
  ViewerBook& book_;
};

}  // namespace weir::edge

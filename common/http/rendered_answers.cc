#include "http/rendered_answers.h"

#include <functional>
#include <utility>

#include "http/response_writer.h"

namespace weir::http {
namespace {

RenderedAnswers::Rendered Render(const Response& response, std::string_view date, bool keep_alive,
                                 bool join) {
  std::string text = RenderHead(response, date, keep_alive);
  if (join) text += response.body.text();
  return {.bytes = SharedBytes(std::move(text)), .whole = join};
}

}  // namespace

bool RenderedAnswers::Key::Matches(const Key& other) const {
  return status == other.status && keep_alive == other.keep_alive && shared == other.shared &&
         joined.data() == other.joined.data() && body_size == other.body_size;
}

size_t RenderedAnswers::Key::Slot() const {
  const std::hash<const void*> hash;
  return (hash(joined.data()) / 16 * 7 + hash(shared[0].get()) / 16 * 5 + body_size * 3 +
          static_cast<size_t>(status)) %
         kSlots;
}

const RenderedAnswers::Rendered& RenderedAnswers::Get(const Response& response,
                                                      std::string_view date, bool keep_alive,
                                                      bool with_body) {
  if (response.shared[0] == nullptr || !response.fields.empty()) {
    other_ = Render(response, date, keep_alive, /*join=*/false);
    return other_;
  }
  const bool join = with_body && response.body.size() <= kJoinedMax;
  if (date != date_) {
    entries_ = {};
    date_ = date;
  }
  Key key{.status = response.status,
          .keep_alive = keep_alive,
          .shared = response.shared,
          .joined = join ? response.body : SharedBytes(),
          .body_size = response.body.size()};
  Entry& entry = entries_.at(key.Slot());
  if (!entry.key.Matches(key)) {
    entry.rendered = Render(response, date, keep_alive, join);
    entry.key = std::move(key);
  }
  return entry.rendered;
}

}  // namespace weir::http

#include "edge/viewers/viewer_book.h"

#include <algorithm>
#include <utility>

#include "crypto/uuid.h"

namespace weir::edge {
namespace {

constexpr size_t kSample = 16;

/// Viewers looked at for one page: others may wait for the book meanwhile.
constexpr size_t kLookedAtMax = 4'096;

bool IsMeant(const ViewerChoice& choice, const Viewer& viewer) {
  return viewer.watching() && choice.paths.contains(viewer.path()) &&
         (choice.ids.empty() || choice.ids.contains(viewer.id()));
}

bool IsOver(const Viewer& viewer, Clock::time_point now) {
  return viewer.watching()
             ? now - viewer.last_seen() > viewer.audience().patience.load(std::memory_order_relaxed)
             : viewer.At(now, false) == Viewer::Standing::kOver;
}

}  // namespace

ViewerPtr ViewerBook::Find(const ViewerKey& key) {
  return books_.With([&](Books& books) {
    const auto found = books.by_key.find(key);
    return found == books.by_key.end() ? nullptr : found->second;
  });
}

ViewerPtr ViewerBook::Open(const ViewerKey& key, Clock::time_point now, UtcTime utc,
                           const std::string& id) {
  return books_.With([&](Books& books) {
    const auto found = books.by_key.find(key);
    if (found != books.by_key.end() && found->second->watching()) return found->second;
    ViewerPtr viewer = Make(books, key, now, utc, id.empty() ? crypto::RandomUuid() : id);
    const bool room = books.changes.came.size() < options_.viewers_max;
    if (options_.keeps_changes && room) books.changes.came.push_back(viewer);
    return viewer;
  });
}

void ViewerBook::Deny(const ViewerKey& key, Clock::time_point now, UtcTime utc) {
  books_.With([&](Books& books) {
    const auto found = books.by_key.find(key);
    if (found != books.by_key.end() && found->second->watching()) return;
    const ViewerPtr viewer = Make(books, key, now, utc, crypto::RandomUuid());
    Leave(books, *viewer);
    viewer->End(now);
  });
}

/// In the place of who had the key, if anybody had.
ViewerPtr ViewerBook::Make(Books& books, const ViewerKey& key, Clock::time_point now, UtcTime utc,
                           const std::string& id) {
  const auto found = books.by_key.find(key);
  if (found != books.by_key.end()) Remove(books, *found->second);
  if (books.by_key.size() >= options_.viewers_max) PushOneOut(books);
  stream::StreamPath path{.vhost = std::string(key.vhost),
                          .app = std::string(key.app),
                          .name = std::string(key.stream)};
  std::shared_ptr<Audience>& audience = books.audiences[path];
  if (audience == nullptr) audience = std::make_shared<Audience>(std::move(path));
  auto viewer = std::make_shared<Viewer>(key, id, audience, utc, now);
  ++audience->watching;
  watching_.fetch_add(1, std::memory_order_relaxed);
  books.by_key.emplace(viewer->key(), viewer);
  books.by_id.emplace(viewer->id(), viewer.get());
  return viewer;
}

void ViewerBook::SetPatience(const stream::StreamPath& path, Clock::duration patience) {
  books_.With([&](Books& books) {
    const auto found = books.audiences.find(path);
    if (found != books.audiences.end())
      found->second->patience.store(patience, std::memory_order_relaxed);
  });
}

size_t ViewerBook::Watching(const stream::StreamPath& path) {
  return books_.With([&](Books& books) {
    const auto found = books.audiences.find(path);
    return found == books.audiences.end() ? 0 : found->second->watching;
  });
}

ViewerBook::Page ViewerBook::List(const ViewerChoice& choice, const std::string& after,
                                  size_t limit) {
  return books_.With([&](Books& books) {
    Page page;
    size_t looked_at = 0;
    for (auto next = books.by_id.upper_bound(after); next != books.by_id.end(); ++next) {
      if (page.viewers.size() == limit || ++looked_at > kLookedAtMax) return page;
      page.last = next->first;
      if (IsMeant(choice, *next->second))
        page.viewers.push_back(books.by_key.find(next->second->key())->second);
    }
    page.last.clear();
    return page;
  });
}

size_t ViewerBook::End(const ViewerChoice& choice, const std::string& info, Clock::time_point now) {
  const size_t count = books_.With([&](Books& books) {
    size_t ended = 0;
    for (const auto& [id, viewer] : books.by_id) {
      if (!IsMeant(choice, *viewer)) continue;
      StopWatching(books, *viewer, info);
      viewer->End(now);
      ++ended;
    }
    return ended;
  });
  ended_.fetch_add(count, std::memory_order_relaxed);
  return count;
}

void ViewerBook::Sweep(Clock::time_point now, size_t count) {
  books_.With([&](Books& books) {
    auto next = books.by_id.upper_bound(books.swept_to);
    for (; count > 0 && next != books.by_id.end(); --count) {
      Viewer& viewer = *(next++)->second;
      if (count == 1) books.swept_to = viewer.id();
      if (IsOver(viewer, now)) Remove(books, viewer);
    }
    if (next == books.by_id.end()) books.swept_to.clear();
  });
}

ViewerBook::Changes ViewerBook::TakeChanges() {
  return books_.With([](Books& books) { return std::exchange(books.changes, {}); });
}

void ViewerBook::StopWatching(Books& books, Viewer& viewer, const std::string& info) {
  const bool room = books.changes.went.size() < options_.viewers_max;
  if (options_.keeps_changes && room) {
    books.changes.went.push_back({.viewer = books.by_key.find(viewer.key())->second, .info = info});
  }
  Leave(books, viewer);
}

void ViewerBook::Leave(Books& books, Viewer& viewer) {
  Audience& audience = viewer.audience();
  watching_.fetch_sub(1, std::memory_order_relaxed);
  if (--audience.watching == 0) books.audiences.erase(stream::StreamPath(audience.path));
}

/// Takes it out, and so perhaps destroys it.
void ViewerBook::Remove(Books& books, Viewer& viewer) {
  if (viewer.watching()) StopWatching(books, viewer, {});
  viewer.Leave();
  books.by_id.erase(viewer.id());
  const auto node = books.by_key.extract(viewer.key());
}

void ViewerBook::PushOneOut(Books& books) {
  auto next = books.by_id.lower_bound(crypto::RandomUuid());
  Viewer* idlest = nullptr;
  for (size_t i = 0; i < std::min(kSample, books.by_id.size()); ++i) {
    if (next == books.by_id.end()) next = books.by_id.begin();
    Viewer* const viewer = (next++)->second;
    if (idlest == nullptr || viewer->last_seen() < idlest->last_seen()) idlest = viewer;
  }
  if (idlest == nullptr) return;
  Remove(books, *idlest);
  pushed_out_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace weir::edge

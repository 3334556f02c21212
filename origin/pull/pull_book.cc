#include "origin/pull/pull_book.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "stream/registry.h"

namespace weir::pull {
namespace {

bool IsOf(const stream::StreamPath& path, const std::string& vhost, const std::string& app) {
  return path.vhost == vhost && path.app == app;
}

}  // namespace

std::string PullPrefix(std::string_view node) {
  return fmt::format("pulls/{}/", node);
}

void PullBook::Load(Done done) {
  in_.storage.Load([this, done = std::move(done)](
                       const Result<std::vector<origin::ApiStorage::Record>>& records) {
    if (!records) return done(tl::unexpected(records.error()));
    if (!std::exchange(loaded_, true)) {
      for (const origin::ApiStorage::Record& record : *records)
        TakeIn(record);
    }
    done({});
  });
}

void PullBook::TakeIn(const origin::ApiStorage::Record& record) {
  const Result<Spec> spec = ReadKept(record.value);
  if (!spec)
    return log::Err("pull", record.key, "what is stored makes no sense: {}", spec.error().detail);
  const auto [entry, is_new] = pulls_.try_emplace(spec->path, Entry{.spec = *spec, .kept = true});
  if (!is_new)
    return log::Warn("pull", record.key, "what is stored is left out: it is pulled already");
  const auto properties = in_.properties(spec->path.vhost, spec->path.app);
  if (properties) return Begin(entry->second, *properties, /*has_worked=*/true);
  log::Warn("pull", spec->path.text(), "waits for its application: {}", properties.error().detail);
}

void PullBook::Begin(Entry& entry, const service::OriginProperties& properties, bool has_worked) {
  entry.id = ++last_id_;
  running_.emplace(entry.id, entry.spec.path);
  Plan plan = PlanFor(entry.spec, properties);
  plan.has_worked = has_worked;
  in_.runner.Start(entry.id, entry.spec.path, plan);
}

void PullBook::Add(const Spec& spec, Done done) {
  const auto properties = in_.properties(spec.path.vhost, spec.path.app);
  if (!properties) return done(tl::unexpected(properties.error()));
  if (pulls_.contains(spec.path) || in_.taken(spec.path))
    return done(Fail(ErrorCode::kConflict, std::string(stream::kNameTaken)));
  if (pulls_.size() >= kPullsMax)
    return done(Fail(ErrorCode::kLimitExceeded, "too many streams are pulled"));
  if (closed_) return done(Fail(ErrorCode::kUnavailable, "the server is going down"));
  if (spec.persistent && !loaded_)
    return done(Fail(ErrorCode::kRefused, "the state store has not been read yet"));
  Entry& entry =
      pulls_.emplace(spec.path, Entry{.spec = spec, .done = std::move(done)}).first->second;
  Begin(entry, *properties, /*has_worked=*/false);
}

void PullBook::OnLive(uint64_t id) {
  const auto found = Find(id);
  if (found == pulls_.end()) return;
  Entry& entry = found->second;
  if (!entry.spec.persistent) {
    if (entry.done) std::exchange(entry.done, nullptr)({});
    return;
  }
  in_.storage.Put(KeyOf(found->first), Keep(entry.spec),
                  [this, id, path = found->first](const Status& kept) { OnKept(id, path, kept); });
}

void PullBook::OnKept(uint64_t id, const stream::StreamPath& path, const Status& kept) {
  const auto found = Find(id);
  if (found == pulls_.end()) {  // ended while it was written
    if (kept && !pulls_.contains(path)) Unkeep(path);
    return;
  }
  if (!kept) {
    log::Err("pull", path.text(), "could not be kept, so it ends: {}", kept.error().detail);
    Stop(found->second);
    return Erase(found, Fail(ErrorCode::kRefused, kept.error().detail));
  }
  found->second.kept = true;
  if (found->second.done) std::exchange(found->second.done, nullptr)({});
}

void PullBook::OnOver(uint64_t id, const Error& reason) {
  const auto found = Find(id);
  if (found == pulls_.end()) return;
  if (found->second.kept && !closed_) Unkeep(found->first);
  const bool taken = reason.code == ErrorCode::kRefused && reason.detail == stream::kNameTaken;
  Erase(found, Fail(taken ? ErrorCode::kConflict : ErrorCode::kUnavailable, reason.detail));
}

void PullBook::Remove(const stream::StreamPath& path, Done done) {
  const auto found = pulls_.find(path);
  if (found == pulls_.end()) return done(Fail(ErrorCode::kNotFound, "there is no such pull"));
  const auto end = [this, path] {
    const auto entry = pulls_.find(path);
    if (entry == pulls_.end()) return;
    Stop(entry->second);
    Erase(entry, Fail(ErrorCode::kEnded, "it was ended meanwhile"));
  };
  if (!found->second.kept) {
    end();
    return done({});
  }
  in_.storage.Remove(KeyOf(path), [end, done = std::move(done)](const Status& removed) {
    if (removed) end();
    done(removed);
  });
}

std::vector<Spec> PullBook::List() const {
  std::vector<Spec> list;
  for (const auto& [path, entry] : pulls_) {
    if (!entry.done) list.push_back(entry.spec);
  }
  return list;
}

void PullBook::OnAppEnding(const std::string& vhost, const std::string& app) {
  for (auto entry = pulls_.begin(); entry != pulls_.end();) {
    const auto one = entry++;
    if (!IsOf(one->first, vhost, app)) continue;
    Stop(one->second);
    if (!one->second.kept) Erase(one, Fail(ErrorCode::kEnded, "its application has been stopped"));
  }
}

void PullBook::OnAppDeleted(const std::string& vhost, const std::string& app) {
  for (auto entry = pulls_.begin(); entry != pulls_.end();) {
    const auto one = entry++;
    if (!IsOf(one->first, vhost, app)) continue;
    Unkeep(one->first);
    Erase(one, Fail(ErrorCode::kEnded, "its application is gone"));
  }
}

void PullBook::OnAppStarted(const std::string& vhost, const std::string& app) {
  const auto properties = in_.properties(vhost, app);
  for (auto& [path, entry] : pulls_) {
    if (!IsOf(path, vhost, app) || entry.id != 0) continue;
    if (properties) {
      Begin(entry, *properties, /*has_worked=*/true);
    } else {
      log::Warn("pull", path.text(), "cannot go on: {}", properties.error().detail);
    }
  }
}

void PullBook::Close() {
  closed_ = true;
}

void PullBook::Stop(Entry& entry) {
  if (entry.id == 0) return;
  in_.runner.End(entry.id, entry.spec.path);
  running_.erase(std::exchange(entry.id, 0));
}

void PullBook::Erase(Entries::iterator entry, const Status& answer) {
  running_.erase(entry->second.id);
  const Done done = std::move(entry->second.done);
  pulls_.erase(entry);
  if (done) done(answer);
}

void PullBook::Unkeep(const stream::StreamPath& path) {
  in_.storage.Remove(KeyOf(path), [path](const Status& removed) {
    if (removed) return;
    log::Err("pull", path.text(), "is over, but stays in the state store: {}",
             removed.error().detail);
  });
}

PullBook::Entries::iterator PullBook::Find(uint64_t id) {
  const auto running = running_.find(id);
  return running == running_.end() ? pulls_.end() : pulls_.find(running->second);
}

}  // namespace weir::pull

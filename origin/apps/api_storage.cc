#include "origin/apps/api_storage.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace weir::origin {
namespace {

constexpr auto kPatience = std::chrono::seconds(3);

}  // namespace

std::string ApiStorage::HostKey(std::string_view vhost) {
  return fmt::format("{}vhost/{}", kConfig, vhost);
}

std::string ApiStorage::AppKey(std::string_view vhost, std::string_view id, std::string_view app) {
  return fmt::format("{}app/{}/{}/{}", kConfig, vhost, id, app);
}

std::string ApiStorage::EventsKey(std::string_view vhost, std::string_view id,
                                  std::string_view app) {
  return fmt::format("{}events/{}/{}/{}", kConfig, vhost, id, app);
}

void ApiStorage::Load(Loaded loaded) {
  if (store_ == nullptr) return loaded(std::vector<Record>());
  LoadFrom({}, {}, std::move(loaded));
}

void ApiStorage::LoadFrom(std::string after, std::vector<Record> records, Loaded loaded) {
  store_->Scan({.prefix = prefix_, .after = std::move(after)}, kPatience,
               [this, records = std::move(records),
                loaded = std::move(loaded)](Result<state::Page> page) mutable {
                 if (!page) return loaded(tl::unexpected(page.error()));
                 for (const state::Entry& entry : page->entries)
                   Keep(entry, records);
                 if (!page->more || page->entries.empty()) return loaded(std::move(records));
                 LoadFrom(page->entries.back().key, std::move(records), std::move(loaded));
               });
}

void ApiStorage::Keep(const state::Entry& entry, std::vector<Record>& records) {
  versions_[entry.key] = entry.version;
  nlohmann::json value = nlohmann::json::parse(entry.value, nullptr, /*allow_exceptions=*/false);
  if (!value.is_object())
    return log::Err("api", entry.key, "what the state store has of it makes no sense");
  records.push_back({.key = entry.key, .value = std::move(value)});
}

void ApiStorage::Put(const std::string& key, const nlohmann::json& value, Done done) {
  if (store_ == nullptr) return done({});
  if (unsure_.contains(key)) {
    return LearnVersion(key, [this, key, value, done = std::move(done)](Status learnt) mutable {
      if (!learnt) return done(std::move(learnt));
      Put(key, value, std::move(done));
    });
  }
  const auto known = versions_.find(key);
  store_->Put({.key = key,
               .value = value.dump(),
               .expected = known == versions_.end() ? state::kAbsent : known->second},
              kPatience, [this, key, done = std::move(done)](const Result<uint64_t>& version) {
                if (version) {
                  versions_[key] = *version;
                  return done({});
                }
                if (version.error().code == ErrorCode::kUnavailable) unsure_.insert(key);
                done(tl::unexpected(version.error()));
              });
}

void ApiStorage::Remove(const std::string& key, Done done) {
  if (store_ == nullptr) return done({});
  if (unsure_.contains(key)) {
    return LearnVersion(key, [this, key, done = std::move(done)](Status learnt) mutable {
      if (!learnt) return done(std::move(learnt));
      Remove(key, std::move(done));
    });
  }
  const auto known = versions_.find(key);
  if (known == versions_.end()) return done({});
  store_->Remove({.key = key, .expected = known->second}, kPatience,
                 [this, key, done = std::move(done)](const Result<void>& removed) {
                   if (removed || removed.error().code == ErrorCode::kNotFound) {
                     versions_.erase(key);
                     return done({});
                   }
                   if (removed.error().code == ErrorCode::kUnavailable) unsure_.insert(key);
                   done(tl::unexpected(removed.error()));
                 });
}

/// After a write of which nobody knows whether it happened.
void ApiStorage::LearnVersion(const std::string& key, Done done) {
  store_->Get(key, kPatience, [this, key, done = std::move(done)](const Result<state::Entry>& got) {
    if (!got && got.error().code != ErrorCode::kNotFound) return done(tl::unexpected(got.error()));
    unsure_.erase(key);
    if (got) {
      versions_[key] = got->version;
    } else {
      versions_.erase(key);
    }
    done({});
  });
}

}  // namespace weir::origin

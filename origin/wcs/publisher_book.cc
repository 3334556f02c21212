#include "origin/wcs/publisher_book.h"

#include <utility>

namespace weir::wcs {

void PublisherBook::Tell(hooks::StreamHooks& hooks, StreamDesk& desk) {
  hooks_ = &hooks;
  desk_ = &desk;
}

void PublisherBook::Came(const hooks::StreamObject& stream, Stop stop) {
  entries_[stream.media_session_id] = {.stream = stream, .stop = std::move(stop)};
  hooks_->OnCame(stream);
}

void PublisherBook::Changed(const hooks::StreamObject& stream) {
  const auto entry = entries_.find(stream.media_session_id);
  if (entry != entries_.end()) entry->second.stream = stream;
}

void PublisherBook::Went(const std::string& media_session_id, const std::string& info) {
  auto node = entries_.extract(media_session_id);
  if (node.empty()) return;
  hooks::StreamObject& stream = node.mapped().stream;
  stream.status = info.empty() ? hooks::kUnpublished : hooks::kFailed;
  stream.info = info;
  hooks_->OnWent(stream);
}

std::vector<hooks::StreamObject> PublisherBook::List() {
  std::vector<hooks::StreamObject> streams;
  for (const auto& [id, entry] : entries_)
    streams.push_back(entry.stream);
  return streams;
}

void PublisherBook::End(const std::string& media_session_id, const std::string& info) {
  const auto entry = entries_.find(media_session_id);
  if (entry != entries_.end()) entry->second.stop(info);
}

std::optional<hooks::StreamObject> PublisherBook::Describe(const std::string& media_session_id) {
  const auto entry = entries_.find(media_session_id);
  return entry == entries_.end() ? std::nullopt : std::optional(entry->second.stream);
}

void PublisherBook::Terminate(const std::string& media_session_id, const std::string& info) {
  const auto entry = entries_.find(media_session_id);
  if (entry != entries_.end()) desk_->EndPublisher(entry->second.stream, info);
}

}  // namespace weir::wcs

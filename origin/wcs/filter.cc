#include "origin/wcs/filter.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::wcs {
namespace {

using nlohmann::json;

constexpr std::array kStatuses{"NEW",         "PENDING", "PUBLISHING", "PLAYING",         "PAUSED",
                               "UNPUBLISHED", "STOPPED", "FAILED",     "PLAYBACK_PROBLEM"};

Error Wrong(std::string text) {
  return {.code = ErrorCode::kMalformed, .detail = std::move(text)};
}

/// The members of a body, each taken once, and the first thing that is wrong with them.
class Members {
 public:
  explicit Members(const json& body) : body_(body) {}

  std::optional<std::string> Text(const char* key) {
    const json* value = Find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_string() && !value->get_ref<const std::string&>().empty())
      return value->get<std::string>();
    Reject(fmt::format("{} must be a string", key));
    return std::nullopt;
  }

  std::optional<bool> Flag(const char* key) {
    const json* value = Find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    Reject(fmt::format("{} must be true or false", key));
    return std::nullopt;
  }

  std::optional<std::set<std::string>> Texts(const char* key) {
    const json* value = Find(key);
    if (value == nullptr) return std::nullopt;
    const bool strings =
        value->is_array() && !value->empty() &&
        std::all_of(value->begin(), value->end(), [](const json& one) { return one.is_string(); });
    if (!strings) {
      Reject(fmt::format("{} must be a list of strings", key));
    } else if (value->size() > Filter::kIdsMax) {
      Reject(fmt::format("{} must have {} entries at most", key, Filter::kIdsMax));
    } else {
      return value->get<std::set<std::string>>();
    }
    return std::nullopt;
  }

  void Reject(std::string text) {
    if (!error_) error_ = Wrong(std::move(text));
  }

  /// Whether nobody asked for one of them.
  const std::optional<Error>& Finish() {
    for (const auto& [key, value] : body_.items()) {
      if (!known_.contains(key)) Reject(fmt::format("'{}' is not known", key.substr(0, 64)));
    }
    return error_;
  }

 private:
  const json* Find(const char* key) {
    known_.insert(key);
    const auto found = body_.find(key);
    return found == body_.end() ? nullptr : &*found;
  }

  const json& body_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

std::set<std::string> Both(const std::set<std::string>& one, const std::set<std::string>& other) {
  std::set<std::string> both;
  std::set_intersection(one.begin(), one.end(), other.begin(), other.end(),
                        std::inserter(both, both.end()));
  return both;
}

/// Whether `name` is "name", "app/name" or "vhost/app/name" of `path`.
bool IsName(std::string_view name, const stream::StreamPath& path) {
  return name == path.name || name == path.app + "/" + path.name || name == path.text();
}

/// The id of the viewer whose session that is; empty: it is no viewer's.
std::string_view ViewerOf(std::string_view session_id) {
  const size_t slash = session_id.rfind('/');
  const bool has_two = slash != std::string_view::npos && slash > 0;
  return has_two ? session_id.substr(slash + 1) : std::string_view();
}

void SplitName(std::string_view name, relay::ViewerChoice& choice) {
  std::string* const parts[]{&choice.name, &choice.app, &choice.vhost};
  for (std::string* part : parts) {
    const size_t slash = part == &choice.vhost ? std::string_view::npos : name.rfind('/');
    *part = name.substr(slash == std::string_view::npos ? 0 : slash + 1);
    if (slash == std::string_view::npos) return;
    name = name.substr(0, slash);
  }
}

}  // namespace

bool Filter::Has(const hooks::StreamObject& stream) const {
  return (!ids || ids->contains(stream.media_session_id)) &&
         (!name || IsName(*name, stream.path)) && (!published || *published == stream.published) &&
         (!status || *status == stream.status) && (!session_id || *session_id == stream.session_id);
}

std::optional<relay::ViewerChoice> Filter::Viewers() const {
  if (published.value_or(false) || status.value_or(hooks::kPlaying) != hooks::kPlaying)
    return std::nullopt;
  std::optional<std::set<std::string>> wanted = ids;
  if (session_id) {
    const std::set<std::string> session{std::string(ViewerOf(*session_id))};
    wanted = wanted ? Both(*wanted, session) : session;
    wanted->erase("");
  }
  relay::ViewerChoice choice;
  if (name) SplitName(*name, choice);
  if (!wanted) return choice;
  if (wanted->empty()) return std::nullopt;
  choice.ids.assign(wanted->begin(), wanted->end());
  return choice;
}

Result<Filter> ReadFilter(const json& body, bool may_display) {
  if (!body.is_object()) return tl::unexpected(Wrong("the body must be a JSON object"));
  if (body.empty()) return tl::unexpected(Wrong("there is nothing to filter by"));
  Members members(body);
  Filter filter;
  filter.ids = members.Texts("mediaSessionIds");
  if (const auto id = members.Text("mediaSessionId"))
    filter.ids = filter.ids ? Both(*filter.ids, {*id}) : std::set<std::string>{*id};
  filter.name = members.Text("name");
  filter.published = members.Flag("published");
  filter.status = members.Text("status");
  filter.session_id = members.Text("sessionId");
  if (filter.status && std::ranges::find(kStatuses, *filter.status) == kStatuses.end())
    members.Reject("status is none that streams have");
  if (may_display) (void)members.Texts("display");
  if (const auto& error = members.Finish()) return tl::unexpected(*error);
  if (!filter.ids && !filter.name && !filter.published && !filter.status && !filter.session_id)
    return tl::unexpected(Wrong("there is nothing to filter by"));
  return filter;
}

hooks::StreamObject ToStream(const relay::ViewerRecord& viewer) {
  std::string provider = viewer.protocol;
  for (char& c : provider)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return {.path = viewer.path,
          .media_session_id = viewer.id,
          .session_id = hooks::ViewerSessionId(viewer.address, viewer.id),
          .published = false,
          .provider = std::move(provider),
          .status = hooks::kPlaying,
          .created_ms = viewer.created_ms,
          .user_agent = viewer.user_agent};
}

}  // namespace weir::wcs

#include "service/origins.h"

#include <algorithm>
#include <utility>

#include "service/letters.h"

namespace weir::service {
namespace {

constexpr int kRetryCountMax = 1'000;

/// Puts a flag's value into `into`; an Error where it is no flag.
Status ReadFlag(const config::Node& node, std::string_view child, bool& into) {
  const Result<bool> value = node.Flag(child, into);
  if (!value) return tl::unexpected(value.error());
  into = *value;
  return {};
}

Status ReadMillis(const config::Node& node, std::string_view child,
                  std::chrono::milliseconds& into) {
  const Result<std::chrono::milliseconds> value = node.Millis(child, into);
  if (!value) return tl::unexpected(value.error());
  into = *value;
  return {};
}

Status ReadPass(const config::Node& node, Origin& origin) {
  const config::Node* pass = node.Child("Pass");
  if (pass == nullptr) return node.Wrong("has no <Pass>");
  const config::Node* scheme = pass->Child("Scheme");
  if (scheme == nullptr || scheme->text().empty()) return pass->Wrong("has no <Scheme>");
  origin.scheme = LowerCase(scheme->text());
  const config::Node* urls = pass->Child("Urls");
  if (urls == nullptr) return pass->Wrong("has no <Urls>");
  for (const config::Node* url : urls->Children("Url")) {
    if (url->text().empty()) return url->Wrong("is empty");
    if (url->text().find("://") != std::string::npos)
      return url->Wrong("has a scheme: that stands in <Scheme>");
    origin.urls.push_back(url->text());
  }
  if (origin.urls.empty()) return urls->Wrong("has no <Url>");
  return ReadFlag(*pass, "ForwardQueryParams", origin.forward_query);
}

Result<Origin> ReadOrigin(const config::Node& node) {
  Origin origin;
  const config::Node* location = node.Child("Location");
  if (location == nullptr) return node.Wrong("has no <Location>");
  origin.location = location->text();
  if (!origin.location.starts_with('/')) return location->Wrong("does not begin with '/'");
  if (const Status read = ReadPass(node, origin); !read) return tl::unexpected(read.error());
  for (const auto& [child, flag] :
       {std::pair("Persistent", &origin.persistent), std::pair("Failback", &origin.failback),
        std::pair("StrictLocation", &origin.strict_location)}) {
    const Status read = ReadFlag(node, child, *flag);
    if (!read) return tl::unexpected(read.error());
  }
  return origin;
}

Result<OriginProperties> ReadProperties(const config::Node& node) {
  OriginProperties properties;
  for (const auto& [child, time] :
       {std::pair("NoInputFailoverTimeout", &properties.no_input_failover_timeout),
        std::pair("UnusedStreamDeletionTimeout", &properties.unused_stream_deletion_timeout),
        std::pair("StreamFailbackTimeout", &properties.stream_failback_timeout)}) {
    const Status read = ReadMillis(node, child, *time);
    if (!read) return tl::unexpected(read.error());
  }
  const Result<int64_t> retries =
      node.Integer("RetryCount", properties.retry_count, 0, kRetryCountMax);
  if (!retries) return tl::unexpected(retries.error());
  properties.retry_count = static_cast<int>(*retries);
  return properties;
}

/// The location's rest behind a url, with exactly one '/' where they meet in one or none.
std::string Joined(std::string_view url, std::string_view rest) {
  const bool bare = url.find('/') == std::string_view::npos;  // host and port alone
  if (bare && !rest.empty() && !rest.starts_with('/'))
    return std::string(url) + "/" + std::string(rest);
  if (url.ends_with('/') && rest.starts_with('/')) rest.remove_prefix(1);
  return std::string(url) + std::string(rest);
}

}  // namespace

Result<Origins> Origins::Read(const config::Node& virtual_host) {
  Origins origins;
  const config::Node* node = virtual_host.Child("Origins");
  if (node == nullptr) return origins;
  if (const config::Node* child = node->Child("Properties"); child != nullptr) {
    const Result<OriginProperties> properties = ReadProperties(*child);
    if (!properties) return tl::unexpected(properties.error());
    origins.properties_ = *properties;
  }
  for (const config::Node* child : node->Children("Origin")) {
    Result<Origin> origin = ReadOrigin(*child);
    if (!origin) return tl::unexpected(origin.error());
    origins.list_.push_back(*std::move(origin));
  }
  return origins;
}

const Origin* Origins::Match(std::string_view path) const {
  const auto found = std::find_if(list_.begin(), list_.end(), [path](const Origin& origin) {
    return origin.strict_location ? path == origin.location : path.starts_with(origin.location);
  });
  return found == list_.end() ? nullptr : &*found;
}

std::vector<std::string> UrlsFor(const Origin& origin, std::string_view path,
                                 std::string_view query) {
  const std::string_view rest = path.substr(std::min(origin.location.size(), path.size()));
  std::vector<std::string> urls;
  for (const std::string_view url : origin.urls) {
    const size_t mark = std::min(url.find('?'), url.size());
    std::string whole = origin.scheme + "://" + Joined(url.substr(0, mark), rest);
    whole += url.substr(mark);
    if (origin.forward_query && !query.empty()) {
      whole += mark == url.size() ? '?' : '&';
      whole += query;
    }
    urls.push_back(std::move(whole));
  }
  return urls;
}

}  // namespace weir::service

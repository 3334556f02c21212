#include "http/forwarded.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "http/fields.h"

namespace weir::http {
namespace {

/// One proxy's word on who connected to it.
using Hop = ForwardedClient;

/// Takes the last element off a comma-separated list, trimmed. From the right, since what stands on
/// the left may be a client's attempt to have the rest misread.
std::string_view TakeLast(std::string_view& list, bool quotes) {
  size_t start = list.size();
  for (bool quoted = false; start > 0 && (quoted || list[start - 1] != ','); --start) {
    if (!quotes || list[start - 1] != '"') continue;
    size_t escapes = 0;
    while (escapes < start - 1 && list[start - 2 - escapes] == '\\')
      ++escapes;
    if (escapes % 2 == 0) quoted = !quoted;
  }
  const std::string_view element = list.substr(start);
  list = list.substr(0, start == 0 ? 0 : start - 1);
  return Trimmed(element);
}

/// The elements of all fields of that name, the last one first.
std::vector<std::string_view> FromTheRight(const Fields& fields, std::string_view name,
                                           bool quotes) {
  std::vector<std::string_view> elements;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (!SameWord(field->first, name)) continue;
    std::string_view list = field->second;
    while (!list.empty()) {
      const std::string_view element = TakeLast(list, quotes);
      if (!element.empty()) elements.push_back(element);
    }
  }
  return elements;
}

std::optional<bool> IsHttps(std::string_view scheme) {
  if (SameWord(scheme, "https")) return true;
  if (SameWord(scheme, "http")) return false;
  return std::nullopt;
}

/// Without the quotes and what escapes in them.
std::string Unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

/// Up to the next ';' outside of quotes, which goes too.
std::string_view TakePair(std::string_view& element) {
  size_t end = 0;
  for (bool quoted = false; end < element.size() && (quoted || element[end] != ';'); ++end) {
    if (quoted && element[end] == '\\' && end + 1 < element.size())
      ++end;
    else if (element[end] == '"')
      quoted = !quoted;
  }
  const std::string_view pair = element.substr(0, end);
  element.remove_prefix(std::min(end + 1, element.size()));
  return Trimmed(pair);
}

/// "for=192.0.2.43;proto=https;by=..." (RFC 7239, 4)
Hop ReadForwarded(std::string_view element) {
  Hop hop;
  while (!element.empty()) {
    std::string_view value = TakePair(element);
    const std::string_view name = TakeUntil(value, '=');
    if (SameWord(name, "for")) hop.address = net::IpAddress::Parse(net::HostOf(Unquoted(value)));
    if (SameWord(name, "proto")) hop.secure = IsHttps(Unquoted(value));
  }
  return hop;
}

/// The hops, the last proxy's word first.
std::vector<Hop> ReadHops(const Fields& fields, ForwardedBy by) {
  std::vector<Hop> hops;
  if (by == ForwardedBy::kForwarded) {
    for (const std::string_view element : FromTheRight(fields, "Forwarded", true))
      hops.push_back(ReadForwarded(element));
    return hops;
  }
  for (const std::string_view element : FromTheRight(fields, "X-Forwarded-For", false))
    hops.push_back({.address = net::IpAddress::Parse(net::HostOf(element)), .secure = {}});
  // Proxies add to this field, or write it anew: then it is the last one's word for all.
  const auto schemes = FromTheRight(fields, "X-Forwarded-Proto", false);
  if (hops.empty()) hops.emplace_back();
  for (size_t i = 0; i < hops.size() && !schemes.empty(); ++i)
    hops[i].secure = IsHttps(schemes[std::min(i, schemes.size() - 1)]);
  return hops;
}

}  // namespace

ForwardedClient ClientBehind(const Fields& fields, const net::IpAddress& peer,
                             const ForwardingRules& rules) {
  ForwardedClient client;
  if (!rules.proxies.Contain(peer)) return client;
  for (const Hop& hop : ReadHops(fields, rules.by)) {
    client.secure = hop.secure;
    if (!hop.address) break;
    client.address = hop.address;
    if (!rules.proxies.Contain(*hop.address)) break;
  }
  return client;
}

void ApplyForwarding(const ForwardingRules& rules, Request& request) {
  if (rules.proxies.empty()) return;
  const auto peer = net::IpAddress::Parse(net::HostOf(request.peer));
  if (!peer) return;
  const ForwardedClient client = ClientBehind(request.fields, *peer, rules);
  if (client.address) request.forwarded_for = client.address->Text();
  if (client.secure) request.secure = *client.secure;
}

}  // namespace weir::http

#include "service/access/signed_policy.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.h"
#include "crypto/constant_time.h"
#include "crypto/hmac.h"
#include "http/query.h"
#include "net/ip_address.h"
#include "net/network.h"

namespace weir::service {
namespace {

using nlohmann::json;

constexpr size_t kQueryMax = size_t{8} * 1024;
constexpr size_t kUrlsMax = 4;

tl::unexpected<Error> Refuse(std::string reason) {
  return Fail(ErrorCode::kRefused, std::move(reason));
}

/// A base64url value as sent: escapes undone, padding dropped.
std::optional<std::string> ReadValue(std::string_view raw) {
  std::optional<std::string> value = http::PercentDecode(raw);
  while (value && value->ends_with('='))
    value->pop_back();
  return value;
}

bool IsSigned(const SignedPolicyOptions& options, const AccessRequest& request,
              std::string_view signature) {
  const std::string query = WithoutParameter(request.query, options.signature_key);
  bool is_signed = false;
  for (size_t i = 0; i < std::min(request.urls.size(), kUrlsMax); ++i) {
    const std::string expected = crypto::Base64UrlEncode(
        crypto::Hmac(options.algorithm, options.secret, request.urls[i] + "?" + query));
    is_signed = crypto::EqualInConstantTime(expected, signature) || is_signed;
  }
  return is_signed;
}

/// Milliseconds since 1970, of any number; nothing where it is none.
std::optional<UtcTime> ReadTime(const json& policy, const char* name) {
  const auto found = policy.find(name);
  if (found == policy.end() || !found->is_number()) return std::nullopt;
  // Later than anything the clock can say, and still far from its end.
  constexpr int64_t kLatest = std::numeric_limits<int64_t>::max() / 1'000'000;
  int64_t millis = 0;
  if (found->is_number_unsigned()) {
    const auto number = found->get<uint64_t>();
    millis = static_cast<int64_t>(std::min<uint64_t>(number, kLatest));
  } else if (found->is_number_float()) {
    const auto number = found->get<double>();
    millis = number > 0 ? static_cast<int64_t>(std::min(number, 9e12)) : 0;
  }
  return UtcTime(std::chrono::milliseconds(millis));
}

Status CheckAddress(const json& policy, const char* name, std::string_view address) {
  const auto found = policy.find(name);
  if (found == policy.end()) return {};
  if (!found->is_string()) return Refuse(fmt::format("{} in the policy is no text", name));
  const Result<net::Network> block = net::Network::Around(found->get_ref<const std::string&>());
  if (!block) return Refuse(fmt::format("{} in the policy is no network", name));
  const auto client = net::IpAddress::Parse(address);
  if (client && block->Contains(*client)) return {};
  return Refuse(fmt::format("the client is not within the policy's {}", name));
}

Result<PolicyGrant> CheckPolicy(const json& policy, const AccessRequest& request, UtcTime now) {
  const auto url_expire = ReadTime(policy, "url_expire");
  if (!url_expire) return Refuse("the policy has no url_expire");
  if (now > *url_expire) return Refuse("the signed URL has expired");
  const auto url_activate = ReadTime(policy, "url_activate");
  if (url_activate && now < *url_activate) return Refuse("the signed URL is not active yet");
  const PolicyGrant grant{
      .stream_expire = ReadTime(policy, "stream_expire"),
      .address_matters = policy.contains("allow_ip") || policy.contains("real_ip")};
  if (grant.stream_expire && now > *grant.stream_expire)
    return Refuse("the policy's stream_expire has passed");
  const Status allowed = CheckAddress(policy, "allow_ip", net::HostOf(request.peer));
  if (!allowed) return tl::unexpected(allowed.error());
  const Status real = CheckAddress(policy, "real_ip", request.real_address);
  if (!real) return tl::unexpected(real.error());
  return grant;
}

}  // namespace

Result<PolicyGrant> CheckSignedPolicy(const SignedPolicyOptions& options,
                                      const AccessRequest& request, UtcTime now) {
  if (request.query.size() > kQueryMax) return Refuse("the query is too long");
  const RawParameter raw_signature = FindParameter(request.query, options.signature_key);
  if (!raw_signature.found) return Refuse("the URL has no signature");
  const RawParameter raw_policy = FindParameter(request.query, options.policy_key);
  if (!raw_policy.found) return Refuse("the URL has no policy");
  const auto signature = ReadValue(raw_signature.value);
  if (!signature || signature->empty()) return Refuse("the signature is empty");
  if (!IsSigned(options, request, *signature)) return Refuse("the signature is wrong");
  const auto encoded = ReadValue(raw_policy.value);
  const auto text = encoded ? crypto::Base64Decode(*encoded)
                            : Result<std::vector<uint8_t>>(Refuse("the policy is no base64"));
  if (!text) return Refuse("the policy is no base64");
  const json policy = json::parse(text->begin(), text->end(), nullptr, false);
  if (!policy.is_object()) return Refuse("the policy is no JSON object");
  return CheckPolicy(policy, request, now);
}

}  // namespace weir::service

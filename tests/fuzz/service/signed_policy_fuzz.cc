// Any query as a signed URL's, and any text as a policy that is well signed: no crash, and nothing
// unsigned is let in.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/base64.h"
#include "service/access/signed_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir;           // NOLINT(google-build-using-namespace)
  using namespace weir::service;  // NOLINT(google-build-using-namespace)
  if (size > 8'192) return 0;
  static const SignedPolicyOptions options{
      .policy_key = "policy", .signature_key = "signature", .secret = "secret", .enables = {}};
  const UtcTime now{std::chrono::seconds(1'600'000'000)};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  AccessRequest request{.protocol = "rtmp",
                        .urls = {"rtmp://example.com:1935/app/stream"},
                        .query = std::string(text),
                        .peer = "192.0.2.1:4711",
                        .real_address = "192.0.2.1",
                        .user_agent = {}};
  // The seeds are not signed with this secret.
  if (CheckSignedPolicy(options, request, now)) std::abort();
  request.query = "policy=" + crypto::Base64UrlEncode({data, size});
  const auto mac =
      crypto::Hmac(options.algorithm, options.secret, request.urls.front() + "?" + request.query);
  request.query += "&signature=" + crypto::Base64UrlEncode(mac);
  const auto grant = CheckSignedPolicy(options, request, now);
  if (grant && text.find("url_expire") == std::string_view::npos &&
      text.find('\\') == std::string_view::npos)
    std::abort();
  if (grant && grant->stream_expire && *grant->stream_expire < now) std::abort();
  return 0;
}

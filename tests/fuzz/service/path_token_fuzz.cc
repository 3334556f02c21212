// Any text as a path token: what is taken for one is well formed, and none is good that was not
// made with the key.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "service/access/checked_tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::service;  // NOLINT(google-build-using-namespace)
  static const PathTokenOptions options{.keys = {{.id = "k1", .secret = "a secret"}}};
  static CheckedTokens tokens(options, 16);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token = PathToken::Parse(text);
  if (token && (token->mac.size() != 43 || !PathToken::IsMeant(text))) std::abort();
  const TokenScope scope{.vhost = "default", .app = "app", .stream = text};
  const std::chrono::sys_seconds expiry{std::chrono::seconds(1'700'000'000)};
  if (tokens.Check(text, scope, "192.0.2.1", expiry)) std::abort();
  const std::string made = tokens.tokens().Make(scope, expiry, size % 2 == 0 ? "192.0.2.1" : "");
  if (!tokens.Check(made, scope, "192.0.2.1", expiry - std::chrono::seconds(1))) std::abort();
  return 0;
}

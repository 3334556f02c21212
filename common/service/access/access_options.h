#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "crypto/hmac.h"
#include "service/virtual_hosts.h"

namespace weir::service {

/// Which way media goes, seen from the server.
enum class Direction { kIncoming, kOutgoing };

/// An <Enables>: where a rule applies.
struct Enables {
  std::vector<std::string> providers;   ///< In lower case: "rtmp".
  std::vector<std::string> publishers;  ///< "llhls".

  bool Has(Direction direction, std::string_view protocol) const;
};

/// A <SignedPolicy>.
struct SignedPolicyOptions {
  std::string policy_key;     ///< PolicyQueryKeyName
  std::string signature_key;  ///< SignatureQueryKeyName
  std::string secret;
  crypto::HashAlgorithm algorithm = crypto::HashAlgorithm::kSha1;
  Enables enables;
};

/// An <AdmissionWebhooks>.
struct AdmissionOptions {
  std::string url;  ///< ControlServerUrl
  std::string secret;
  std::chrono::milliseconds timeout{3'000};  ///< For the whole question and answer.
  crypto::HashAlgorithm algorithm = crypto::HashAlgorithm::kSha1;
  Enables enables;
};

/// A <Weir><PathToken>, of a virtual host or of the server.
struct PathTokenOptions {
  struct Key {
    std::string id;  ///< Letters, digits, '_' and '-'; stands in the token.
    std::string secret;
  };

  std::vector<Key> keys;  ///< The first one makes tokens, all of them check; never empty.
  std::chrono::seconds lifetime{86'400};
  bool bind_address = false;   ///< Tokens are good for the address they were made for alone.
  bool keys_are_ours = false;  ///< No key was configured: this one no other edge knows.
};

/// What one virtual host asks for.
struct AccessOptions {
  std::optional<SignedPolicyOptions> policy;
  std::optional<AdmissionOptions> admission;
  PathTokenOptions tokens;

  const SignedPolicyOptions* PolicyFor(Direction direction, std::string_view protocol) const;
  const AdmissionOptions* AdmissionFor(Direction direction, std::string_view protocol) const;
};

/// By the name of the virtual host; those that let everybody in are left out.
using AccessByHost = std::map<std::string, AccessOptions, std::less<>>;

/// `server` is the <Server>. Refuses rules without a secret, and webhooks whose URL is none.
Result<AccessByHost> ReadAccess(const config::Node& server, const VirtualHosts& hosts);

}  // namespace weir::service

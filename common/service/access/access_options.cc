#include "service/access/access_options.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "crypto/random.h"
#include "http/fields.h"
#include "http/url.h"
#include "service/letters.h"

namespace weir::service {
namespace {

constexpr size_t kKeyIdMax = 16;
constexpr size_t kRandomKeyDigits = 64;

std::vector<std::string> ReadList(const config::Node& node, std::string_view child) {
  std::vector<std::string> names;
  const config::Node* list = node.Child(child);
  if (list == nullptr) return names;
  const std::string text = LowerCase(list->text());
  std::string_view rest = text;
  while (const auto name = http::NextElement(rest))
    names.emplace_back(*name);
  return names;
}

Enables ReadEnables(const config::Node& node) {
  const config::Node* enables = node.Child("Enables");
  if (enables == nullptr) return {};
  return {.providers = ReadList(*enables, "Providers"),
          .publishers = ReadList(*enables, "Publishers")};
}

Result<crypto::HashAlgorithm> ReadAlgorithm(const config::Node& node) {
  const Result<std::string> name = node.Text("HashAlgorithm", "SHA-1");
  if (!name) return tl::unexpected(name.error());
  const auto algorithm = crypto::ParseHashAlgorithm(*name);
  if (!algorithm) return node.Child("HashAlgorithm")->Wrong("is none of SHA-1, SHA-224 to SHA-512");
  return *algorithm;
}

/// A child's text, which must not be empty.
Result<std::string> ReadSome(const config::Node& node, std::string_view child) {
  Result<std::string> text = node.Text(child, "");
  if (text && text->empty()) return node.Wrong(fmt::format("has no <{}>", child));
  return text;
}

Result<SignedPolicyOptions> ReadPolicy(const config::Node& node) {
  SignedPolicyOptions options;
  Result<std::string> policy = ReadSome(node, "PolicyQueryKeyName");
  if (!policy) return tl::unexpected(policy.error());
  Result<std::string> signature = ReadSome(node, "SignatureQueryKeyName");
  if (!signature) return tl::unexpected(signature.error());
  if (*policy == *signature) return node.Wrong("has one name for two parameters");
  Result<std::string> secret = ReadSome(node, "SecretKey");
  if (!secret) return tl::unexpected(secret.error());
  const Result<crypto::HashAlgorithm> algorithm = ReadAlgorithm(node);
  if (!algorithm) return tl::unexpected(algorithm.error());
  options.policy_key = *std::move(policy);
  options.signature_key = *std::move(signature);
  options.secret = *std::move(secret);
  options.algorithm = *algorithm;
  options.enables = ReadEnables(node);
  return options;
}

Result<AdmissionOptions> ReadAdmission(const config::Node& node) {
  AdmissionOptions options;
  Result<std::string> url = ReadSome(node, "ControlServerUrl");
  if (!url) return tl::unexpected(url.error());
  if (const auto parsed = http::ParseUrl(*url); !parsed) {
    return node.Child("ControlServerUrl")->Wrong(parsed.error().detail);
  }
  Result<std::string> secret = ReadSome(node, "SecretKey");
  if (!secret) return tl::unexpected(secret.error());
  const auto timeout = node.Millis("Timeout", options.timeout);
  if (!timeout) return tl::unexpected(timeout.error());
  if (timeout->count() == 0) return node.Child("Timeout")->Wrong("gives no time to answer");
  const Result<crypto::HashAlgorithm> algorithm = ReadAlgorithm(node);
  if (!algorithm) return tl::unexpected(algorithm.error());
  options.url = *std::move(url);
  options.secret = *std::move(secret);
  options.timeout = *timeout;
  options.algorithm = *algorithm;
  options.enables = ReadEnables(node);
  return options;
}

bool IsKeyId(std::string_view id) {
  return !id.empty() && id.size() <= kKeyIdMax && std::all_of(id.begin(), id.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
}

Status ReadTokenKeys(const config::Node& node, PathTokenOptions& options) {
  for (const config::Node* child : node.Children("Key")) {
    Result<std::string> id = child->Text("Id", "");
    Result<std::string> secret = child->Text("Secret", "");
    if (!id) return tl::unexpected(id.error());
    if (!secret) return tl::unexpected(secret.error());
    if (!IsKeyId(*id)) return child->Wrong("<Id> is not 1 to 16 letters, digits, '_' or '-'");
    for (const PathTokenOptions::Key& other : options.keys) {
      if (other.id == *id) return child->Wrong(fmt::format("a second key '{}'", *id));
    }
    if (!secret->empty()) options.keys.push_back({*std::move(id), *std::move(secret)});
  }
  return {};
}

/// `node` may be null: nothing is configured.
Result<PathTokenOptions> ReadTokens(const config::Node* node) {
  PathTokenOptions options;
  if (node != nullptr) {
    if (const Status read = ReadTokenKeys(*node, options); !read)
      return tl::unexpected(read.error());
    constexpr int64_t kYear = 31'536'000;
    const auto lifetime = node->Integer("Lifetime", options.lifetime.count(), 1, kYear);
    if (!lifetime) return tl::unexpected(lifetime.error());
    const auto bind = node->Flag("BindAddress", options.bind_address);
    if (!bind) return tl::unexpected(bind.error());
    options.lifetime = std::chrono::seconds(*lifetime);
    options.bind_address = *bind;
  }
  if (options.keys.empty()) {
    options.keys.push_back({.id = "start", .secret = crypto::RandomHex(kRandomKeyDigits)});
    options.keys_are_ours = true;
  }
  return options;
}

/// The virtual host's own tokens, else the server's.
const config::Node* TokenNode(const config::Node& server, const VirtualHost& host) {
  const config::Node* common = server.Find("Weir/PathToken");
  const config::Node* own = host.node->Find("Weir/PathToken");
  return own != nullptr ? own : common;
}

Result<AccessOptions> ReadOne(const config::Node& server, const VirtualHost& host) {
  AccessOptions options;
  if (const config::Node* node = host.node->Child("SignedPolicy")) {
    Result<SignedPolicyOptions> policy = ReadPolicy(*node);
    if (!policy) return tl::unexpected(policy.error());
    options.policy = *std::move(policy);
  }
  if (const config::Node* node = host.node->Child("AdmissionWebhooks")) {
    Result<AdmissionOptions> admission = ReadAdmission(*node);
    if (!admission) return tl::unexpected(admission.error());
    options.admission = *std::move(admission);
  }
  Result<PathTokenOptions> tokens = ReadTokens(TokenNode(server, host));
  if (!tokens) return tl::unexpected(tokens.error());
  options.tokens = *std::move(tokens);
  return options;
}

}  // namespace

bool Enables::Has(Direction direction, std::string_view protocol) const {
  const std::vector<std::string>& names =
      direction == Direction::kIncoming ? providers : publishers;
  return std::find(names.begin(), names.end(), protocol) != names.end();
}

const SignedPolicyOptions* AccessOptions::PolicyFor(Direction direction,
                                                    std::string_view protocol) const {
  return policy && policy->enables.Has(direction, protocol) ? &*policy : nullptr;
}

const AdmissionOptions* AccessOptions::AdmissionFor(Direction direction,
                                                    std::string_view protocol) const {
  return admission && admission->enables.Has(direction, protocol) ? &*admission : nullptr;
}

Result<AccessByHost> ReadAccess(const config::Node& server, const VirtualHosts& hosts) {
  AccessByHost all;
  for (const VirtualHost& host : hosts.list()) {
    Result<AccessOptions> options = ReadOne(server, host);
    if (!options) return tl::unexpected(options.error());
    if (options->policy || options->admission) all.emplace(host.name, *std::move(options));
  }
  return all;
}

}  // namespace weir::service

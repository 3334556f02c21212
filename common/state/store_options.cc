#include "state/store_options.h"

#include <utility>

namespace weir::state {
namespace {

constexpr const char* kFile = "state.db";
constexpr uint16_t kRedisPort = 6379;
constexpr uint16_t kSentinelPort = 26379;

/// A child's text into `value`, which stays as it is where there is no such child.
Status ReadText(const config::Node& node, std::string_view child, std::string& value) {
  Result<std::string> text = node.Text(child, value);
  if (!text) return tl::unexpected(text.error());
  value = std::move(*text);
  return {};
}

Result<Endpoint> ReadEndpoint(const config::Node& node, std::string_view text, uint16_t port) {
  Result<Endpoint> endpoint = ParseEndpoint(text, port);
  if (!endpoint) return node.Wrong(endpoint.error().detail);
  return endpoint;
}

Status ReadServer(const config::Node& redis, RedisOptions& options) {
  const Result<int64_t> port = redis.Integer("Port", kRedisPort, 1, 65'535);
  if (!port) return tl::unexpected(port.error());
  const config::Node* host = redis.Child("Host");
  options.server.port = static_cast<uint16_t>(*port);
  if (host == nullptr) return {};
  Result<Endpoint> server = ReadEndpoint(*host, host->text(), options.server.port);
  if (!server) return tl::unexpected(server.error());
  options.server = std::move(*server);
  return {};
}

Status ReadLogin(const config::Node& redis, RedisOptions& options) {
  if (Status read = ReadText(redis, "User", options.user); !read) return read;
  const bool both = redis.Child("Auth") != nullptr && redis.Child("Password") != nullptr;
  if (both) return redis.Wrong("<Auth> and <Password> are the same: name one");
  if (Status read = ReadText(redis, "Auth", options.password); !read) return read;
  if (Status read = ReadText(redis, "Password", options.password); !read) return read;
  if (!options.user.empty() && options.password.empty())
    return redis.Wrong("a <User> needs a <Password>");
  return {};
}

Status ReadSentinels(const config::Node& sentinels, RedisOptions& options) {
  if (Status read = ReadText(sentinels, "Master", options.master_name); !read) return read;
  if (Status read = ReadText(sentinels, "User", options.sentinel_user); !read) return read;
  if (Status read = ReadText(sentinels, "Password", options.sentinel_password); !read) return read;
  for (const config::Node* host : sentinels.Children("Host")) {
    Result<Endpoint> sentinel = ReadEndpoint(*host, host->text(), kSentinelPort);
    if (!sentinel) return tl::unexpected(sentinel.error());
    options.sentinels.push_back(std::move(*sentinel));
  }
  if (options.sentinels.empty()) return sentinels.Wrong("has no <Host>");
  return {};
}

Result<RedisOptions> ReadRedis(const config::Node& redis) {
  RedisOptions options;
  if (Status read = ReadServer(redis, options); !read) return tl::unexpected(read.error());
  if (Status read = ReadLogin(redis, options); !read) return tl::unexpected(read.error());
  if (Status read = ReadText(redis, "Prefix", options.prefix); !read)
    return tl::unexpected(read.error());
  if (const config::Node* sentinels = redis.Child("Sentinels")) {
    if (redis.Child("Host") != nullptr || redis.Child("Port") != nullptr)
      return redis.Wrong("<Host> and <Port> have no place beside <Sentinels>");
    if (Status read = ReadSentinels(*sentinels, options); !read)
      return tl::unexpected(read.error());
  }
  if (const config::Node* tls = redis.Child("TLS")) {
    options.tls = true;
    options.ca_file = tls->FilePath("CACertPath");
    if (Status read = ReadText(*tls, "ServerName", options.tls_name); !read)
      return tl::unexpected(read.error());
  }
  return options;
}

}  // namespace

Result<StoreOptions> ReadStoreOptions(const config::Node* state,
                                      const std::filesystem::path& data) {
  StoreOptions options{.file = (data / kFile).string(), .redis = {}};
  if (state == nullptr) return options;
  const config::Node* embedded = state->Child("Embedded");
  const config::Node* redis = state->Child("Redis");
  if (embedded != nullptr && redis != nullptr)
    return state->Wrong("is either <Embedded> or <Redis>");
  if (embedded != nullptr) {
    const Result<std::string> path = embedded->Text("Path", kFile);
    if (!path) return tl::unexpected(path.error());
    if (path->empty()) return embedded->Wrong("has an empty <Path>");
    options.file = (data / *path).string();
  }
  if (redis != nullptr) {
    Result<RedisOptions> read = ReadRedis(*redis);
    if (!read) return tl::unexpected(read.error());
    options.redis = std::move(*read);
  }
  return options;
}

}  // namespace weir::state

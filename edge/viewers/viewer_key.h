#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace weir::edge {

/// What tells the viewers of this edge apart: HLS has no connection that is theirs. A view, into a
/// request or into a Viewer.
///
/// The token alone would not do, since viewers who come in the same minute share one.
struct ViewerKey {
  std::string_view vhost;
  std::string_view app;
  std::string_view stream;
  std::string_view token;  ///< "t~…"; empty where the stream has no access rules.
  std::string_view address;
  std::string_view user_agent;

  bool operator==(const ViewerKey&) const = default;
};

/// A ViewerKey that stays.
struct KeptViewerKey {
  explicit KeptViewerKey(const ViewerKey& key)
      : vhost(key.vhost),
        app(key.app),
        stream(key.stream),
        token(key.token),
        address(key.address),
        user_agent(key.user_agent) {}

  ViewerKey key() const {
    return {.vhost = vhost,
            .app = app,
            .stream = stream,
            .token = token,
            .address = address,
            .user_agent = user_agent};
  }

  auto operator<=>(const KeptViewerKey&) const = default;

  std::string vhost;
  std::string app;
  std::string stream;
  std::string token;
  std::string address;
  std::string user_agent;
};

struct ViewerKeyHash {
  size_t operator()(const ViewerKey& key) const {
    const std::hash<std::string_view> hash;
    size_t sum = 0;
    for (const std::string_view part :
         {key.address, key.user_agent, key.token, key.stream, key.app, key.vhost})
      sum = sum * 0x9e3779b97f4a7c15U + hash(part);
    return sum;
  }
};

}  // namespace weir::edge

#include "hooks/hook_options.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/document.h"
#include "http/fields.h"

namespace weir::hooks {
namespace {

constexpr std::array kMethods{kConnect, kPublishStream, kPlayStream, kStreamStatusEvent,
                              kStreamKeepAliveEvent};

constexpr std::chrono::milliseconds kIntervalMin{100};

Status ReadMethods(const config::Node& node, HookApp& app) {
  const config::Node* list = node.Child("Methods");
  const std::string text = list == nullptr ? std::string() : list->text();
  std::string_view rest = text;
  while (const auto name = http::NextElement(rest)) {
    if (std::find(kMethods.begin(), kMethods.end(), *name) == kMethods.end())
      return list->Wrong(fmt::format("there is no method '{}'", *name));
    app.methods.emplace(*name);
  }
  if (app.methods.empty()) return node.Wrong("has no <Methods>");
  return {};
}

Status ReadUrl(const config::Node& node, HookApp& app) {
  const auto text = node.Text("Url", "");
  if (!text) return tl::unexpected(text.error());
  auto url = http::ParseUrl(*text);
  if (!url) return node.Wrong("needs an <Url> of http or https: " + url.error().detail);
  if (url->target.find('?') != std::string::npos)
    return node.Child("Url")->Wrong("must not have a query");
  while (url->target.ends_with('/'))
    url->target.pop_back();
  app.url = *std::move(url);
  return {};
}

Status ReadTexts(const config::Node& node, HookApp& app) {
  const std::array<std::pair<const char*, std::string*>, 4> texts{
      {{"Key", &app.key},
       {"VirtualHost", &app.vhost},
       {"Application", &app.application},
       {"SecretKey", &app.secret}}};
  for (const auto& [child, place] : texts) {
    auto text = node.Text(child, "");
    if (!text) return tl::unexpected(text.error());
    *place = *std::move(text);
  }
  return app.key.empty() ? Status(node.Wrong("has no <Key>")) : Status();
}

Status ReadNumbers(const config::Node& node, HookApp& app) {
  const auto interval = node.Millis("KeepAliveInterval", app.interval);
  if (!interval) return tl::unexpected(interval.error());
  if (*interval < kIntervalMin)
    return node.Child("KeepAliveInterval")->Wrong("must be at least 100 (milliseconds)");
  const auto timeout = node.Millis("Timeout", app.timeout);
  if (!timeout) return tl::unexpected(timeout.error());
  if (timeout->count() == 0) return node.Child("Timeout")->Wrong("must be more than 0");
  const auto connections = node.Integer("Connections", 200, 1, 10'000);
  if (!connections) return tl::unexpected(connections.error());
  const auto fail_open = node.Flag("FailOpen", app.fail_open);
  if (!fail_open) return tl::unexpected(fail_open.error());
  app.interval = *interval;
  app.timeout = *timeout;
  app.connections_max = static_cast<size_t>(*connections);
  app.fail_open = *fail_open;
  return {};
}

Result<HookApp> ReadApp(const config::Node& node) {
  HookApp app;
  for (const auto read : {ReadTexts, ReadUrl, ReadMethods, ReadNumbers}) {
    if (Status done = read(node, app); !done) return tl::unexpected(done.error());
  }
  return app;
}

}  // namespace

const HookApp* WcsOptions::AppOf(const stream::StreamPath& path) const {
  const auto found =
      std::find_if(apps.begin(), apps.end(), [&path](const HookApp& app) { return app.Has(path); });
  return found == apps.end() ? nullptr : &*found;
}

const HookApp* WcsOptions::AppFor(const stream::StreamPath& path, std::string_view method) const {
  const HookApp* const app = AppOf(path);
  return app != nullptr && app->Calls(method) ? app : nullptr;
}

bool WcsOptions::NeedsTls() const {
  return std::any_of(apps.begin(), apps.end(), [](const HookApp& app) { return app.url.secure; });
}

Result<WcsOptions> ReadWcsOptions(const config::Node& server) {
  WcsOptions options;
  const config::Node* node = server.Find("Weir/Wcs");
  if (node == nullptr) return options;
  const auto auth = node->Flag("Auth", true);
  if (!auth) return tl::unexpected(auth.error());
  options.auth = *auth;
  const config::Node* relay = server.Find("Weir/Relay");
  auto name = relay == nullptr ? Result<std::string>() : relay->Text("Node", "");
  if (!name) return tl::unexpected(name.error());
  options.node = name->empty() ? config::Environment::OfProcess().variable("HOSTNAME").value_or("")
                               : *std::move(name);
  const config::Node* apps = node->Child("Apps");
  if (apps == nullptr) return options;
  for (const config::Node* child : apps->Children("App")) {
    Result<HookApp> app = ReadApp(*child);
    if (!app) return tl::unexpected(app.error());
    options.apps.push_back(*std::move(app));
  }
  return options;
}

}  // namespace weir::hooks

#include "edge/serve/viewer_watch.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "http/cors.h"
#include "http/date.h"
#include "http/query.h"
#include "http/text_response.h"
#include "protocols/hls/naming.h"

namespace weir::edge {
namespace {

constexpr Clock::duration kSweepEvery = std::chrono::seconds(2);

/// "/<app>/<stream>/<file>", decoded only where that makes a difference.
class Way {
 public:
  /// False where a path is none of ours. Points into `path` and into itself.
  bool Read(std::string_view path) {
    if (!path.starts_with('/')) return false;
    path.remove_prefix(1);
    const std::array<std::string_view*, 2> names{&app, &stream};
    for (size_t i = 0; i < names.size(); ++i) {
      *names.at(i) = TakeUntil(path, '/');
      if (!Decode(*names.at(i), decoded_.at(i))) return false;
    }
    file = path;
    return !app.empty() && !stream.empty() && !file.empty() &&
           file.find('/') == std::string_view::npos;
  }

  std::string_view app;
  std::string_view stream;
  std::string_view file;  // as sent

 private:
  static bool Decode(std::string_view& name, std::string& decoded) {
    if (name.find('%') == std::string_view::npos) return true;
    auto plain = http::PercentDecode(name);
    if (!plain) return false;
    decoded = *std::move(plain);
    name = decoded;
    return true;
  }

  std::array<std::string, 2> decoded_;
};

/// A ViewerKey that stays.
struct KeptKey {
  explicit KeptKey(const ViewerKey& key)
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

  std::string vhost, app, stream, token, address, user_agent;
};

}  // namespace

/// Adds an answer's body to what its viewer got.
class ViewerWatch::Counter final : public http::Responder {
 public:
  Counter(ViewerPtr viewer, bool head, std::unique_ptr<http::Responder> inner)
      : viewer_(std::move(viewer)), head_(head), inner_(std::move(inner)) {}

  void Respond(http::Response response) override {
    if (!head_) viewer_->AddBytes(response.body.size());
    inner_->Respond(std::move(response));
  }

  void OnGone(std::function<void()> gone) override { inner_->OnGone(std::move(gone)); }

 private:
  const ViewerPtr viewer_;
  const bool head_;
  const std::unique_ptr<http::Responder> inner_;
};

/// Somebody new: a viewer as soon as there is something to see.
class ViewerWatch::Opener final : public http::Responder {
 public:
  Opener(const net::EventLoop& loop, ViewerTable& table, const ViewerKey& key, bool head,
         std::unique_ptr<http::Responder> inner)
      : loop_(loop), table_(table), key_(key), head_(head), inner_(std::move(inner)) {}

  void Respond(http::Response response) override {
    const int status = response.status;
    if ((status >= 200 && status < 300) || status == 304) {
      const Clock::time_point now = loop_.now();
      const ViewerPtr viewer = table_.Open(key_.key(), now, http::SystemUtc());
      viewer->Seen(now);
      if (!head_) viewer->AddBytes(response.body.size());
    }
    inner_->Respond(std::move(response));
  }

  void OnGone(std::function<void()> gone) override { inner_->OnGone(std::move(gone)); }

 private:
  const net::EventLoop& loop_;
  ViewerTable& table_;
  const KeptKey key_;
  const bool head_;
  const std::unique_ptr<http::Responder> inner_;
};

ViewerWatch::ViewerWatch(net::EventLoop& loop, const service::VirtualHosts& hosts,
                         const ServeOptions& options, ViewerTable& table, http::Handler& next)
    : loop_(loop),
      hosts_(hosts),
      options_(options),
      table_(table),
      next_(next),
      timer_(loop, [this] { OnTimer(); }) {
  timer_.Start(kSweepEvery);
}

void ViewerWatch::OnTimer() {
  table_.Sweep();
  timer_.Start(kSweepEvery);
}

void ViewerWatch::OnAdmitted(http::Request request, std::string_view token,
                             std::unique_ptr<http::Responder> responder) {
  Way way;
  const bool head = request.method == "HEAD";
  const service::VirtualHost* const vhost = hosts_.Resolve(request.host);
  if (vhost == nullptr || (!head && request.method != "GET") || !way.Read(request.path()))
    return next_.OnRequest(std::move(request), std::move(responder));
  const ViewerKey key{.vhost = vhost->name,
                      .app = way.app,
                      .stream = way.stream,
                      .token = token,
                      .address = request.client(),
                      .user_agent = request.Field("User-Agent").substr(0, Viewer::kUserAgentMax)};
  ViewerPtr viewer = table_.Find(key);
  const Clock::time_point now = loop_.now();
  const auto standing = viewer == nullptr ? Viewer::Standing::kOver
                                          : viewer->At(now, hls::IsMultivariantName(way.file));
  switch (standing) {
    case Viewer::Standing::kRefused:
      return Refuse(request, *viewer, *responder);
    case Viewer::Standing::kWatching:
      viewer->Seen(now);
      responder = std::make_unique<Counter>(std::move(viewer), head, std::move(responder));
      break;
    case Viewer::Standing::kOver:
      responder = std::make_unique<Opener>(loop_, table_, key, head, std::move(responder));
      break;
  }
  next_.OnRequest(std::move(request), std::move(responder));
}

void ViewerWatch::Refuse(const http::Request& request, const Viewer& viewer,
                         http::Responder& responder) const {
  const http::CrossDomains domains(options_.Of(viewer.path()).cross_domains);
  http::Response response = http::TextResponse(403, "this session was ended");
  response.fields.emplace_back("Cache-Control", "no-store");
  const std::string_view origin = domains.Allow(request.Field("Origin"));
  if (!origin.empty()) response.fields.emplace_back("Access-Control-Allow-Origin", origin);
  if (domains.varies()) response.fields.emplace_back("Vary", "Origin");
  responder.Respond(std::move(response));
}

}  // namespace weir::edge

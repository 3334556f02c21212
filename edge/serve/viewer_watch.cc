#include "edge/serve/viewer_watch.h"

#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "crypto/uuid.h"
#include "hooks/entry_question.h"
#include "hooks/stream_object.h"
#include "http/cors.h"
#include "http/date.h"
#include "http/query.h"
#include "http/text_response.h"
#include "protocols/hls/naming.h"

namespace weir::edge {
namespace {

/// A few at a time, so that nobody waits: 100,000 viewers take five seconds.
constexpr Clock::duration kSweepEvery = std::chrono::milliseconds(100);
constexpr size_t kPlacesAtOnce = 2'000;

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

/// Requests of one viewer, and of all, that wait for a backend.
constexpr size_t kWaitingOfOne = 100;
constexpr size_t kWaitingMax = 10'000;

stream::StreamPath PathOf(const ViewerKey& key) {
  return {.vhost = std::string(key.vhost),
          .app = std::string(key.app),
          .name = std::string(key.stream)};
}

hooks::StreamObject Describe(const ViewerKey& key) {
  const auto now = http::SystemUtc().time_since_epoch();
  hooks::StreamObject viewer{
      .path = PathOf(key),
      .media_session_id = crypto::RandomUuid(),
      .published = false,
      .provider = "HLS",
      .status = hooks::kPending,
      .created_ms = std::chrono::floor<std::chrono::milliseconds>(now).count(),
      .user_agent = std::string(key.user_agent)};
  viewer.session_id = hooks::ViewerSessionId(key.address, viewer.media_session_id);
  return viewer;
}

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
  /// `id` is the one it will have; empty: one that is made up.
  Opener(const net::EventLoop& loop, ViewerTable& table, KeptViewerKey key, std::string id,
         bool head, std::unique_ptr<http::Responder> inner)
      : loop_(loop),
        table_(table),
        key_(std::move(key)),
        id_(std::move(id)),
        head_(head),
        inner_(std::move(inner)) {}

  void Respond(http::Response response) override {
    const int status = response.status;
    if ((status >= 200 && status < 300) || status == 304) {
      const Clock::time_point now = loop_.now();
      const ViewerPtr viewer = table_.Open(key_.key(), now, http::SystemUtc(), id_);
      viewer->Seen(now);
      if (!head_) viewer->AddBytes(response.body.size());
    }
    inner_->Respond(std::move(response));
  }

  void OnGone(std::function<void()> gone) override { inner_->OnGone(std::move(gone)); }

 private:
  const net::EventLoop& loop_;
  ViewerTable& table_;
  const KeptViewerKey key_;
  const std::string id_;
  const bool head_;
  const std::unique_ptr<http::Responder> inner_;
};

ViewerWatch::ViewerWatch(net::EventLoop& loop, const service::VirtualHosts& hosts,
                         const ServeOptions& options, const Hooks& hooks, ViewerTable& table,
                         http::Handler& next)
    : loop_(loop),
      hosts_(hosts),
      options_(options),
      hooks_(hooks),
      table_(table),
      next_(next),
      timer_(loop, [this] { OnTimer(); }) {
  timer_.Start(kSweepEvery);
}

void ViewerWatch::OnTimer() {
  table_.Sweep(kPlacesAtOnce);
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
                      .user_agent = Viewer::KeptPart(request.Field("User-Agent"))};
  ViewerPtr viewer = table_.Find(key);
  const Clock::time_point now = loop_.now();
  const auto standing = viewer == nullptr ? Viewer::Standing::kOver
                                          : viewer->At(now, hls::IsMultivariantName(way.file));
  switch (standing) {
    case Viewer::Standing::kRefused:
      return Refuse(request, viewer->path(), *responder);
    case Viewer::Standing::kWatching:
      viewer->Seen(now);
      responder = std::make_unique<Counter>(std::move(viewer), head, std::move(responder));
      break;
    case Viewer::Standing::kOver: {
      // The key lies in the request, which moves.
      KeptViewerKey kept(key);
      return Open(std::move(request), std::move(kept), std::move(responder));
    }
  }
  next_.OnRequest(std::move(request), std::move(responder));
}

/// Somebody new: let on, or after the backend has agreed.
void ViewerWatch::Open(http::Request request, KeptViewerKey kept,
                       std::unique_ptr<http::Responder> responder) {
  Newcomer newcomer{.request = std::move(request), .responder = std::move(responder)};
  if (hooks_.options.apps.empty()) return LetOn(std::move(kept), {}, std::move(newcomer));
  const hooks::HookApp* const app = hooks_.options.AppOf(PathOf(kept.key()));
  if (app == nullptr || !hooks::WantsToBeAsked(*app, hooks::kPlayStream))
    return LetOn(std::move(kept), {}, std::move(newcomer));
  std::vector<Newcomer>& waiting = asking_[kept];
  if (waiting_ >= kWaitingMax || waiting.size() >= kWaitingOfOne) {
    return newcomer.responder->Respond(http::TextResponse(503, "too many are waiting"));
  }
  waiting.push_back(std::move(newcomer));
  ++waiting_;
  if (waiting.size() > 1) return;
  const hooks::StreamObject viewer = Describe(kept.key());
  hooks::AskToEnter(
      hooks_.caller, *app, hooks::kPlayStream, viewer,
      [this, life = std::weak_ptr(alive_), kept, id = viewer.media_session_id](const Status& may) {
        if (!life.expired()) OnAsked(kept, id, may);
      });
}

void ViewerWatch::OnAsked(const KeptViewerKey& key, const std::string& id, const Status& may) {
  auto node = asking_.extract(key);
  if (node.empty()) return;
  waiting_ -= node.mapped().size();
  if (!may) {
    refusals_.Write(http::SystemUtc(), PathOf(key.key()).text(), key.address, may.error().detail);
    table_.Deny(key.key(), loop_.now(), http::SystemUtc());
  }
  for (Newcomer& newcomer : node.mapped()) {
    if (may) {
      LetOn(key, id, std::move(newcomer));
    } else {
      Refuse(newcomer.request, PathOf(key.key()), *newcomer.responder);
    }
  }
}

void ViewerWatch::LetOn(KeptViewerKey key, std::string id, Newcomer newcomer) {
  const bool head = newcomer.request.method == "HEAD";
  next_.OnRequest(std::move(newcomer.request),
                  std::make_unique<Opener>(loop_, table_, std::move(key), std::move(id), head,
                                           std::move(newcomer.responder)));
}

void ViewerWatch::Refuse(const http::Request& request, const stream::StreamPath& path,
                         http::Responder& responder) const {
  const http::CrossDomains domains(options_.Of(path).cross_domains);
  http::Response response = http::TextResponse(403, "this session is over");
  response.fields.emplace_back("Cache-Control", "no-store");
  const std::string_view origin = domains.Allow(request.Field("Origin"));
  if (!origin.empty()) response.fields.emplace_back("Access-Control-Allow-Origin", origin);
  if (domains.varies()) response.fields.emplace_back("Vary", "Origin");
  responder.Respond(std::move(response));
}

}  // namespace weir::edge

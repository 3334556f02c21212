#include "protocols/hls/routes.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "http/cors.h"
#include "http/date.h"
#include "http/fields.h"
#include "http/query.h"
#include "net/timer.h"
#include "protocols/hls/naming.h"
#include "protocols/hls/ts_variant.h"
#include "protocols/hls/view.h"

namespace weir::hls {
namespace {

constexpr std::chrono::seconds kUnknownTarget{0};

constexpr std::string_view kPlaylistEnd = ".m3u8";

constexpr const char* kMethods = "GET, HEAD, OPTIONS";

/// Streams on one loop, those that are being opened included.
constexpr size_t kWatchedMax = 10'000;

/// "/<app>/<stream>/<file>", decoded.
struct Place {
  std::string app;
  std::string stream;
  std::string file;
};

std::optional<Place> ReadPlace(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  std::array<std::string, 3> names;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i == 2 && path.find('/') != std::string_view::npos) return std::nullopt;
    auto name = http::PercentDecode(TakeUntil(path, '/'));
    const bool wrong = !name || name->empty() || name->find('/') != std::string::npos ||
                       *name == "." || *name == "..";
    if (wrong) return std::nullopt;
    names.at(i) = std::move(*name);
  }
  return Place{std::move(names[0]), std::move(names[1]), std::move(names[2])};
}

/// Whether a multivariant playlist is asked for as MPEG-TS, by "ts:" before its name or format=ts.
bool IsTs(std::string_view file, std::string_view query) {
  return file.starts_with("ts:") || http::Query(query).Get("format") == "ts";
}

std::optional<Ask> ReadMultivariant(std::string_view file, std::string_view query) {
  if (!IsMultivariantName(file)) return std::nullopt;
  if (IsTs(file, query)) return Ask{.type = Ask::Type::kTsMultivariant};
  file.remove_suffix(kPlaylistEnd.size());
  return Ask{.type = Ask::Type::kMultivariant, .playlist = std::string(file)};
}

/// What `file` is, but for its directives; nothing where it is no file of ours. `key` is the one
/// that the stream's chunklists bear.
std::optional<Ask> ReadFile(std::string_view file, std::string_view query, std::string_view key) {
  const auto name = ParseFileName(file);
  if (!name) return ReadMultivariant(file, query);
  Ask ask{.track = name->track, .kind = name->kind, .number = name->number, .part = name->part};
  switch (name->type) {
    case FileName::Type::kChunklist:
      if (name->key != key) return std::nullopt;
      ask.type = Ask::Type::kChunklist;
      return ask;
    case FileName::Type::kInit:
      ask.type = Ask::Type::kInit;
      break;
    case FileName::Type::kSegment:
      ask.type = Ask::Type::kSegment;
      break;
    case FileName::Type::kPart:
      ask.type = Ask::Type::kPart;
      break;
    case FileName::Type::kTsChunklist:
      if (name->key != key) return std::nullopt;
      ask.type = Ask::Type::kChunklist;
      ask.track |= kTsRendition;
      return ask;
    case FileName::Type::kTsSegment:
      ask.type = Ask::Type::kSegment;
      ask.track |= kTsRendition;
      break;
  }
  ask.run = name->key;
  return ask;
}

RequestCounts::Kind KindOf(const Ask& ask) {
  switch (ask.type) {
    case Ask::Type::kMultivariant:
    case Ask::Type::kTsMultivariant:
      return RequestCounts::Kind::kMultivariant;
    case Ask::Type::kChunklist:
      return ask.directives.msn ? RequestCounts::Kind::kReload : RequestCounts::Kind::kChunklist;
    case Ask::Type::kInit:
      return RequestCounts::Kind::kInit;
    case Ask::Type::kSegment:
      return RequestCounts::Kind::kSegment;
    case Ask::Type::kPart:
      return RequestCounts::Kind::kPart;
  }
  return RequestCounts::Kind::kOther;
}

}  // namespace

struct Routes::State final : View::Owner {
  /// How one application is served, on this loop.
  struct Terms {
    explicit Terms(const Options& options)
        : common(CachePolicy(options.cache)),
          domains(options.cross_domains),
          default_query(options.default_query) {}

    CommonFields common;
    const http::CrossDomains domains;
    const std::string default_query;
  };

  /// A stream that is watched on this loop.
  struct Watched {
    Watched(State& state, const stream::StreamPath& path, Terms& its_terms, uint64_t new_id)
        : id(new_id),
          key(ChunklistKey(path.text())),
          terms(its_terms),
          view(state, state.loop, http::SystemUtc) {}

    const uint64_t id;
    const std::string key;
    Terms& terms;
    View view;
  };

  using WatchedByPath = std::map<stream::StreamPath, std::unique_ptr<Watched>>;

  /// What a request is about, as far as that can be told.
  struct Target {
    std::optional<Place> place;
    std::optional<stream::StreamPath> path;
    WatchedByPath::iterator known;
    Terms* terms = nullptr;
  };

  State(net::EventLoop& on_loop, Source& streams, Options given)
      : loop(on_loop),
        source(streams),
        fallback(std::move(given)),
        timer(loop, [this] { OnTimer(); }) {}

  Terms& TermsOf(const Options& options);
  Target TargetOf(const http::Request& request);
  static Reply ReplyTo(const http::Request& request, std::unique_ptr<http::Responder> responder,
                       Terms& terms);
  static void AnswerPreflight(const http::Request& request, const Terms& terms, Reply reply);
  void Serve(const http::Request& request, const Target& target, Reply reply);
  View& Watch(const stream::StreamPath& path, Terms& terms);
  void Open(const stream::StreamPath& path, std::string_view query);
  void OnOpened(const stream::StreamPath& path, uint64_t id, const Result<FeedRef>& feed);
  void OnViewGone(View& view) override;
  void OnTimer();
  void Arm(std::optional<Clock::time_point> deadline);

  net::EventLoop& loop;
  Source& source;
  const Options fallback;
  std::map<const Options*, Terms> terms_by_options;
  WatchedByPath watched;
  uint64_t next_id = 0;
  RequestCounts requests;
  std::optional<Clock::time_point> armed;  // when the timer will call
  net::Timer timer;
  // Held weakly by what the source may call after our end.
  const std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);
};

Routes::State::Terms& Routes::State::TermsOf(const Options& options) {
  return terms_by_options.try_emplace(&options, options).first->second;
}

Routes::State::Target Routes::State::TargetOf(const http::Request& request) {
  Target target{.place = ReadPlace(request.path()), .path = {}, .known = watched.end()};
  if (target.place) {
    auto path = source.PathOf(request.host, target.place->app, target.place->stream);
    if (path) target.path = *std::move(path);
  }
  if (target.path) target.known = watched.find(*target.path);
  if (target.known != watched.end()) {
    target.terms = &target.known->second->terms;
  } else {
    target.terms = &TermsOf(target.path ? source.OptionsOf(*target.path) : fallback);
  }
  return target;
}

Reply Routes::State::ReplyTo(const http::Request& request,
                             std::unique_ptr<http::Responder> responder, Terms& terms) {
  const http::CrossDomains& domains = terms.domains;
  ReplyTerms asker{.audience = {.allow_origin = std::string(domains.Allow(request.Field("Origin"))),
                                .vary_origin = domains.varies()},
                   .gzip = http::AcceptsGzip(request.Field("Accept-Encoding")),
                   .head = request.method == "HEAD"};
  return {std::move(responder), std::move(asker), terms.common};
}

void Routes::State::AnswerPreflight(const http::Request& request, const Terms& terms, Reply reply) {
  http::Fields fields{{"Allow", kMethods}};
  if (!terms.domains.Allow(request.Field("Origin")).empty()) {
    fields.emplace_back("Access-Control-Allow-Methods", kMethods);
    const std::string_view headers = request.Field("Access-Control-Request-Headers");
    if (!headers.empty()) fields.emplace_back("Access-Control-Allow-Headers", headers);
    fields.emplace_back("Access-Control-Allow-Private-Network", "true");
    fields.emplace_back("Access-Control-Max-Age", "86400");
  }
  reply.Answer(204, std::move(fields));
}

void Routes::State::Serve(const http::Request& request, const Target& target, Reply reply) {
  const auto refuse = [this, &reply](int status, CacheClass cache, std::string_view text) {
    requests.Add(RequestCounts::Kind::kOther);
    reply.Refuse(status, cache, kUnknownTarget, text);
  };
  const auto& [place, path, known, terms] = target;
  if (!place) return refuse(404, CacheClass::kNotYet, "there is nothing at this address");
  if (!path) return refuse(404, CacheClass::kNotLive, "there is no such application");
  auto ask = ReadFile(place->file, request.query(),
                      known != watched.end() ? known->second->key : ChunklistKey(path->text()));
  if (!ask) return refuse(404, CacheClass::kNotYet, "the stream has no such file");
  const bool is_multivariant = ask->type == Ask::Type::kMultivariant;
  if (is_multivariant || ask->type == Ask::Type::kChunklist) {
    const auto directives =
        ReadDirectives(request.query(), is_multivariant ? terms->default_query : "");
    if (!directives) return refuse(400, CacheClass::kBadRequest, directives.error().detail);
    ask->directives = *directives;
  }
  if (known == watched.end() && watched.size() >= kWatchedMax) {
    return refuse(503, CacheClass::kOverloaded, "too many streams are watched");
  }
  requests.Add(KindOf(*ask));
  View& view = known != watched.end() ? known->second->view : Watch(*path, *terms);
  view.OnAsk(std::move(*ask), std::move(reply), loop.now());
  Arm(view.NextDeadline());
  // Last, since the stream may turn out not to be there before this returns.
  if (known == watched.end()) Open(*path, request.query());
}

View& Routes::State::Watch(const stream::StreamPath& path, Terms& terms) {
  return watched.emplace(path, std::make_unique<Watched>(*this, path, terms, ++next_id))
      .first->second->view;
}

void Routes::State::Open(const stream::StreamPath& path, std::string_view query) {
  source.Open(path, query,
              [this, life = std::weak_ptr(alive), path, id = next_id](const Result<FeedRef>& feed) {
                if (!life.expired()) OnOpened(path, id, feed);
              });
}

void Routes::State::OnOpened(const stream::StreamPath& path, uint64_t id,
                             const Result<FeedRef>& feed) {
  const auto entry = watched.find(path);
  if (entry == watched.end() || entry->second->id != id) return;
  if (feed) return entry->second->view.Follow(*feed);
  log::Info("hls", path.text(), "not served: {}", feed.error().detail);
  entry->second->view.Fail(feed.error());
  watched.erase(entry);
}

void Routes::State::OnViewGone(View& view) {
  std::erase_if(watched, [&view](const auto& entry) { return &entry.second->view == &view; });
}

void Routes::State::OnTimer() {
  armed.reset();
  const Clock::time_point now = loop.now();
  std::optional<Clock::time_point> next;
  for (const auto& [path, stream] : watched) {
    auto deadline = stream->view.NextDeadline();
    if (deadline && *deadline <= now) {
      stream->view.OnDeadline(now);
      deadline = stream->view.NextDeadline();
    }
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  Arm(next);
}

/// Makes sure that the timer calls at `deadline` or before.
void Routes::State::Arm(std::optional<Clock::time_point> deadline) {
  if (!deadline || (armed && *armed <= *deadline)) return;
  armed = deadline;
  timer.Start(std::max(*deadline - loop.now(), Clock::duration::zero()));
}

Routes::Routes(net::EventLoop& loop, Source& source, Options options)
    : state_(std::make_unique<State>(loop, source, std::move(options))) {}

Routes::~Routes() = default;

const RequestCounts& Routes::requests() const {
  return state_->requests;
}

void Routes::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  const State::Target target = state_->TargetOf(request);
  Reply reply = State::ReplyTo(request, std::move(responder), *target.terms);
  if (request.method == "OPTIONS") {
    return State::AnswerPreflight(request, *target.terms, std::move(reply));
  }
  if (request.method == "GET" || request.method == "HEAD") {
    return state_->Serve(request, target, std::move(reply));
  }
  reply.Answer(405, {{"Allow", kMethods}});
}

}  // namespace weir::hls

#include "state/redis_store.h"

#include <utility>

#include <fmt/format.h>

namespace weir::state {
namespace {

constexpr size_t kInFlightMax = 1024;

/// Whether sending it twice does no more than sending it once.
bool MayRepeat(const Request& request) {
  return std::holds_alternative<GetRequest>(request) ||
         std::holds_alternative<ScanRequest>(request) ||
         std::holds_alternative<RenewRequest>(request);
}

Error Unknown(const std::string& why) {
  return {.code = ErrorCode::kUnavailable, .detail = fmt::format("{}; it may have been done", why)};
}

}  // namespace

class RedisStore::Listener final : private RedisLink::Owner {
 public:
  Listener(net::EventLoop& loop, const RedisStore& store)
      : watchers_(loop),
        link_(loop, store.options_, store.tls_.get(), store.codec_.channel(), store.random_,
              *this) {}

  std::unique_ptr<Watch> Add(std::string prefix, Watcher& watcher) {
    return watchers_.Add(std::move(prefix), watcher, link_.up());
  }

  /// Changes are told by the server that is written to.
  void Follow(const Endpoint& server) {
    if (link_.server() != server) link_.Abandon("another redis is the master now");
  }

 private:
  void OnLinkUp() override { watchers_.TellScanNeeded(); }

  void OnLinkDown() override {}

  void OnPublished(const std::string& message) override {
    if (const auto change = RedisCodec::DecodeChange(message)) watchers_.Tell(*change);
  }

  WatcherList watchers_;
  RedisLink link_;
};

Result<std::unique_ptr<RedisStore>> RedisStore::Open(net::EventLoop& loop, RedisOptions options,
                                                     std::function<double()> random) {
  std::unique_ptr<net::TlsClientContext> tls;
  if (options.tls) {
    tls = std::make_unique<net::TlsClientContext>(net::TlsClientOptions{
        .ca_file = options.ca_file, .server_name = options.tls_name, .alpn = {}});
    if (const Status loaded = tls->Load(); !loaded) return tl::unexpected(loaded.error());
  }
  return std::unique_ptr<RedisStore>(
      new RedisStore(loop, std::move(options), std::move(tls), std::move(random)));
}

RedisStore::RedisStore(net::EventLoop& loop, RedisOptions options,
                       std::unique_ptr<net::TlsClientContext> tls, std::function<double()> random)
    : loop_(loop),
      options_(std::move(options)),
      tls_(std::move(tls)),
      random_(std::move(random)),
      codec_(options_.prefix),
      calls_(loop, [this](uint64_t id) { return WhyLate(id); }),
      alive_(std::make_shared<const bool>(true)),
      link_(loop, options_, tls_.get(), "", random_, *this) {}

RedisStore::~RedisStore() = default;

void RedisStore::Call(Request request, Clock::duration patience, Answer<Reply> answer) {
  const auto id = calls_.Add(request, loop_.now() + patience, std::move(answer));
  if (!id) return;
  waiting_.emplace(*id, std::move(request));
  Pump();
}

std::unique_ptr<Watch> RedisStore::StartWatch(std::string prefix, Watcher& watcher) {
  if (listener_ == nullptr) listener_ = std::make_unique<Listener>(loop_, *this);
  return listener_->Add(std::move(prefix), watcher);
}

void RedisStore::OnLinkUp() {
  known_scripts_.clear();
  if (listener_ != nullptr) listener_->Follow(link_.server());
  Pump();
}

void RedisStore::Pump() {
  while (link_.up() && !waiting_.empty() && link_.in_flight() < kInFlightMax) {
    const auto sent = sent_.insert(waiting_.extract(waiting_.begin()));
    Send(sent.position->first);
  }
}

void RedisStore::Send(uint64_t id) {
  RedisCommand command = codec_.Encode(sent_.at(id));
  // The first use on a connection teaches the server the script, so that calls keep their order.
  if (command.script != nullptr && known_scripts_.insert(command.script).second) {
    command.words[0] = "EVAL";
    command.words[1] = command.script->text;
  }
  link_.Send(command.views(), [this, id](const RedisReply& reply) { OnReply(id, reply); });
}

void RedisStore::OnReply(uint64_t id, const RedisReply& reply) {
  if (MeansNoScript(reply)) {
    known_scripts_.clear();
    return Send(id);
  }
  auto request = sent_.extract(id);
  if (MeansAnotherServer(reply)) {
    link_.Abandon(reply.text);
    if (calls_.Waits(id)) waiting_.insert(std::move(request));
    return;
  }
  const std::weak_ptr<const bool> alive(alive_);
  calls_.Settle(id, codec_.Decode(request.mapped(), reply));
  if (!alive.expired()) Pump();
}

void RedisStore::OnLinkDown() {
  const std::weak_ptr<const bool> alive(alive_);
  const Error lost = Unknown("the connection to redis ended: " + link_.trouble());
  Requests unanswered = std::exchange(sent_, {});
  for (auto& [id, request] : unanswered) {
    if (!MayRepeat(request)) {
      calls_.Settle(id, tl::unexpected(lost));
      if (alive.expired()) return;
    } else if (calls_.Waits(id)) {
      waiting_.emplace(id, std::move(request));
    }
  }
}

Error RedisStore::WhyLate(uint64_t id) {
  if (waiting_.erase(id) == 0) return Unknown("redis did not answer in time");
  return {.code = ErrorCode::kUnavailable,
          .detail = link_.up() ? "not done: redis is too slow"
                               : "not done: no redis: " + link_.trouble()};
}

}  // namespace weir::state

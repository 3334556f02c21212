#include "net/proxied_session.h"

#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/check.h"
#include "net/proxy_header.h"

namespace weir::net {
namespace {

/// What the sessions of one factory share.
struct Common {
  SessionFactory make_session;
  OnClient on_client;
};

class ProxiedSession final : public ByteSession {
 public:
  ProxiedSession(std::shared_ptr<const Common> common, ByteOutput& output, Peer peer,
                 Clock::time_point now)
      : common_(std::move(common)),
        output_(output),
        before_(std::make_unique<Before>(
            Before{.peer = std::move(peer), .reader = {}, .due = now + kProxyHeaderPatience})) {}

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override {
    if (inner_ != nullptr) return inner_->OnBytes(bytes, now);
    const Result<size_t> taken = before_->reader.Feed(bytes);
    if (!taken) return tl::unexpected(taken.error());
    if (!before_->reader.done()) return {};
    if (Status begun = Begin(now); !begun) return begun;
    bytes = bytes.subspan(*taken);
    return bytes.empty() ? Status{} : inner_->OnBytes(bytes, now);
  }

  Status OnDeadline(Clock::time_point now) override {
    if (inner_ != nullptr) return inner_->OnDeadline(now);
    return Fail(ErrorCode::kUnavailable, "no PROXY header came in time");
  }

  Status OnWritable(Clock::time_point now) override {
    return inner_ == nullptr ? Status{} : inner_->OnWritable(now);
  }

  std::optional<Clock::time_point> NextDeadline() const override {
    return inner_ == nullptr ? before_->due : inner_->NextDeadline();
  }

  void OnTurnEnd() override {
    if (inner_ != nullptr) inner_->OnTurnEnd();
  }

 private:
  /// What is of no more use once the header has come.
  struct Before {
    Peer peer;
    ProxyHeaderReader reader;
    Clock::time_point due;
  };

  Status Begin(Clock::time_point now) {
    if (const auto& client = before_->reader.client()) {
      if (Status welcome = common_->on_client(output_, *client); !welcome) return welcome;
      before_->peer.address = client->Text();
    }
    inner_ = common_->make_session(output_, before_->peer, now);
    WEIR_CHECK(inner_ != nullptr);
    before_.reset();
    return {};
  }

  // Shared by the sessions of one factory, which may outlive it; all on one loop.
  const std::shared_ptr<const Common> common_;
  ByteOutput& output_;
  std::unique_ptr<Before> before_;
  std::unique_ptr<ByteSession> inner_;  // from the header on
};

}  // namespace

SessionFactory BehindProxy(SessionFactory make_session, OnClient on_client) {
  return [common = std::make_shared<const Common>(
              Common{.make_session = std::move(make_session), .on_client = std::move(on_client)})](
             ByteOutput& output, const Peer& peer, Clock::time_point now) {
    return std::make_unique<ProxiedSession>(common, output, peer, now);
  };
}

}  // namespace weir::net

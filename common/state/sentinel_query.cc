#include "state/sentinel_query.h"

#include <utility>

#include <fmt/format.h>

namespace weir::state {
namespace {

using Kind = RedisReply::Kind;

Result<Endpoint> MasterIn(const RedisReply& reply) {
  if (reply.kind == Kind::kNil) return Fail(ErrorCode::kNotFound, "it does not know this master");
  if (reply.kind == Kind::kError) return Fail(ErrorCode::kRefused, reply.text);
  if (reply.kind != Kind::kArray || reply.items.size() != 2)
    return Fail(ErrorCode::kMalformed, "it answers something else than an address");
  const std::string& host = reply.items[0].text;
  const bool bare = host.find(':') == std::string::npos;
  return ParseEndpoint(fmt::format("{}:{}", bare ? host : "[" + host + "]", reply.items[1].text),
                       0);
}

}  // namespace

SentinelQuery::SentinelQuery(net::EventLoop& loop, const RedisOptions& options,
                             const net::TlsClientContext* tls,
                             std::function<void(Result<Endpoint>)> on_answer)
    : loop_(loop), options_(options), tls_(tls), on_answer_(std::move(on_answer)) {
  AskNext();
}

void SentinelQuery::AskNext() {
  const RedisGreeting greeting = {.user = options_.sentinel_user,
                                  .password = options_.sentinel_password};
  RedisSession::Owner& self = *this;
  connection_ =
      std::make_unique<RedisConnection>(loop_, options_.sentinels[next_++], greeting, tls_, self,
                                        [this](const Error& reason) { OnTrouble(reason); });
}

void SentinelQuery::OnReady() {
  connection_->Send({"SENTINEL", "get-master-addr-by-name", options_.master_name},
                    [this](const RedisReply& reply) { OnReply(reply); });
}

void SentinelQuery::OnReply(const RedisReply& reply) {
  Result<Endpoint> master = MasterIn(reply);
  if (!master) return OnTrouble(master.error());
  Finish(std::move(master));
}

void SentinelQuery::OnTrouble(const Error& trouble) {
  if (next_ < options_.sentinels.size()) return AskNext();
  Finish(Fail(ErrorCode::kUnavailable,
              fmt::format("sentinel {}: {}", options_.sentinels.back().Text(), trouble.detail)));
}

void SentinelQuery::Finish(Result<Endpoint> answer) {
  connection_.reset();
  const auto on_answer = std::move(on_answer_);
  on_answer(std::move(answer));
}

}  // namespace weir::state

#include "state/redis_codec.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace weir::state {
namespace {

using Kind = RedisReply::Kind;

tl::unexpected<Error> Damaged() {
  return Fail(ErrorCode::kMalformed, "what redis holds is not what a state store wrote");
}

/// "<number> <rest>"
struct Numbered {
  uint64_t number = 0;
  std::string_view rest;
};

std::optional<Numbered> ParseNumbered(std::string_view text) {
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<uint64_t> number = ReadNumber<uint64_t>(text.substr(0, space));
  if (!number) return std::nullopt;
  return Numbered{.number = *number, .rest = text.substr(space + 1)};
}

Result<Entry> EntryOf(const std::string& key, const RedisReply& kept) {
  const std::optional<Numbered> numbered = ParseNumbered(kept.text);
  if (kept.kind != Kind::kText || !numbered) return Damaged();
  return Entry{.key = key, .value = std::string(numbered->rest), .version = numbered->number};
}

std::string Expected(std::optional<uint64_t> expected) {
  return expected ? std::to_string(*expected) : std::string();
}

std::string HeldBy(const Lease& lease) {
  return fmt::format("{} {}", lease.fence, lease.owner);
}

/// A script's reply begins with how it went.
std::string_view Outcome(const RedisReply& reply) {
  if (reply.kind != Kind::kArray || reply.items.empty()) return {};
  return reply.items[0].text;
}

/// The number behind an "ok".
Result<uint64_t> NumberOf(const RedisReply& reply) {
  if (reply.items.size() != 2) return Damaged();
  const std::optional<uint64_t> number = ReadNumber<uint64_t>(reply.items[1].text);
  if (!number) return Damaged();
  return *number;
}

struct Decoder {
  Result<Reply> operator()(const GetRequest& get) const {
    if (reply.kind == Kind::kNil) return Fail(ErrorCode::kNotFound, "no such key");
    Result<Entry> entry = EntryOf(get.key, reply);
    if (!entry) return tl::unexpected(entry.error());
    return Reply(std::move(*entry));
  }

  Result<Reply> operator()(const PutRequest& /*put*/) const {
    if (Outcome(reply) == "conflict") return OtherVersion();
    const Result<uint64_t> version = NumberOf(reply);
    if (!version) return tl::unexpected(version.error());
    return Reply(*version);
  }

  Result<Reply> operator()(const RemoveRequest& /*remove*/) const {
    if (Outcome(reply) == "conflict") return OtherVersion();
    if (Outcome(reply) == "absent") return Fail(ErrorCode::kNotFound, "no such key");
    return Outcome(reply) == "ok" ? Result<Reply>(Reply()) : Damaged();
  }

  Result<Reply> operator()(const ScanRequest& /*scan*/) const {
    if (Outcome(reply) != "ok" || reply.items.size() < 2 || reply.items.size() % 2 != 0)
      return Damaged();
    Page page{.entries = {}, .more = reply.items[1].text == "1"};
    for (size_t i = 2; i < reply.items.size(); i += 2) {
      Result<Entry> entry = EntryOf(reply.items[i].text, reply.items[i + 1]);
      if (!entry) return tl::unexpected(entry.error());
      page.entries.push_back(std::move(*entry));
    }
    return Reply(std::move(page));
  }

  Result<Reply> operator()(const AcquireRequest& acquire) const {
    if (Outcome(reply) == "conflict" && reply.items.size() == 2)
      return Fail(ErrorCode::kConflict, fmt::format("the lease is {}'s", reply.items[1].text));
    const Result<uint64_t> fence = NumberOf(reply);
    if (!fence) return tl::unexpected(fence.error());
    return Reply(Lease{.name = acquire.name, .owner = acquire.owner, .fence = *fence});
  }

  Result<Reply> operator()(const RenewRequest& renew) const { return StillHeld(renew.lease); }

  Result<Reply> operator()(const ReleaseRequest& release) const { return StillHeld(release.lease); }

  static tl::unexpected<Error> OtherVersion() {
    return Fail(ErrorCode::kConflict, "the key has another version than expected");
  }

  Result<Reply> StillHeld(const Lease& lease) const {
    if (Outcome(reply) == "conflict")
      return Fail(ErrorCode::kConflict, fmt::format("the lease is not {}'s any more", lease.owner));
    return Outcome(reply) == "ok" ? Result<Reply>(Reply()) : Damaged();
  }

  const RedisReply& reply;
};

}  // namespace

struct RedisCodec::Encoder {
  RedisCommand operator()(const GetRequest& get) const {
    return {.words = {"HGET", Name("values"), get.key}};
  }

  RedisCommand operator()(const PutRequest& put) const {
    return Run(codec.scripts_.put, {Name("values"), Name("keys"), Name("number")},
               {codec.channel_, put.key, Expected(put.expected), put.value});
  }

  RedisCommand operator()(const RemoveRequest& remove) const {
    return Run(codec.scripts_.remove, {Name("values"), Name("keys"), Name("number")},
               {codec.channel_, remove.key, Expected(remove.expected)});
  }

  RedisCommand operator()(const ScanRequest& scan) const {
    return Run(
        codec.scripts_.scan, {Name("values"), Name("keys")},
        {scan.prefix, scan.after, std::to_string(scan.entries_max), std::to_string(kPageBytes)});
  }

  RedisCommand operator()(const AcquireRequest& acquire) const {
    return Run(codec.scripts_.acquire, {Name("lease:" + acquire.name), Name("number")},
               {acquire.owner, std::to_string(acquire.ttl.count())});
  }

  RedisCommand operator()(const RenewRequest& renew) const {
    return Run(codec.scripts_.renew, {Name("lease:" + renew.lease.name)},
               {HeldBy(renew.lease), std::to_string(renew.ttl.count())});
  }

  RedisCommand operator()(const ReleaseRequest& release) const {
    return Run(codec.scripts_.release, {Name("lease:" + release.lease.name)},
               {HeldBy(release.lease)});
  }

  std::string Name(const std::string& name) const { return codec.prefix_ + name; }

  static RedisCommand Run(const RedisScript& script, std::vector<std::string> keys,
                          std::vector<std::string> arguments) {
    RedisCommand command{.words = {"EVALSHA", script.sha, std::to_string(keys.size())},
                         .script = &script};
    for (auto* words : {&keys, &arguments})
      std::move(words->begin(), words->end(), std::back_inserter(command.words));
    return command;
  }

  const RedisCodec& codec;
};

std::vector<std::string_view> RedisCommand::views() const {
  return {words.begin(), words.end()};
}

RedisCodec::RedisCodec(std::string prefix)
    : prefix_(std::move(prefix)), channel_(prefix_ + "changes") {}

RedisCommand RedisCodec::Encode(const Request& request) const {
  return std::visit(Encoder{*this}, request);
}

Result<Reply> RedisCodec::Decode(const Request& request, const RedisReply& reply) const {
  if (reply.kind == Kind::kError) return tl::unexpected(RedisError(reply.text));
  return std::visit(Decoder{reply}, request);
}

std::optional<Change> RedisCodec::DecodeChange(std::string_view message) {
  if (message.empty() || (message.front() != '+' && message.front() != '-')) return std::nullopt;
  const std::optional<Numbered> numbered = ParseNumbered(message.substr(1));
  if (!numbered) return std::nullopt;
  return Change{.key = std::string(numbered->rest),
                .version = numbered->number,
                .removed = message.front() == '-'};
}

Error RedisError(const std::string& text) {
  ErrorCode code = ErrorCode::kUnavailable;
  if (text.starts_with("NOPERM") || text.starts_with("NOAUTH")) code = ErrorCode::kRefused;
  if (text.starts_with("WRONGTYPE")) code = ErrorCode::kMalformed;
  return {.code = code, .detail = "not done: redis says " + text};
}

bool MeansAnotherServer(const RedisReply& reply) {
  return reply.kind == Kind::kError &&
         (reply.text.starts_with("READONLY") || reply.text.starts_with("MASTERDOWN") ||
          reply.text.starts_with("LOADING"));
}

bool MeansNoScript(const RedisReply& reply) {
  return reply.kind == Kind::kError && reply.text.starts_with("NOSCRIPT");
}

}  // namespace weir::state

#include "origin/push/push_service.h"

#include <utility>

#include "base/log.h"
#include "crypto/random.h"
#include "http/date.h"
#include "origin/push/calls.h"

namespace weir::push {
namespace {

/// As OvenMediaEngine's: six letters and digits.
std::string NewId() {
  constexpr std::string_view kAlphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr size_t kSize = 6;
  std::string id;
  for (uint64_t random = crypto::RandomU64(); id.size() < kSize; random /= kAlphabet.size())
    id += kAlphabet[random % kAlphabet.size()];
  return id;
}

/// Evenly spread over [0, 1).
double Chance() {
  constexpr int kMantissa = 53;
  constexpr int kBits = 64;
  return static_cast<double>(crypto::RandomU64() >> (kBits - kMantissa)) /
         static_cast<double>(uint64_t{1} << kMantissa);
}

}  // namespace

PushService::PushService(Context context)
    : context_(std::move(context)),
      pushes_({.control = context_.loops.at(0),
               .loops = context_.loops,
               .srt_loop = [this]() -> net::EventLoop& { return context_.srt.Get(); },
               .streams = context_.streams,
               .tls = context_.tls,
               .random = crypto::FillRandom,
               .chance = Chance,
               .utc = http::SystemUtc,
               .options = context_.options,
               .node = context_.node}),
      book_(context_.store, {.kind = "push", .node = context_.node}, pushes_),
      timer_(context_.loops.at(0), book_),
      maps_({.control = context_.loops.at(0),
             .disk = context_.disk,
             .streams = context_.streams,
             .pushes = pushes_,
             .utc = http::SystemUtc,
             .new_id = NewId,
             .file = [this](std::string_view vhost, std::string_view app) {
               const auto options = context_.options(vhost, app);
               return options ? options->map : std::nullopt;
             }}) {
  pushes_.SetBook(book_);
}

void PushService::AddCalls(api::Routes& routes) {
  push::AddCalls(routes, {.pushes = pushes_, .options = context_.options, .utc = http::SystemUtc});
}

void PushService::EndApplication(const std::string& vhost, const std::string& app) {
  for (const Pushes::Shown& push : pushes_.List(vhost, app)) {
    pushes_.Remove(push.spec.key(), [key = push.spec.key()](const Result<Pushes::Shown>& removed) {
      if (removed || removed.error().code == ErrorCode::kNotFound) return;
      log::Err("push", key.vhost + "/" + key.app, "push '{}' goes on: {}", key.id,
               removed.error().detail);
    });
  }
}

}  // namespace weir::push

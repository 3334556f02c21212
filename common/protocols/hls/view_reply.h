#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "protocols/hls/cache_policy.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// How one viewer is to be answered.
struct ReplyTerms {
  std::string allow_origin{};  ///< Access-Control-Allow-Origin; empty leaves it out.
  bool vary_origin = false;    ///< Another origin would get another one.
  bool gzip = false;           ///< The viewer takes gzip.
  bool head = false;           ///< Only the fields are wanted.
};

/// The way back to one viewer, with the fields that every answer of ours has.
class Reply {
 public:
  /// `policy` outlives it.
  Reply(std::unique_ptr<http::Responder> responder, ReplyTerms terms, const CachePolicy& policy)
      : responder_(std::move(responder)), terms_(std::move(terms)), policy_(&policy) {}

  /// Answers 200 and returns the size of the body. `changed` is for Last-Modified.
  size_t Send(const Resource& resource, CacheClass cache, std::chrono::seconds target,
              std::optional<UtcTime> changed);

  /// Answers with an error in plain words.
  void Refuse(int status, CacheClass cache, std::chrono::seconds target, std::string_view text);

  /// Answers with neither body nor word of caching, but with `fields`.
  void Answer(int status, http::Fields fields);

  void OnGone(std::function<void()> gone) { responder_->OnGone(std::move(gone)); }

 private:
  void AddCors(http::Fields& fields) const;
  void AddVary(http::Fields& fields, bool encoding) const;

  std::unique_ptr<http::Responder> responder_;
  ReplyTerms terms_;
  const CachePolicy* policy_;
};

}  // namespace weir::hls

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"
#include "protocols/hls/common_fields.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// How one viewer is to be answered.
struct ReplyTerms {
  CommonFields::Audience audience{};
  bool gzip = false;  ///< The viewer takes gzip.
  bool head = false;  ///< Only the fields are wanted.
};

/// The way back to one viewer, with the fields that every answer of ours has.
class Reply {
 public:
  /// `common` outlives it.
  Reply(std::unique_ptr<http::Responder> responder, ReplyTerms terms, CommonFields& common)
      : responder_(std::move(responder)), terms_(std::move(terms)), common_(&common) {}

  /// Answers 200 and returns the size of the body. `changed` is for Last-Modified.
  size_t Send(const Resource& resource, CacheClass cache, std::chrono::seconds target,
              std::optional<UtcTime> changed);

  /// Answers with an error in plain words.
  void Refuse(int status, CacheClass cache, std::chrono::seconds target, std::string_view text);

  /// Answers with neither body nor word of caching, but with `fields`.
  void Answer(int status, http::Fields fields);

  void OnGone(std::function<void()> gone) { responder_->OnGone(std::move(gone)); }

 private:
  std::unique_ptr<http::Responder> responder_;
  ReplyTerms terms_;
  CommonFields* common_;
};

}  // namespace weir::hls

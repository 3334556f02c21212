#include "protocols/hls/common_fields.h"

#include "http/shared_fields.h"

namespace weir::hls {
namespace {

constexpr const char* kAnyOrigin = "*";

void AddCors(http::Fields& fields, const std::string& allow_origin) {
  if (allow_origin.empty()) return;
  fields.emplace_back("Access-Control-Allow-Origin", allow_origin);
  fields.emplace_back("Access-Control-Expose-Headers",
                      "Age, Content-Length, Content-Range, Date, ETag, Retry-After");
}

}  // namespace

bool IsPlaylist(CacheClass what) {
  return what == CacheClass::kMultivariant || what == CacheClass::kChunklist ||
         what == CacheClass::kFixedChunklist || what == CacheClass::kLegacyChunklist;
}

bool IsCurrentChunklist(CacheClass what) {
  return what == CacheClass::kChunklist || what == CacheClass::kLegacyChunklist;
}

http::SharedFieldsPtr CommonFields::Of(CacheClass what, std::chrono::seconds target,
                                       const Audience& audience) {
  if (audience.vary_origin || audience.allow_origin != kAnyOrigin) {
    return Make(what, target, audience);
  }
  if (kept_.size() >= kKeptMax) kept_.clear();
  http::SharedFieldsPtr& kept = kept_[{what, target}];
  if (kept == nullptr) kept = Make(what, target, audience);
  return kept;
}

http::SharedFieldsPtr CommonFields::Make(CacheClass what, std::chrono::seconds target,
                                         const Audience& audience) const {
  const std::string cache_control = policy_.CacheControl(what, target);
  http::Fields fields;
  if (IsCurrentChunklist(what)) fields.emplace_back("Surrogate-Control", cache_control);
  fields.emplace_back("Cache-Control", cache_control);
  if (IsPlaylist(what)) {
    fields.emplace_back("Vary",
                        audience.vary_origin ? "Accept-Encoding, Origin" : "Accept-Encoding");
  } else if (audience.vary_origin) {
    fields.emplace_back("Vary", "Origin");
  }
  AddCors(fields, audience.allow_origin);
  return http::ShareFields(std::move(fields));
}

void CommonFields::AddTo(http::Fields& fields, const Audience& audience) {
  if (audience.vary_origin) fields.emplace_back("Vary", "Origin");
  AddCors(fields, audience.allow_origin);
}

}  // namespace weir::hls

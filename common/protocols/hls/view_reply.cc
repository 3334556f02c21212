#include "protocols/hls/view_reply.h"

#include <utility>

#include "http/date.h"
#include "http/text_response.h"

namespace weir::hls {
namespace {

bool IsPlaylist(CacheClass cache) {
  return cache == CacheClass::kMultivariant || cache == CacheClass::kChunklist ||
         cache == CacheClass::kFixedChunklist || cache == CacheClass::kLegacyChunklist;
}

/// Whether it changes under its address while the stream goes on.
bool IsCurrentChunklist(CacheClass cache) {
  return cache == CacheClass::kChunklist || cache == CacheClass::kLegacyChunklist;
}

}  // namespace

size_t Reply::Send(const Resource& resource, CacheClass cache, std::chrono::seconds target,
                   std::optional<UtcTime> changed) {
  const bool playlist = IsPlaylist(cache);
  const bool gzip = playlist && terms_.gzip && !resource.gzip.empty();
  http::Response response{.body = gzip ? resource.gzip : resource.bytes, .ranges = !playlist};
  http::Fields& fields = response.fields;
  fields.reserve(10);
  fields.emplace_back("Content-Type", resource.content_type);
  std::string cache_control = policy_->CacheControl(cache, target);
  if (IsCurrentChunklist(cache)) {
    fields.emplace_back("Surrogate-Control", cache_control);
    if (changed) fields.emplace_back("Last-Modified", http::FormatDate(*changed));
  }
  fields.emplace_back("Cache-Control", std::move(cache_control));
  // A strong validator is of the bytes themselves, and these are others (RFC 9110, 8.8.3.3).
  fields.emplace_back("ETag", gzip ? "W/" + resource.etag : resource.etag);
  if (gzip) fields.emplace_back("Content-Encoding", "gzip");
  AddVary(fields, playlist);
  AddCors(fields);
  const size_t size = terms_.head ? 0 : response.body.size();
  responder_->Respond(std::move(response));
  return size;
}

void Reply::Refuse(int status, CacheClass cache, std::chrono::seconds target,
                   std::string_view text) {
  http::Response response = http::TextResponse(status, text);
  response.fields.emplace_back("Cache-Control", policy_->CacheControl(cache, target));
  if (CachePolicy::MayRetry(cache)) response.fields.emplace_back("Retry-After", "1");
  AddVary(response.fields, false);
  AddCors(response.fields);
  responder_->Respond(std::move(response));
}

void Reply::Answer(int status, http::Fields fields) {
  AddVary(fields, false);
  AddCors(fields);
  responder_->Respond({.status = status, .fields = std::move(fields)});
}

void Reply::AddCors(http::Fields& fields) const {
  if (terms_.allow_origin.empty()) return;
  fields.emplace_back("Access-Control-Allow-Origin", terms_.allow_origin);
  fields.emplace_back("Access-Control-Expose-Headers",
                      "Age, Content-Length, Content-Range, Date, ETag, Retry-After");
}

void Reply::AddVary(http::Fields& fields, bool encoding) const {
  if (encoding) {
    fields.emplace_back("Vary", terms_.vary_origin ? "Accept-Encoding, Origin" : "Accept-Encoding");
  } else if (terms_.vary_origin) {
    fields.emplace_back("Vary", "Origin");
  }
}

}  // namespace weir::hls

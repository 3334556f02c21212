#include "protocols/hls/view_reply.h"

#include <utility>

#include "http/date.h"
#include "http/text_response.h"

namespace weir::hls {
size_t Reply::Send(const Resource& resource, CacheClass cache, std::chrono::seconds target,
                   std::optional<UtcTime> changed) {
  const bool gzip = terms_.gzip && IsPlaylist(cache) && !resource.gzip.empty();
  http::Response response{.body = gzip ? resource.gzip : resource.bytes,
                          .ranges = !IsPlaylist(cache),
                          .shared = {gzip ? resource.gzip_fields : resource.fields,
                                     common_->Of(cache, target, terms_.audience)}};
  if (IsCurrentChunklist(cache) && changed) {
    response.fields.emplace_back("Last-Modified", http::FormatDate(*changed));
  }
  const size_t size = terms_.head ? 0 : response.body.size();
  responder_->Respond(std::move(response));
  return size;
}

void Reply::Refuse(int status, CacheClass cache, std::chrono::seconds target,
                   std::string_view text) {
  http::Response response = http::TextResponse(status, text);
  response.fields.emplace_back("Cache-Control", common_->policy().CacheControl(cache, target));
  if (CachePolicy::MayRetry(cache)) response.fields.emplace_back("Retry-After", "1");
  CommonFields::AddTo(response.fields, terms_.audience);
  responder_->Respond(std::move(response));
}

void Reply::Answer(int status, http::Fields fields) {
  CommonFields::AddTo(fields, terms_.audience);
  responder_->Respond({.status = status, .fields = std::move(fields)});
}

}  // namespace weir::hls

// Any text as a query string, a path and the lists of header fields.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/conditional.h"
#include "http/cors.h"
#include "http/fields.h"
#include "http/query.h"
#include "http/request_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::http;  // NOLINT(google-build-using-namespace): a program of one file
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Query query(text);
  if (query.parameters().size() > Query::kParametersMax) std::abort();
  size_t decoded = 0;
  for (const auto& [name, value] : query.parameters()) {
    decoded += name.size() + value.size();
    if (!query.Get(name)) std::abort();
  }
  if (decoded > size) std::abort();
  if (const auto path = PercentDecode(text); path && path->size() > size) std::abort();
  (void)AcceptsGzip(text);
  (void)HostName(text);
  (void)NamesEtag(text, "\"a\"");
  const CrossDomains domains({"https://*.a?.example*", "*b"});
  if (!domains.Allow(text).empty() && domains.Allow(text) != text) std::abort();
  Response response{.fields = {{"ETag", "\"a\""}},
                    .body = weir::SharedBytes(std::string(100, 'x')),
                    .ranges = true};
  const Request request{.method = "GET", .fields = {{"Range", std::string(text)}}};
  ApplyConditions(ConditionsOf(request), response);
  if (response.status == 206 && (response.body.empty() || response.body.size() > 100)) std::abort();
  return 0;
}

#include "http/text_response.h"

#include <utility>

namespace weir::http {

Response TextResponse(int status, std::string_view text) {
  std::string line(text);
  line += '\n';
  return {.status = status,
          .fields = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = SharedBytes(std::move(line))};
}

Response JsonResponse(int status, std::string json) {
  return {.status = status,
          .fields = {{"Content-Type", "application/json"}},
          .body = SharedBytes(std::move(json))};
}

}  // namespace weir::http

#include "control/text_page.h"

#include <utility>

namespace weir::control {

void RespondText(const http::Request& request, http::Responder& responder, int status,
                 std::string_view content_type, std::string body) {
  http::Response response{
      .status = status,
      .fields = {{"Content-Type", std::string(content_type)}, {"Cache-Control", "no-store"}},
      .body = SharedBytes(std::move(body))};
  if (request.method != "GET" && request.method != "HEAD") {
    response = {.status = 405,
                .fields = {{"Allow", "GET, HEAD"}, {"Content-Type", "text/plain"}},
                .body = SharedBytes(std::string("only GET and HEAD here\n"))};
  }
  responder.Respond(std::move(response));
}

}  // namespace weir::control

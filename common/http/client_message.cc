#include "http/client_message.h"

#include <iterator>

#include <fmt/format.h>

#include "http/fields.h"

namespace weir::http {
namespace {

void AppendSafely(std::string& head, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    head += (byte < 0x20 && byte != '\t') || byte == 0x7f ? ' ' : c;
  }
}

bool MayHaveBody(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

std::string_view ClientResponse::Field(std::string_view name) const {
  return FindField(fields, name);
}

std::string RenderRequest(const ClientRequest& request, std::string_view authority,
                          std::string_view target) {
  std::string text;
  text.reserve(512 + request.body.size());
  fmt::format_to(std::back_inserter(text), "{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Weir\r\n",
                 request.method, target, authority);
  for (const auto& [name, value] : request.fields) {
    AppendSafely(text, name);
    text += ": ";
    AppendSafely(text, value);
    text += "\r\n";
  }
  if (!request.body.empty() || MayHaveBody(request.method))
    fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", request.body.size());
  text += "Connection: keep-alive\r\n\r\n";
  text += request.body;
  return text;
}

}  // namespace weir::http

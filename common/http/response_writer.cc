#include "http/response_writer.h"

#include <iterator>

#include <fmt/format.h>

#include "http/status.h"

namespace weir::http {
namespace {

void AppendSafely(std::string& head, std::string_view text) {
  const size_t start = head.size();
  head += text;
  for (size_t i = start; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f) head[i] = ' ';
  }
}

}  // namespace

std::string RenderHead(const Response& response, std::string_view date, bool keep_alive) {
  std::string head;
  head.reserve(512);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\nDate: {}\r\nServer: Weir\r\n",
                 response.status, ReasonPhrase(response.status), date);
  for (const auto& [name, value] : response.fields) {
    AppendSafely(head, name);
    head += ": ";
    AppendSafely(head, value);
    head += "\r\n";
  }
  if (!IsBodyless(response.status)) {
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace weir::http

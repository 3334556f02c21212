#include "http/response_writer.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "http/shared_fields.h"
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

void AppendNumber(std::string& head, uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  head.append(digits.data(), end);
}

}  // namespace

void AppendLines(const Fields& fields, std::string& head) {
  for (const auto& [name, value] : fields) {
    AppendSafely(head, name);
    head += ": ";
    AppendSafely(head, value);
    head += "\r\n";
  }
}

std::string RenderHead(const Response& response, std::string_view date, bool keep_alive) {
  std::string head;
  head.reserve(512);
  head += "HTTP/1.1 ";
  AppendNumber(head, static_cast<uint64_t>(response.status));
  head += ' ';
  head += ReasonPhrase(response.status);
  head += "\r\nDate: ";
  head += date;
  head += "\r\nServer: Weir\r\n";
  for (const SharedFieldsPtr& block : response.shared) {
    if (block == nullptr) break;
    head += block->lines();
  }
  AppendLines(response.fields, head);
  if (!IsBodyless(response.status)) {
    head += "Content-Length: ";
    AppendNumber(head, response.body.size());
    head += "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace weir::http

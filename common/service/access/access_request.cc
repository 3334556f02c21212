#include "service/access/access_request.h"

#include <algorithm>

#include "base/text.h"

namespace weir::service {
namespace {

bool IsNamed(std::string_view parameter, std::string_view name) {
  return parameter.substr(0, parameter.find('=')) == name;
}

}  // namespace

RawParameter FindParameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view parameter = TakeUntil(query, '&');
    if (!IsNamed(parameter, name)) continue;
    const size_t mark = std::min(parameter.find('='), parameter.size());
    return {.found = true,
            .value = mark == parameter.size() ? std::string_view() : parameter.substr(mark + 1)};
  }
  return {};
}

std::string WithoutParameter(std::string_view query, std::string_view name) {
  std::string kept;
  while (!query.empty()) {
    const std::string_view parameter = TakeUntil(query, '&');
    if (IsNamed(parameter, name)) continue;
    if (!kept.empty()) kept += '&';
    kept += parameter;
  }
  return kept;
}

}  // namespace weir::service

#include "http/message.h"

#include "http/fields.h"

namespace weir::http {

std::string_view Request::Field(std::string_view name) const {
  return FindField(fields, name);
}

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
  const size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

}  // namespace weir::http

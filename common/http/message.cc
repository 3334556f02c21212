#include "http/message.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "http/fields.h"
#include "http/shared_fields.h"
#include "net/ip_address.h"

namespace weir::http {

std::string_view Request::client() const {
  return forwarded_for.empty() ? net::HostOf(peer) : std::string_view(forwarded_for);
}

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

std::string_view Response::Field(std::string_view name) const {
  for (const SharedFieldsPtr& block : shared) {
    if (block == nullptr) break;
    if (const std::string_view value = FindField(block->list(), name); !value.empty()) return value;
  }
  return FindField(fields, name);
}

void Response::Share(SharedFieldsPtr more) {
  const auto place = std::find(shared.begin(), shared.end(), nullptr);
  WEIR_CHECK(place != shared.end());
  *place = std::move(more);
}

void Response::Unshare() {
  Fields all;
  for (SharedFieldsPtr& block : shared) {
    if (block == nullptr) break;
    all.insert(all.end(), block->list().begin(), block->list().end());
    block.reset();
  }
  std::move(fields.begin(), fields.end(), std::back_inserter(all));
  fields = std::move(all);
}

}  // namespace weir::http

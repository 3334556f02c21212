#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::http {

/// Fields that many answers have in common: put together and rendered once, and shared by all of
/// them, on all loops. Immutable.
class SharedFields {
 public:
  explicit SharedFields(Fields fields);

  const Fields& list() const { return list_; }

  /// As they stand in the head of an HTTP/1.1 answer: "Name: value", each with its line's end.
  std::string_view lines() const { return lines_; }

 private:
  Fields list_;
  std::string lines_;
};

inline SharedFieldsPtr ShareFields(Fields fields) {
  return std::make_shared<const SharedFields>(std::move(fields));
}

}  // namespace weir::http

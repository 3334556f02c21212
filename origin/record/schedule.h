#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::record {

/// When files are split: "<second> <minute> <hour>" in local time, each "*", a number, or "*/n",
/// every so many. "0 */10 *" is at every tenth minute of each hour.
class Schedule {
 public:
  /// Nothing where it is none.
  static std::optional<Schedule> Read(std::string_view text);

  const std::string& text() const { return text_; }

  /// The first instant of it that is later than `time`.
  UtcTime NextAfter(UtcTime time) const;

 private:
  struct Field {
    std::optional<int> number{};
    int every = 1;

    bool Matches(int value) const { return number ? value == *number : value % every == 0; }
  };

  Schedule() = default;

  static std::optional<Field> ReadField(std::string_view text, int end);

  std::string text_;
  Field second_;
  Field minute_;
  Field hour_;
};

}  // namespace weir::record

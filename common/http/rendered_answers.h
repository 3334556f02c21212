#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "http/message.h"

namespace weir::http {

/// HTTP/1.1 answers as they were rendered within the present second: when something new comes,
/// many ask for the same, and all of them are written the same bytes.
///
/// Thread: one.
class RenderedAnswers {
 public:
  /// A body up to this size is joined to its head, since copying it once costs less than handing it
  /// over as a second piece every time.
  static constexpr size_t kJoinedMax = size_t{16} * 1024;

  struct Rendered {
    SharedBytes bytes;   ///< The head, or all of the answer.
    bool whole = false;  ///< The body is in it.
  };

  /// `date` is the Date field's value; `with_body` is false where only the head is to leave. Valid
  /// until the next call.
  const Rendered& Get(const Response& response, std::string_view date, bool keep_alive,
                      bool with_body);

 private:
  /// All that decides on the bytes, but for the date.
  struct Key {
    int status = 0;
    bool keep_alive = false;
    std::array<SharedFieldsPtr, 3> shared;
    SharedBytes joined;    // the body, where it is joined
    size_t body_size = 0;  // of any body

    bool Matches(const Key& other) const;
    size_t Slot() const;
  };

  struct Entry {
    Key key;
    Rendered rendered;
  };

  static constexpr size_t kSlots = 32;

  std::string date_;
  std::array<Entry, kSlots> entries_;
  Rendered other_;  // one that nobody else gets
};

}  // namespace weir::http

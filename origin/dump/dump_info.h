#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "stream/stream_path.h"

namespace weir::dump {

/// A dump's info file, XML in OvenMediaEngine's manner: <HLSDumpInfo> with an <Item> for each file
/// that is as it will stay.
class DumpInfo {
 public:
  enum class State { kRunning, kCompleted, kError };

  DumpInfo(std::string_view user_data, const stream::StreamPath& stream);

  void Add(const std::string& file, UtcTime time);

  std::string Text(State state) const;

 private:
  std::string head_;
  std::string items_;
  size_t count_ = 0;
};

}  // namespace weir::dump

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/byte_session.h"

namespace weir::testing {

/// Keeps what a session writes and how it finishes, for a test to look at.
class RecordingOutput final : public net::ByteOutput {
 public:
  void Write(SharedBytes bytes) override {
    if (finished) return;
    const auto view = bytes.view();
    written.insert(written.end(), view.begin(), view.end());
    writes.push_back(std::move(bytes));
  }

  size_t unsent_bytes() const override { return unsent; }

  bool RequestTurnEnd() override {
    ++turn_ends_requested;
    return has_turns;
  }

  void Finish(Error reason) override {
    if (!finished) finished = std::move(reason);
  }

  std::string text() const { return {written.begin(), written.end()}; }

  /// What was written since the last call.
  std::vector<uint8_t> Take() {
    writes.clear();
    return std::exchange(written, {});
  }

  std::vector<uint8_t> written;     ///< All bytes, joined.
  std::vector<SharedBytes> writes;  ///< The same, as they came.
  size_t unsent = 0;                ///< What unsent_bytes() says: set by the test.
  bool has_turns = false;           ///< What RequestTurnEnd() says.
  int turn_ends_requested = 0;
  std::optional<Error> finished;  ///< The first reason; later writes are ignored.
};

}  // namespace weir::testing

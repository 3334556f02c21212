// Any bytes as the answer of a server, whole and cut: the outcome is the same, and within limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "http/response_reader.h"

namespace {

using namespace weir::http;  // NOLINT(google-build-using-namespace): a program of one file

constexpr ResponseLimits kLimits{.head_bytes = 256, .fields = 6, .body_bytes = 128};

std::string OutcomeOf(std::span<const uint8_t> bytes, size_t piece, bool head) {
  ResponseReader reader(kLimits);
  reader.Next(head);
  while (!bytes.empty()) {
    const auto taken = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(reader.Feed(taken));
    if (reader.state() == ResponseReader::State::kDone) break;
    if (reader.state() == ResponseReader::State::kBroken) return "broken";
  }
  const bool by_itself = reader.state() == ResponseReader::State::kDone;
  reader.FeedEnd();
  if (reader.state() == ResponseReader::State::kBroken) return "broken";
  const ClientResponse response = reader.Take();
  if (response.body.size() > kLimits.body_bytes || response.fields.size() > kLimits.fields ||
      (head && !response.body.empty()) || response.status < 200)
    std::abort();
  std::string text = std::to_string(response.status) + (by_itself ? " whole " : " ended ");
  for (const auto& [name, value] : response.fields)
    text += name + "=" + value + "\n";
  return text + response.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > 4'096) return 0;
  const bool head = data[0] % 2 == 1;
  const size_t piece = data[0] / 2 % 7 + 1;
  const std::span bytes = std::span(data, size).subspan(1);
  if (OutcomeOf(bytes, std::max<size_t>(bytes.size(), 1), head) != OutcomeOf(bytes, piece, head))
    std::abort();
  return 0;
}

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "formats/flv/file_reader.h"

namespace {

struct Collected : weir::flv::FileReader::Sink {
  void OnTag(weir::flv::Tag tag) override { tags.push_back(std::move(tag)); }

  std::vector<weir::flv::Tag> tags;
};

bool IsSame(const weir::flv::Tag& a, const weir::flv::Tag& b) {
  return a.type == b.type && a.timestamp_ms == b.timestamp_ms && a.body.text() == b.body.text();
}

}  // namespace

// However a file is cut, the same tags come out, and the same fault. The first byte tells how.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  Collected whole;
  weir::flv::FileReader at_once(whole);
  const bool understood = at_once.Feed(bytes).has_value();
  Collected pieces;
  weir::flv::FileReader in_pieces(pieces);
  bool understood_in_pieces = true;
  for (auto rest = bytes; !rest.empty();) {
    const size_t piece = std::min(rest.size(), size_t{data[0]} + 1);
    understood_in_pieces = in_pieces.Feed(rest.first(piece)).has_value();
    rest = rest.subspan(piece);
  }
  if (understood != understood_in_pieces) std::abort();
  if (!std::equal(whole.tags.begin(), whole.tags.end(), pieces.tags.begin(), pieces.tags.end(),
                  IsSame))
    std::abort();
  return 0;
}

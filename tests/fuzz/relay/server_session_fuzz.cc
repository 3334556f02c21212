// An edge that says anything it likes, before the handshake or after it.
#include <algorithm>
#include <cstdlib>

#include "unit/protocols/relay/pair.h"

namespace weir::relay::test {
namespace {

void Converse(std::span<const uint8_t> bytes, bool through, size_t cut) {
  Pair pair;
  pair.setup.origin.connection_bytes = 100'000;
  const auto stream = pair.Publish(kPath);
  Play(*stream, 1);
  if (through) {
    pair.Run();
    if (!pair.client->ready()) std::abort();
  }
  int64_t number = 2;
  Status status;
  while (!bytes.empty() && status) {
    const auto piece = bytes.first(std::min(cut, bytes.size()));
    bytes = bytes.subspan(piece.size());
    status = pair.server->OnBytes(piece, pair.now);
    Play(*stream, number++, 3000);
    pair.loop.RunAll();
    if (pair.server->stats().queued_bytes > 100'000) std::abort();
    pair.server_out.unsent = pair.server_out.unsent == 0 ? size_t{2} << 20 : 0;
    if (pair.server_out.unsent == 0 && status) status = pair.server->OnWritable(pair.now);
  }
  if (status) (void)pair.server->OnDeadline(pair.now + std::chrono::seconds(2));
}

}  // namespace
}  // namespace weir::relay::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  weir::relay::test::Converse({data + 2, size - 2}, (data[0] & 1) != 0, data[1] * size_t{4} + 16);
  return 0;
}

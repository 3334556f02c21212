// However the bytes are cut, the reader must find the same messages and end in the same way.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "protocols/relay/message_reader.h"

namespace weir::relay {
namespace {

class Log final : public MessageReader::Sink {
 public:
  Status OnVersion(uint8_t version) override {
    text += "v" + std::to_string(version);
    return {};
  }

  Status OnMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body) override {
    text += "m" + std::to_string(static_cast<int>(type)) + "," + std::to_string(channel) + ":";
    text.append(body.begin(), body.end());
    return {};
  }

  Status OnFrame(uint32_t channel, media::Frame frame) override {
    if (frame.payload.empty()) std::abort();
    text += "f" + std::to_string(channel) + "," + std::to_string(frame.track) + "," +
            std::to_string(frame.dts.count()) + ":";
    text += frame.payload.text();
    return {};
  }

  std::string text;
};

std::string Read(std::span<const uint8_t> bytes, size_t cut) {
  Log log;
  MessageReader reader(log);
  reader.SetLimits({.control_max = 1 << 16, .frame_max = 1 << 16});
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(cut, bytes.size()));
    if (const Status status = reader.Feed(piece); !status) {
      log.text += "!" + status.error().detail;
      break;
    }
    bytes = bytes.subspan(piece.size());
  }
  return log.text;
}

}  // namespace
}  // namespace weir::relay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  if (weir::relay::Read(bytes, bytes.size() + 1) != weir::relay::Read(bytes, data[0] + size_t{1}))
    std::abort();
  return 0;
}

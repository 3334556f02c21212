#include "formats/fmp4/event_message.h"

#include "formats/fmp4/box_writer.h"

namespace weir::fmp4 {
namespace {

constexpr uint32_t kDurationUnknown = 0xFFFFFFFF;

}  // namespace

void WriteEventMessage(ByteWriter& out, const EventMessage& message) {
  const BoxWriter emsg(out, "emsg", 1, 0);
  out.U32(message.timescale);
  out.U64(message.time);
  out.U32(kDurationUnknown);
  out.U32(message.id);
  for (const std::string_view text : {message.scheme, message.value}) {
    out.Text(text);
    out.U8(0);
  }
  out.Bytes(message.data.view());
}

}  // namespace weir::fmp4

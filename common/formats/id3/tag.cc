#include "formats/id3/tag.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/byte_writer.h"

namespace weir::id3 {
namespace {

constexpr uint8_t kUtf8 = 3;
constexpr size_t kIdSize = 4;

/// Four times seven bits.
void WriteSize(ByteWriter& out, size_t size) {
  for (int shift = 21; shift >= 0; shift -= 7)
    out.U8(static_cast<uint8_t>(size >> shift & 0x7F));
}

std::vector<uint8_t> Body(const Frame& frame) {
  ByteWriter out;
  const bool is_private = frame.id == "PRIV";
  if (!is_private) out.U8(kUtf8);
  if (is_private || frame.id == "TXXX") {
    out.Text(frame.info);
    out.U8(0);
  }
  out.Text(frame.data);
  return out.Take();
}

}  // namespace

bool IsKnown(std::string_view id) {
  const auto is_plain = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return id.size() == kIdSize && (id == "PRIV" || id.starts_with('T')) &&
         std::all_of(id.begin(), id.end(), is_plain);
}

std::vector<uint8_t> WriteTag(std::span<const Frame> frames) {
  ByteWriter content;
  for (const Frame& frame : frames) {
    const std::vector<uint8_t> body = Body(frame);
    content.Text(frame.id);
    WriteSize(content, body.size());
    content.U16(0);  // flags
    content.Bytes(body);
  }
  ByteWriter out;
  out.Text("ID3");
  out.U16(0x0400);  // version 2.4.0
  out.U8(0);        // flags
  WriteSize(out, content.size());
  out.Bytes(content.view());
  return out.Take();
}

}  // namespace weir::id3

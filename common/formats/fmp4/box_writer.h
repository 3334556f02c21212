#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/byte_writer.h"

namespace weir::fmp4 {

/// Writes one ISO base media box (ISO/IEC 14496-12, 4.2) for as long as it lives: the head when it
/// is made, the size when it goes. What is written to `out` between is its content, boxes too.
class BoxWriter {
 public:
  /// `type` is four characters; `out` outlives it.
  BoxWriter(ByteWriter& out, std::string_view type) : out_(out), start_(out.size()) {
    out.U32(0);
    out.Text(type);
  }

  /// A FullBox: with version and flags.
  BoxWriter(ByteWriter& out, std::string_view type, uint8_t version, uint32_t flags)
      : BoxWriter(out, type) {
    out.U8(version);
    out.U24(flags);
  }

  ~BoxWriter() { out_.PatchU32(start_, static_cast<uint32_t>(out_.size() - start_)); }

  BoxWriter(const BoxWriter&) = delete;
  BoxWriter& operator=(const BoxWriter&) = delete;

 private:
  ByteWriter& out_;
  const size_t start_;
};

}  // namespace weir::fmp4

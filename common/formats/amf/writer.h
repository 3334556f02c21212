#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_writer.h"
#include "formats/amf/value.h"

namespace weir::amf {

/// Appends `value` in AMF0: the inverse of Reader. Strings past 65,535 bytes become long strings;
/// names of members and classes must be shorter than that. A tree that nests deeper than a Reader
/// takes is the caller's own fault.
void Write(ByteWriter& bytes, const Value& value);

std::vector<uint8_t> WriteAll(std::span<const Value> values);

}  // namespace weir::amf

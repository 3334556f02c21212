#pragma once

#include <cstdint>
#include <string>

namespace weir::flv {

/// Four characters as a big-endian number: how Enhanced RTMP names codecs.
constexpr uint32_t FourCc(const char (&name)[5]) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i)
    value = value << 8 | static_cast<uint8_t>(name[i]);
  return value;
}

/// For logs: the four characters, those that do not print as dots.
std::string FourCcName(uint32_t value);

}  // namespace weir::flv

#include "formats/flv/fourcc.h"

namespace weir::flv {

std::string FourCcName(uint32_t value) {
  std::string name;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto byte = static_cast<char>(value >> shift & 0xff);
    name += byte >= ' ' && byte <= '~' ? byte : '.';
  }
  return name;
}

}  // namespace weir::flv

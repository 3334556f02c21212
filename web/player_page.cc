#include "web/player_page.h"

// Put there by cmake/Web.cmake.
extern "C" {
extern const uint8_t weir_player_page_begin[];
extern const uint8_t weir_player_page_end[];
}

namespace weir::web {

SharedBytes PlayerPage() {
  return SharedBytes::Static({weir_player_page_begin, weir_player_page_end});
}

}  // namespace weir::web

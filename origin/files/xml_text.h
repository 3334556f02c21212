#pragma once

#include <string>
#include <string_view>

namespace weir::files {

/// `text` as it may stand between tags. Control characters that XML cannot hold are left out.
std::string EscapeXml(std::string_view text);

}  // namespace weir::files

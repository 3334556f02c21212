#pragma once

#include <nlohmann/json.hpp>

#include "origin/publish/live_stream.h"

namespace weir::streams {

/// A stream as GET .../streams/{stream} shows it. What comes in is what goes out, so there is one
/// output stream, of the same name.
nlohmann::json ToJson(const origin::LiveStream& stream);

}  // namespace weir::streams

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::files {

/// What the macro of that name stands for; nothing where there is none.
using MacroValue = std::function<std::optional<std::string>(std::string_view name)>;

/// Replaces "${name}" wherever `value_of` knows it; others stay.
std::string ExpandMacros(std::string_view path, const MacroValue& value_of);

/// A macro's value that makes no folder and no macro: slashes and dollar signs become underscores.
std::string AsOnePart(std::string value);

/// A path below a root folder: without a leading slash, and without the root's own name before it,
/// where it had that.
///
/// kRefused: it has "..", or an empty or overlong part, or no printable name.
Result<std::string> PathBelow(std::string_view root, std::string_view path);

}  // namespace weir::files

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/document.h"

namespace weir::config {

/// Compares a Server.xml with every element OvenMediaEngine and its Enterprise edition know, and
/// Weir's own under <Weir>.
///
/// Call it after the program has read what it uses. An unknown element, a missing mandatory one or
/// a version this server does not know is an Error whose detail has one line for each of them, with
/// file, line and the nearest known name. Otherwise gives notices: what is known but was not read.
Result<std::vector<std::string>> CheckVocabulary(const Document& document);

}  // namespace weir::config

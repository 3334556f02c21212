#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "config/node.h"

namespace weir::tasks {

/// How a stream map is called, by what it has done with whatever stream comes: "push" is <PushInfo>
/// with <Push> elements.
struct StreamMapKind {
  std::string what{};     ///< "push"
  std::string root{};     ///< "PushInfo"
  std::string element{};  ///< "Push"
  bool enabled = false;   ///< Whether an element is that does not say so.
};

/// Reads such a file, as OvenMediaEngine has it: gives each enabled element to `take`, of which the
/// first error ends it. Blocks. Errors name file and line.
Status ReadStreamMapFile(const std::filesystem::path& file, const StreamMapKind& kind,
                         const std::function<Status(const config::Node& element)>& take);

}  // namespace weir::tasks

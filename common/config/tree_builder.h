#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "config/element.h"

namespace weir::config {

/// Elements, and the names of the files they point to.
struct Tree {
  std::vector<std::unique_ptr<const std::string>> files;
  std::unique_ptr<Element> root;
};

/// A document that has this tree.
std::unique_ptr<Document> DocumentOf(Tree tree);

/// Reads a file and those it includes.
Result<Tree> BuildFromFile(const std::filesystem::path& path, const Environment& environment,
                           const DocumentLimits& limits);

/// Reads a text; an include in it is an Error.
Result<Tree> BuildFromText(std::string_view text, const std::string& file_name,
                           const Environment& environment, const DocumentLimits& limits);

}  // namespace weir::config

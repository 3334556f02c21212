#include "origin/tasks/stream_map_file.h"

#include <cstddef>

#include <fmt/format.h>

#include "config/document.h"

namespace weir::tasks {
namespace {

constexpr size_t kElementsMax = 1'000;

}  // namespace

Status ReadStreamMapFile(const std::filesystem::path& file, const StreamMapKind& kind,
                         const std::function<Status(const config::Node& element)>& take) {
  const auto document = config::Document::Load(file, config::Environment::OfProcess());
  if (!document) return tl::unexpected(document.error());
  const config::Node& root = (*document)->root();
  if (root.name() != kind.root)
    return root.Wrong(fmt::format("a {} map has {} as its root", kind.what, kind.root));
  size_t taken = 0;
  for (const config::Node* element : root.Children(kind.element)) {
    const Result<bool> enabled = element->Flag("Enable", kind.enabled);
    if (!enabled) return tl::unexpected(enabled.error());
    if (!*enabled) continue;
    if (++taken > kElementsMax) return element->Wrong(fmt::format("one {} too many", kind.what));
    if (Status fine = take(*element); !fine) return fine;
  }
  return {};
}

}  // namespace weir::tasks

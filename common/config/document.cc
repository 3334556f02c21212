#include "config/document.h"

#include <utility>

#include "config/tree_builder.h"

namespace weir::config {
namespace {

/// A Document whose files have all been read.
class ReadDocument final : public Document {
 public:
  explicit ReadDocument(Tree tree) : tree_(std::move(tree)) { tree_.root->MarkUsed(); }

  const Node& root() const override { return *tree_.root; }

  std::vector<Finding> Unused() const override {
    std::vector<Finding> findings;
    tree_.root->AddUnused(findings);
    return findings;
  }

 private:
  Tree tree_;
};

Result<std::unique_ptr<Document>> Finish(Result<Tree> tree) {
  if (!tree) return tl::unexpected(tree.error());
  return DocumentOf(*std::move(tree));
}

}  // namespace

std::unique_ptr<Document> DocumentOf(Tree tree) {
  return std::make_unique<ReadDocument>(std::move(tree));
}

Result<std::unique_ptr<Document>> Document::Load(const std::filesystem::path& path,
                                                 const Environment& environment,
                                                 const DocumentLimits& limits) {
  return Finish(BuildFromFile(path, environment, limits));
}

Result<std::unique_ptr<Document>> Document::Parse(std::string_view text,
                                                  const std::string& file_name,
                                                  const Environment& environment,
                                                  const DocumentLimits& limits) {
  return Finish(BuildFromText(text, file_name, environment, limits));
}

}  // namespace weir::config

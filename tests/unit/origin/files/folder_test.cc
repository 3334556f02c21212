#include "origin/files/folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace weir::files {
namespace {

class FolderTest : public ::testing::Test {
 protected:
  std::string Read(const std::string& name) const {
    std::ifstream file(temp_.File(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  size_t Count(const std::string& name) const {
    const std::filesystem::directory_iterator all(temp_.File(name));
    return static_cast<size_t>(std::distance(begin(all), end(all)));
  }

  testing::TempFolder temp_;
  const std::string root_ = temp_.File("root");
};

TEST_F(FolderTest, MakesTheFoldersOfAPathButForTheFile) {
  ASSERT_TRUE(Folder::OfFile(root_, "a/b/file"));
  EXPECT_TRUE(std::filesystem::is_directory(root_ + "/a/b"));
  EXPECT_FALSE(std::filesystem::exists(root_ + "/a/b/file"));
  ASSERT_TRUE(Folder::Open(root_, "a/c"));
  EXPECT_TRUE(std::filesystem::is_directory(root_ + "/a/c"));
}

TEST_F(FolderTest, PutsAFileInPlaceOfTheOneThatIsThere) {
  const auto folder = Folder::Open(root_, "a");
  ASSERT_TRUE(folder);
  for (const std::string text : {"longer than", "the next"}) {
    ASSERT_TRUE(folder->Put("list", text, text == "the next"));
    EXPECT_EQ(Read("root/a/list"), text);
  }
  EXPECT_EQ(Count("root/a"), 1U);
}

TEST_F(FolderTest, LeavesNothingBehindWhereAFileCannotBePut) {
  const auto folder = Folder::Open(root_, "a");
  ASSERT_TRUE(folder);
  std::filesystem::create_directories(root_ + "/a/list/full");
  EXPECT_FALSE(folder->Put("list", "text", false));
  EXPECT_EQ(Count("root/a"), 1U);
}

TEST_F(FolderTest, DoesNotFollowLinks) {
  std::filesystem::create_directories(temp_.File("elsewhere"));
  std::filesystem::create_directories(root_);
  std::filesystem::create_directory_symlink(temp_.File("elsewhere"), root_ + "/link");
  EXPECT_FALSE(Folder::Open(root_, "link"));
  EXPECT_FALSE(Folder::OfFile(root_, "link/file"));
  const auto folder = Folder::Open(root_, "a");
  ASSERT_TRUE(folder);
  std::filesystem::create_symlink(temp_.File("elsewhere/file"), root_ + "/a/file");
  ASSERT_TRUE(folder->Put("file", "text", false));
  EXPECT_FALSE(std::filesystem::exists(temp_.File("elsewhere/file")));
  EXPECT_EQ(Read("root/a/file"), "text");
}

}  // namespace
}  // namespace weir::files

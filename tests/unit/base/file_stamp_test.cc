#include "base/file_stamp.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace weir {
namespace {

TEST(FileStampTest, IsAnotherWhenTheFileIs) {
  const testing::TempFolder folder;
  const std::string path = folder.File("a");
  EXPECT_FALSE(StampOf(path));
  std::ofstream(path) << "one";
  const auto first = StampOf(path);
  ASSERT_TRUE(first);
  EXPECT_EQ(StampOf(path), first);
  std::ofstream(path, std::ios::app) << "more";
  const auto longer = StampOf(path);
  EXPECT_NE(longer, first);
  std::filesystem::last_write_time(
      path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  const auto older = StampOf(path);
  EXPECT_NE(older, longer);
  std::filesystem::copy_file(path, folder.File("b"));
  std::filesystem::rename(folder.File("b"), path);
  EXPECT_NE(StampOf(path), older);
}

}  // namespace
}  // namespace weir

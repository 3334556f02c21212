#include "origin/dump/dump_disk.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace weir::dump {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(FolderDisk, MakesItsFoldersAndReplacesFiles) {
  const testing::TempFolder temp;
  FolderDisk disk(temp.File("root"), {.folder = "a/b", .info_file = "c/info.xml"});
  ASSERT_TRUE(disk.Open());
  ASSERT_TRUE(disk.Put("list.m3u8", "one", false));
  ASSERT_TRUE(disk.Put("list.m3u8", "two", true));
  ASSERT_TRUE(disk.PutInfo("info", false));
  EXPECT_EQ(disk.PathOf("list.m3u8"), temp.File("root/a/b/list.m3u8"));
  EXPECT_EQ(Read(disk.PathOf("list.m3u8")), "two");
  EXPECT_EQ(Read(temp.File("root/c/info.xml")), "info");
}

TEST(FolderDisk, SaysWhyItCannotBeOpened) {
  const testing::TempFolder temp;
  std::ofstream(temp.File("root")) << "a file";
  FolderDisk disk(temp.File("root"), {.folder = "a"});
  const Status opened = disk.Open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace weir::dump

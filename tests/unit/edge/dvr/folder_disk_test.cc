#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "edge/dvr/dvr_disk.h"

namespace weir::edge {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

DvrFile File(int64_t number, size_t size = 3) {
  return {.key = "0123456789abcdef",
          .run = "aaaa",
          .discontinuity_sequence = 2,
          .track = 1,
          .kind = media::MediaKind::kAudio,
          .number = number,
          .length = 2s,
          .date = UtcTime(1'768'132'800s),
          .size = size};
}

DvrFile Init() {
  DvrFile init = File(0);
  init.number.reset();
  init.length = 0s;
  init.date = {};
  return init;
}

TEST(DvrFile, ReadsBackItsPath) {
  EXPECT_EQ(File(7).path(), "0123456789abcdef/2_aaaa/1_audio_7_2000000_1768132800000000_3.m4s");
  EXPECT_EQ(Init().path(), "0123456789abcdef/2_aaaa/1_audio_init_3.m4s");
  EXPECT_EQ(ParseDvrPath(File(7).path()), File(7));
  EXPECT_EQ(ParseDvrPath(Init().path()), Init());
}

TEST(DvrFile, IsNoOtherPath) {
  for (const char* path :
       {"", "a", "a/b", "a/2_b/1_audio_7_2_3_4", "a/2_b/1_text_7_2_3_4.m4s",
        "../2_b/1_audio_init_3.m4s", "a/2_../1_audio_init_3.m4s", "a/2_b/../1_audio_init_3.m4s",
        "a/2_b/01_audio_init_3.m4s", "a/2_b/1_audio_7_2_3_4_5.m4s", "a/2_b/1_audio_x_2_3_4.m4s",
        "a/2_b/1_audio_7_2_3_99999999999999999999.m4s"}) {
    EXPECT_EQ(ParseDvrPath(path), std::nullopt) << path;
  }
}

class FolderDiskTest : public ::testing::Test {
 protected:
  FolderDiskTest()
      : root_(fs::path(::testing::TempDir()) / ("weir-dvr-" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    EXPECT_TRUE(disk_.Open());
  }

  ~FolderDiskTest() override { fs::remove_all(root_); }

  void Put(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  void MakeOld(const DvrFile& file) const {
    fs::last_write_time(root_ / file.path(), fs::file_time_type::clock::now() - 1h);
  }

  const fs::path root_;
  FolderDisk disk_{root_.string()};
  const std::vector<uint8_t> bytes_{1, 2, 3};
};

TEST_F(FolderDiskTest, KeepsWhatItIsGiven) {
  ASSERT_TRUE(disk_.Write(File(7), bytes_));
  EXPECT_EQ(*disk_.Read(File(7)), bytes_);
  EXPECT_EQ(disk_.List(File(7).key), std::vector<DvrFile>{File(7)});
  EXPECT_TRUE(disk_.List("feed").empty());
  disk_.Remove(File(7));
  EXPECT_EQ(disk_.Read(File(7)).error().code, ErrorCode::kNotFound);
}

TEST_F(FolderDiskTest, OverlooksAndRemovesWhatWasCutOff) {
  Put(File(7).path(), "12");                 // torn
  Put(File(8).path() + ".unfinished", "1");  // killed while writing
  Put("0123456789abcdef/readme.txt", "not ours");
  EXPECT_TRUE(disk_.List(File(7).key).empty());
  EXPECT_EQ(disk_.Read(File(7)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(disk_.Sweep(1min), 0U);
  EXPECT_FALSE(fs::exists(root_ / File(7).path()));
  EXPECT_FALSE(fs::exists(root_ / (File(8).path() + ".unfinished")));
  EXPECT_TRUE(fs::exists(root_ / "0123456789abcdef/readme.txt"));
}

TEST_F(FolderDiskTest, SweepsWhatIsOldWithItsFolders) {
  ASSERT_TRUE(disk_.Write(Init(), bytes_));
  ASSERT_TRUE(disk_.Write(File(7), bytes_));
  ASSERT_TRUE(disk_.Write(File(8), bytes_));
  MakeOld(Init());
  MakeOld(File(7));
  EXPECT_EQ(disk_.Sweep(1min), 6U);
  EXPECT_EQ(disk_.Read(File(7)).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(disk_.Read(Init()));  // of a run that goes on
  MakeOld(File(8));
  EXPECT_EQ(disk_.Sweep(1min), 0U);
  EXPECT_FALSE(fs::exists(root_ / "0123456789abcdef"));
}

TEST_F(FolderDiskTest, BelongsToOneAtATime) {
  FolderDisk second(root_.string());
  EXPECT_EQ(second.Open().error().code, ErrorCode::kUnavailable);
}

TEST_F(FolderDiskTest, SaysSoWhereItCannotWrite) {
  // A file stands where a folder must be.
  Put("0123456789abcdef/2_aaaa", "in the way");
  EXPECT_EQ(disk_.Write(File(7), bytes_).error().code, ErrorCode::kUnavailable);
  FolderDisk impossible((root_ / "0123456789abcdef/2_aaaa/below").string());
  EXPECT_EQ(impossible.Open().error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace weir::edge

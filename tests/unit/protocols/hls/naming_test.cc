#include "protocols/hls/naming.h"

#include <limits>

#include <gtest/gtest.h>

namespace weir::hls {
namespace {

using Type = FileName::Type;

TEST(Naming, NamesFilesAsOvenMediaEngineDoes) {
  FileName name{.type = Type::kChunklist, .track = 0, .key = "AbCd1234"};
  EXPECT_EQ(name.text(), "chunklist_0_video_AbCd1234_llhls.m3u8");
  name.type = Type::kInit;
  EXPECT_EQ(name.text(), "init_0_video_AbCd1234_llhls.m4s");
  name = {.type = Type::kSegment,
          .track = 1,
          .kind = media::MediaKind::kAudio,
          .number = 12,
          .key = "k"};
  EXPECT_EQ(name.text(), "seg_1_12_audio_k_llhls.m4s");
  name.type = Type::kPart;
  name.part = 3;
  EXPECT_EQ(name.text(), "part_1_12_3_audio_k_llhls.m4s");
}

TEST(Naming, ReadsBackWhatItWrites) {
  for (const Type type : {Type::kChunklist, Type::kInit, Type::kSegment, Type::kPart}) {
    for (const auto kind : {media::MediaKind::kVideo, media::MediaKind::kAudio}) {
      FileName name{.type = type,
                    .track = std::numeric_limits<media::TrackId>::max(),
                    .kind = kind,
                    .key = "0123456789abcdef"};
      if (type == Type::kSegment || type == Type::kPart)
        name.number = std::numeric_limits<int64_t>::max();
      if (type == Type::kPart) name.part = std::numeric_limits<int>::max();
      EXPECT_EQ(ParseFileName(name.text()), name) << name.text();
    }
  }
}

TEST(Naming, NamesMpegTsWithoutAKind) {
  FileName name{.type = Type::kTsChunklist, .track = 2, .key = "AbCd1234"};
  EXPECT_EQ(name.text(), "medialist_2_AbCd1234_hls.m3u8");
  EXPECT_EQ(ParseFileName(name.text()), name);
  name.type = Type::kTsSegment;
  name.number = 12;
  EXPECT_EQ(name.text(), "seg_2_12_AbCd1234_hls.ts");
  EXPECT_EQ(ParseFileName(name.text()), name);
}

TEST(Naming, TakesNoOtherName) {
  for (const char* text : {"",
                           "_llhls.m4s",
                           "_llhls.m3u8",
                           "llhls.m3u8",
                           "master.m3u8",
                           "seg_0_1_video_k_llhls.m3u8",
                           "chunklist_0_video_k_llhls.m4s",
                           "chunklist_0_video_llhls.m3u8",
                           "chunklist_0_video__llhls.m3u8",
                           "chunklist_0_text_k_llhls.m3u8",
                           "chunklist_x_video_k_llhls.m3u8",
                           "chunklist_-1_video_k_llhls.m3u8",
                           "chunklist_00_video_k_llhls.m3u8",
                           "chunklist_+0_video_k_llhls.m3u8",
                           "chunklist_0_video_../k_llhls.m3u8",
                           "chunklist_0_video_k%00_llhls.m3u8",
                           "chunklist_4294967296_video_k_llhls.m3u8",
                           "seg_0_-1_video_k_llhls.m4s",
                           "seg_0_9223372036854775808_video_k_llhls.m4s",
                           "part_0_1_video_k_llhls.m4s",
                           "part_0_1_2147483648_video_k_llhls.m4s",
                           "part_0_1_2_3_video_k_llhls.m4s",
                           "init_0_video_k_llhls.m4s ",
                           "_hls.ts",
                           "seg_hls.ts",
                           "medialist_hls.m3u8",
                           "medialist_0__hls.m3u8",
                           "medialist_0_k_hls.ts",
                           "medialist_0_video_k_hls.m3u8",
                           "seg_0_k_hls.ts",
                           "seg_0_01_k_hls.ts",
                           "seg_0_1_k_llhls.ts",
                           "xinit_0_video_k_llhls.m4s"}) {
    EXPECT_EQ(ParseFileName(text), std::nullopt) << text;
  }
}

TEST(Naming, TakesKeysUpToALength) {
  const auto name = [](size_t size) {
    return "init_0_video_" + std::string(size, 'a') + "_llhls.m4s";
  };
  EXPECT_TRUE(ParseFileName(name(64)));
  EXPECT_FALSE(ParseFileName(name(65)));
  EXPECT_FALSE(ParseFileName(name(100'000)));
}

TEST(Naming, MakesAKeyOfAPath) {
  const std::string key = ChunklistKey("default/app/stream");
  EXPECT_EQ(key.size(), 16U);
  EXPECT_EQ(key, ChunklistKey("default/app/stream"));
  EXPECT_NE(key, ChunklistKey("default/app/stream2"));
  EXPECT_TRUE(ParseFileName("chunklist_0_video_" + key + "_llhls.m3u8"));
}

}  // namespace
}  // namespace weir::hls

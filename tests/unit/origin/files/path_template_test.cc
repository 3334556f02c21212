#include "origin/files/path_template.h"

#include <gtest/gtest.h>

namespace weir::files {
namespace {

TEST(PathTemplate, ReplacesTheMacrosThatAreKnown) {
  const auto value_of = [](std::string_view name) -> std::optional<std::string> {
    if (name == "Name") return AsOnePart("a/${b}");
    return std::nullopt;
  };
  EXPECT_EQ(ExpandMacros("/x/${Name}-${Other}${Name", value_of), "/x/a__{b}-${Other}${Name");
  EXPECT_EQ(ExpandMacros("$Name{}}", value_of), "$Name{}}");
}

TEST(PathTemplate, StaysBelowTheRoot) {
  EXPECT_EQ(*PathBelow("/mnt/rec", "/path/to/file.mp4"), "path/to/file.mp4");
  EXPECT_EQ(*PathBelow("/mnt/rec", "/mnt/rec/file.mp4"), "file.mp4");
  EXPECT_EQ(*PathBelow("/mnt/rec/", "/mnt/recordings/file.mp4"), "mnt/recordings/file.mp4");
  EXPECT_EQ(*PathBelow("/mnt/rec", "file.mp4"), "file.mp4");
  for (const char* path : {"", "/", "..", "../a", "a/../../b", "a/./b", "a//b", "a/\n/b"})
    EXPECT_FALSE(PathBelow("/mnt/rec", path)) << path;
  EXPECT_FALSE(PathBelow("/", std::string(300, 'a')));
  std::string long_path("a");
  for (int i = 0; i < 600; ++i)
    long_path.append("/a");
  EXPECT_FALSE(PathBelow("/", long_path));
}

}  // namespace
}  // namespace weir::files

#include "protocols/hls/media_store.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <unistd.h>

namespace weir::hls {
namespace {

SharedBytes Filled(size_t size, uint8_t byte) {
  return SharedBytes(std::vector<uint8_t>(size, byte));
}

std::string ReadBack(const SharedBytes& bytes) {
  const auto place = bytes.file();
  if (!place) return {};
  std::string text(bytes.size(), '\0');
  const ssize_t size = pread(place->fd, text.data(), text.size(), place->offset);
  return size == static_cast<ssize_t>(text.size()) ? text : std::string();
}

TEST(MediaStore, LaysWhatIsLargeIntoFiles) {
  MediaStore store;
  const SharedBytes first = store.Keep(Filled(MediaStore::kInFileMin, 'a'));
  const SharedBytes second = store.Keep(Filled(100'000, 'b'));
  EXPECT_EQ(first.text(), std::string(MediaStore::kInFileMin, 'a'));
  EXPECT_EQ(ReadBack(first), first.text());
  EXPECT_EQ(ReadBack(second), std::string(100'000, 'b'));
  EXPECT_EQ(ReadBack(second.Slice(7, 9)), std::string(9, 'b'));
  EXPECT_FALSE(store.Keep(Filled(MediaStore::kInFileMin - 1, 'c')).file());
}

TEST(MediaStore, TakesWhatIsLargerThanAFile) {
  MediaStore store;
  const SharedBytes large = store.Keep(Filled(MediaStore::kFileSize + 1, 'l'));
  EXPECT_EQ(ReadBack(large), std::string(MediaStore::kFileSize + 1, 'l'));
}

TEST(MediaStore, JoinsPieces) {
  MediaStore store;
  const std::vector<SharedBytes> large{Filled(20'000, 'a'), Filled(20'000, 'b'), Filled(1, 'c')};
  const SharedBytes joined = store.Join(large);
  EXPECT_EQ(ReadBack(joined), std::string(20'000, 'a') + std::string(20'000, 'b') + "c");
  const std::vector<SharedBytes> small{Filled(2, 'a'), Filled(1, 'b')};
  EXPECT_EQ(store.Join(small).text(), "aab");
  EXPECT_FALSE(store.Join(small).file());
  EXPECT_TRUE(store.Join({}).empty());
}

TEST(MediaStore, IsOutlivedByWhatItGave) {
  std::vector<SharedBytes> kept;
  {
    MediaStore store;
    for (uint8_t i = 0; i < 60; ++i)
      kept.push_back(store.Keep(Filled(100'000, i)));
  }
  for (uint8_t i = 0; i < 60; ++i)
    EXPECT_EQ(kept[i].text(), std::string(100'000, static_cast<char>(i)));
}

}  // namespace
}  // namespace weir::hls

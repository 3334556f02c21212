#include "net/write_queue.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "base/memory_file.h"

namespace weir::net {
namespace {

/// The queue's first bytes, at most so many of them, from at most so many buffers.
std::string First(const WriteQueue& queue, size_t bytes_max = SIZE_MAX, size_t buffers_max = 8) {
  std::array<uv_buf_t, 8> buffers{};
  std::string text;
  for (const uv_buf_t& buffer : queue.Gather(std::span(buffers).first(buffers_max), bytes_max))
    text.append(buffer.base, buffer.len);
  return text;
}

TEST(WriteQueue, KeepsOrderAcrossPieces) {
  WriteQueue queue;
  EXPECT_TRUE(queue.empty());
  for (const char* text : {"abc", "", "de", "f"})
    queue.Push(SharedBytes(std::string(text)));
  EXPECT_EQ(queue.bytes(), 6U);
  EXPECT_EQ(First(queue), "abcdef");
}

TEST(WriteQueue, PointsAtTheBytesThemselves) {
  WriteQueue queue;
  const SharedBytes bytes(std::string("abcdef"));
  queue.Push(bytes);
  std::array<uv_buf_t, 1> buffers{};
  EXPECT_EQ(queue.Gather(buffers, 100)[0].base, bytes.text().data());
  queue.Consume(2);
  EXPECT_EQ(queue.Gather(buffers, 100)[0].base, bytes.text().data() + 2);
}

TEST(WriteQueue, StopsAtItsLimits) {
  WriteQueue queue;
  for (const char* text : {"abc", "de", "f"})
    queue.Push(SharedBytes(std::string(text)));
  EXPECT_EQ(First(queue, 4), "abcd");
  EXPECT_EQ(First(queue, 3), "abc");
  EXPECT_EQ(First(queue, 0), "");
  EXPECT_EQ(First(queue, 100, 2), "abcde");
}

TEST(WriteQueue, LetsGoOfPiecesAsTheyAreTaken) {
  WriteQueue queue;
  const SharedBytes bytes(std::string("abc"));
  queue.Push(bytes.Slice(0, 3));
  queue.Push(SharedBytes(std::string("de")));
  queue.Consume(1);
  EXPECT_EQ(First(queue), "bcde");
  queue.Consume(3);
  EXPECT_EQ(First(queue), "e");
  queue.Consume(1);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(First(queue), "");
}

TEST(WriteQueue, GivesTheSameBytesHoweverTheyAreTaken) {
  std::string all;
  for (int i = 0; i < 1000; ++i)
    all += std::to_string(i);
  for (const size_t step : {1U, 3U, 100U, 997U}) {
    WriteQueue queue;
    for (size_t at = 0, size = 1; at < all.size(); at += size, size = size % 13 + 1)
      queue.Push(SharedBytes(all.substr(at, size)));
    std::string got;
    while (!queue.empty()) {
      const std::string part = First(queue, step);
      got += part;
      queue.Consume(part.size());
      if (got.size() % 5 == 0) continue;
      queue.Push(SharedBytes(std::string()));  // nothing
    }
    EXPECT_EQ(got, all) << step;
  }
}

/// `size` bytes of a file, from `offset` on.
SharedBytes InFile(size_t size, size_t offset) {
  const auto file = MemoryFile::Make(offset + size);
  return SharedBytes::InFile(file, file->bytes().subspan(offset));
}

TEST(WriteQueue, TellsWhatCanBeSentFromAFile) {
  WriteQueue queue;
  queue.Push(SharedBytes(std::string("head")));
  queue.Push(InFile(100'000, 10));
  queue.Push(SharedBytes(std::string("tail")));
  EXPECT_FALSE(queue.FrontInFile());

  std::array<uv_buf_t, 8> buffers{};
  const WriteQueue::Offer head = queue.GatherUpToFile(buffers, 1'000'000);
  EXPECT_TRUE(head.file_follows);
  ASSERT_EQ(head.buffers.size(), 1U);
  EXPECT_EQ(head.buffers[0].len, 4U);
  EXPECT_EQ(queue.Gather(buffers, 1'000'000).size(), 3U) << "libuv knows no files";

  queue.Consume(4 + 30);
  const auto piece = queue.FrontInFile();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->place.offset, 40);
  EXPECT_EQ(piece->size, 100'000U - 30);

  queue.Consume(100'000 - 30);
  EXPECT_FALSE(queue.FrontInFile());
  EXPECT_FALSE(queue.GatherUpToFile(buffers, 1'000'000).file_follows);
  EXPECT_EQ(First(queue), "tail");
}

TEST(WriteQueue, CopiesWhatIsTooSmallForACallOfItsOwn) {
  WriteQueue queue;
  queue.Push(InFile(1'000, 0));
  EXPECT_FALSE(queue.FrontInFile());
}

}  // namespace
}  // namespace weir::net

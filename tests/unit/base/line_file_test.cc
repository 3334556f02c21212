#include "base/line_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir {
namespace {

class LineFileTest : public ::testing::Test {
 protected:
  LineFileTest() { std::filesystem::create_directories(folder_); }

  ~LineFileTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const char* name) const { return (folder_ / name).string(); }

  static std::string Content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static void WaitFor(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    EXPECT_TRUE(done());
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("line_file_test." + std::to_string(::getpid()));
};

TEST_F(LineFileTest, AppendsInOrder) {
  std::ofstream(Path("log")) << "before\n";
  {
    LineFile file(Path("log"));
    ASSERT_TRUE(file.Open());
    for (int i = 0; i < 1000; ++i)
      file.Write(std::to_string(i) + "\n");
  }
  std::string expected = "before\n";
  for (int i = 0; i < 1000; ++i)
    expected += std::to_string(i) + "\n";
  EXPECT_EQ(Content(Path("log")), expected);
}

TEST_F(LineFileTest, SaysWhyItCannotOpen) {
  LineFile file(Path("no/such/folder"));
  const Status opened = file.Open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, ::testing::HasSubstr("No such file or directory"));
}

TEST_F(LineFileTest, GoesOnInANewFileWhenToldTo) {
  LineFile file(Path("log"));
  ASSERT_TRUE(file.Open());
  file.Write("one\n");
  file.Reopen();  // the same file: nothing is lost
  file.Write("two\n");
  WaitFor([&] { return Content(Path("log")) == "one\ntwo\n"; });
  std::filesystem::rename(Path("log"), Path("old"));
  file.Reopen();
  WaitFor([&] { return std::filesystem::exists(Path("log")); });
  file.Write("three\n");
  WaitFor([&] { return Content(Path("log")) == "three\n"; });
  EXPECT_EQ(Content(Path("old")), "one\ntwo\n");
}

TEST_F(LineFileTest, WritesOnWhenANewFileCannotBeOpened) {
  std::filesystem::create_directories(Path("here"));
  {
    LineFile file(Path("here/log"));
    ASSERT_TRUE(file.Open());
    std::filesystem::rename(Path("here"), Path("there"));
    file.Reopen();
    file.Write("still\n");
  }
  EXPECT_EQ(Content(Path("there/log")), "still\n");
}

TEST_F(LineFileTest, DropsAndCountsWhatTheWriterCannotKeepUpWith) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  const int reader = ::open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  std::promise<void> closing;
  std::thread drain;
  {
    LineFile file(Path("pipe"));
    ASSERT_TRUE(file.Open());
    std::string line(999, 'x');
    line += '\n';
    const size_t room = 2 * LineFile::kBytesMax / line.size() + 200;  // the pipe's own included
    for (size_t i = 0; i < room + 500; ++i)
      file.Write(line);
    EXPECT_GE(file.dropped(), 500U) << "and none of these calls waited for the reader";
    // Else the end would wait for ever for a reader.
    drain = std::thread([&] {
      char buffer[65536];
      auto done = closing.get_future();
      while (done.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        while (::read(reader, buffer, sizeof buffer) > 0) {
        }
    });
  }
  closing.set_value();
  drain.join();
  ::close(reader);
}

TEST_F(LineFileTest, CountsWhatTheDiskDoesNotTake) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  LineFile file("/dev/full");
  ASSERT_TRUE(file.Open());
  file.Write("one\ntwo\n");
  WaitFor([&] { return file.dropped() >= 2; });
  EXPECT_EQ(file.dropped(), 2U);
}

}  // namespace
}  // namespace weir

#include "state/embedded_store.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/owned_fd.h"
#include "state/sqlite_schema.h"
#include "state/sqlite_statement.h"
#include "store_caller.h"
#include "support/temp_folder.h"

namespace weir::state {
namespace {

using testing::CodeOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::Gt;
using ::testing::HasSubstr;
using testing::StoreCaller;

class EmbeddedStoreTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<EmbeddedStore>> Open() {
    return EmbeddedStore::Open(loop_, folder_.File("state.db"));
  }

  /// Runs statements on the file with a plain SQLite of its own.
  void RunPlainly(const std::string& sql) {
    sqlite3* opened = nullptr;
    ASSERT_EQ(sqlite3_open(folder_.File("state.db").c_str(), &opened), SQLITE_OK);
    const SqlitePtr database(opened);
    const Status done = RunSql(opened, sql);
    ASSERT_TRUE(done) << done.error().detail;
  }

  std::string ReadFile(const std::string& name) {
    std::ifstream file(folder_.File(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void WriteFile(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_.File(name), std::ios::binary) << bytes;
  }

  net::EventLoop loop_;
  testing::TempFolder folder_;
};

TEST_F(EmbeddedStoreTest, TellsWhereItCannotBe) {
  const auto store = EmbeddedStore::Open(loop_, folder_.File("no such folder/state.db"));
  EXPECT_EQ(CodeOf(store), ErrorCode::kUnavailable);
  EXPECT_THAT(store.error().detail, HasSubstr("no such folder/state.db"));
}

TEST_F(EmbeddedStoreTest, RefusesAFileThatIsNoDatabase) {
  const std::string text(8192, 't');
  WriteFile("state.db", text);
  const auto store = Open();
  EXPECT_EQ(CodeOf(store), ErrorCode::kMalformed);
  EXPECT_THAT(store.error().detail, HasSubstr("state.db"));
  EXPECT_EQ(ReadFile("state.db"), text);
}

TEST_F(EmbeddedStoreTest, RefusesADamagedFileAndLeavesIt) {
  {
    const auto store = Open();
    ASSERT_TRUE(store);
    StoreCaller call(loop_, **store);
    for (int i = 0; i < 50; ++i)
      ASSERT_TRUE(call.Put(fmt::format("key {}", i), std::string(4000, 'x')));
  }
  std::string bytes = ReadFile("state.db");
  ASSERT_THAT(bytes.size(), Gt(100'000U));
  for (size_t i = 8192; i < bytes.size(); i += 64)
    bytes[i] = static_cast<char>(bytes[i] ^ 0x5a);
  WriteFile("state.db", bytes);
  const auto store = Open();
  EXPECT_EQ(CodeOf(store), ErrorCode::kMalformed);
  EXPECT_THAT(store.error().detail, HasSubstr("damaged"));
  EXPECT_EQ(ReadFile("state.db"), bytes);
}

TEST_F(EmbeddedStoreTest, RefusesAFileCutShort) {
  {
    const auto store = Open();
    ASSERT_TRUE(store);
    StoreCaller call(loop_, **store);
    for (int i = 0; i < 50; ++i)
      ASSERT_TRUE(call.Put(fmt::format("key {}", i), std::string(4000, 'x')));
  }
  WriteFile("state.db", ReadFile("state.db").substr(0, 40'000));
  EXPECT_EQ(CodeOf(Open()), ErrorCode::kMalformed);
}

TEST_F(EmbeddedStoreTest, RefusesAnotherProgramsDatabase) {
  RunPlainly("CREATE TABLE songs (title TEXT)");
  const auto store = Open();
  EXPECT_EQ(CodeOf(store), ErrorCode::kUnsupported);
  EXPECT_THAT(store.error().detail, HasSubstr("some other program"));
}

TEST_F(EmbeddedStoreTest, RefusesALaterSchema) {
  ASSERT_TRUE(Open());
  RunPlainly("PRAGMA user_version = 1000");
  const auto store = Open();
  EXPECT_EQ(CodeOf(store), ErrorCode::kUnsupported);
  EXPECT_THAT(store.error().detail, HasSubstr("schema version 1000"));
}

TEST_F(EmbeddedStoreTest, OneProcessHasTheFile) {
  const auto store = Open();
  ASSERT_TRUE(store);
  sqlite3* opened = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.File("state.db").c_str(), &opened), SQLITE_OK);
  const SqlitePtr other(opened);
  EXPECT_FALSE(QueryNumber(opened, "SELECT count(*) FROM entry"));
}

TEST_F(EmbeddedStoreTest, NobodyElseMayReadTheFile) {
  const auto store = Open();
  ASSERT_TRUE(store);
  StoreCaller call(loop_, **store);
  ASSERT_TRUE(call.Put("key", "a secret"));
  for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
    using std::filesystem::perms;
    EXPECT_EQ(file.status().permissions(), perms::owner_read | perms::owner_write) << file.path();
  }
}

TEST_F(EmbeddedStoreTest, AnswersAtTheDeadline) {
  const auto store = Open();
  ASSERT_TRUE(store);
  StoreCaller call(loop_, **store);
  call.patience = Clock::duration::zero();
  const auto late = call.Put("key", "value");
  EXPECT_EQ(CodeOf(late), ErrorCode::kUnavailable);
  call.patience = StoreCaller::kPatience;
  EXPECT_EQ(CodeOf(call.Get("key")), ErrorCode::kNotFound);  // not done behind the caller's back
}

TEST(SqliteSchemaTest, MigratesStepByStep) {
  sqlite3* opened = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &opened), SQLITE_OK);
  const SqlitePtr database(opened);
  const std::vector<const char*> steps = {"CREATE TABLE t (a); INSERT INTO t VALUES (7);",
                                          "ALTER TABLE t ADD b DEFAULT 5;",
                                          "UPDATE t SET b = a + b;"};
  ASSERT_TRUE(Migrate(opened, std::span(steps).first(1)));
  EXPECT_EQ(*QueryNumber(opened, "PRAGMA user_version"), 1);
  ASSERT_TRUE(Migrate(opened, steps));
  EXPECT_EQ(*QueryNumber(opened, "SELECT b FROM t"), 12);
  EXPECT_EQ(*QueryNumber(opened, "PRAGMA user_version"), 3);
  ASSERT_TRUE(Migrate(opened, steps));
  EXPECT_EQ(*QueryNumber(opened, "SELECT b FROM t"), 12);
  EXPECT_EQ(CodeOf(Migrate(opened, std::span(steps).first(2))), ErrorCode::kUnsupported);
}

TEST(SqliteSchemaTest, AStepThatFailsLeavesNothing) {
  sqlite3* opened = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &opened), SQLITE_OK);
  const SqlitePtr database(opened);
  const std::vector<const char*> steps = {"CREATE TABLE t (a);", "CREATE TABLE u (a); nonsense;"};
  EXPECT_FALSE(Migrate(opened, steps));
  EXPECT_EQ(*QueryNumber(opened, "PRAGMA user_version"), 1);
  EXPECT_EQ(*QueryNumber(opened, "SELECT count(*) FROM sqlite_schema WHERE name = 'u'"), 0);
}

/// What the child of the test below does: writes `round` again and again over a few keys, says each
/// acknowledged write down the pipe as (key, version), and never ends by itself.
[[noreturn]] void WriteUntilKilled(const std::string& path, int pipe) {
  net::EventLoop loop;
  const auto store = EmbeddedStore::Open(loop, path);
  if (!store) _exit(1);
  uint64_t written = 0;
  std::function<void()> write = [&] {
    const uint64_t key = written++ % 7;
    (*store)->Put(
        {.key = fmt::format("key {}", key), .value = std::string(1 + written % 20'000, 'v')},
        std::chrono::hours(1), [&, key](const Result<uint64_t>& version) {
          if (!version) _exit(2);
          const std::array<uint64_t, 2> said = {key, *version};
          if (::write(pipe, said.data(), sizeof said) != sizeof said) _exit(3);
          write();
        });
  };
  for (int at_a_time = 0; at_a_time < 3; ++at_a_time)
    write();
  loop.Run();
  _exit(4);
}

/// Reads one message; false at the end of the pipe.
bool ReadAcknowledged(int pipe, std::array<uint64_t, 2>& said) {
  pollfd ready = {.fd = pipe, .events = POLLIN, .revents = 0};
  WEIR_CHECK(::poll(&ready, 1, 30'000) == 1);
  const ssize_t size = ::read(pipe, said.data(), sizeof said);  // less than PIPE_BUF: all or none
  return size == static_cast<ssize_t>(sizeof said);
}

TEST_F(EmbeddedStoreTest, KeepsWhatItAcknowledgedWhenKilled) {
  std::array<uint64_t, 7> acknowledged{};
  uint64_t highest = 0;
  std::minstd_rand random;
  for (int round = 0; round < 30; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const net::OwnedFd reading(ends[0]);
    net::OwnedFd writing(ends[1]);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) WriteUntilKilled(folder_.File("state.db"), writing.get());
    writing = net::OwnedFd();

    std::array<uint64_t, 2> said{};
    const auto note = [&] {
      ASSERT_LT(said[0], acknowledged.size());
      EXPECT_THAT(said[1], Gt(highest));  // numbers only grow, over all lives
      acknowledged.at(said[0]) = highest = said[1];
    };
    // A moment that differs from life to life, wherever the next write happens to be then.
    for (int left = 1 + static_cast<int>(random() % 40);
         left > 0 && ReadAcknowledged(reading.get(), said); --left)
      note();
    const auto moment = Clock::now() + std::chrono::microseconds(random() % 3000);
    while (Clock::now() < moment) {
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (ReadAcknowledged(reading.get(), said))
      note();
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself: " << WEXITSTATUS(status);

    const auto store = Open();
    ASSERT_TRUE(store) << store.error().detail;
    StoreCaller call(loop_, **store);
    const auto page = call.Scan({.prefix = ""});
    ASSERT_TRUE(page);
    for (size_t key = 0; key < acknowledged.size(); ++key) {
      if (acknowledged.at(key) == 0) continue;
      const auto entry = call.Get(fmt::format("key {}", key));
      ASSERT_TRUE(entry) << "acknowledged and gone: key " << key;
      EXPECT_THAT(entry->version, Ge(acknowledged.at(key)));
    }
    for (const Entry& entry : page->entries) {
      EXPECT_THAT(entry.value, Each('v'));
      highest = std::max(highest, entry.version);
    }
    // The number and the entry are written together or not at all.
    const auto next = call.Put("next", "v");
    ASSERT_TRUE(next);
    EXPECT_THAT(*next, Gt(highest));
    highest = *next;
  }
}

}  // namespace
}  // namespace weir::state

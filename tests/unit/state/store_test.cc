// What every store does, whatever is behind it.
#include "state/store.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "net/loop_group.h"
#include "state/loop_store.h"
#include "store_backend.h"
#include "store_caller.h"

namespace weir::state {
namespace {

using std::chrono::milliseconds;
using testing::CodeOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using testing::RecordingWatcher;
using testing::RunUntil;
using testing::StoreCaller;

using MakeBackend = std::unique_ptr<testing::StoreBackend> (*)();

class StoreTest : public ::testing::TestWithParam<MakeBackend> {
 protected:
  void SetUp() override {
    backend_ = GetParam()();
    if (backend_ == nullptr) GTEST_SKIP() << "its server is not installed";
    Open();
  }

  void Open() {
    call_.reset();
    store_.reset();
    store_ = backend_->Open(loop_);
    call_ = std::make_unique<StoreCaller>(loop_, *store_);
  }

  std::vector<std::string> Keys(const Page& page) {
    std::vector<std::string> keys;
    for (const Entry& entry : page.entries)
      keys.push_back(entry.key);
    return keys;
  }

  net::EventLoop loop_;
  std::unique_ptr<testing::StoreBackend> backend_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreCaller> call_;
};

TEST_P(StoreTest, GivesWhatWasPut) {
  const std::string bytes("a \0\r\n\xff b", 9);
  const auto version = call_->Put("key " + bytes, bytes);
  ASSERT_TRUE(version) << version.error().detail;
  EXPECT_THAT(*version, Gt(kAbsent));
  EXPECT_EQ(*call_->Get("key " + bytes),
            (Entry{.key = "key " + bytes, .value = bytes, .version = *version}));
  ASSERT_TRUE(call_->Put("empty", ""));
  EXPECT_EQ(call_->Get("empty")->value, "");
}

TEST_P(StoreTest, SaysWhatIsNotThere) {
  EXPECT_EQ(CodeOf(call_->Get("nothing")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(call_->Remove("nothing")), ErrorCode::kNotFound);
}

TEST_P(StoreTest, PutsOnlyOverTheExpectedVersion) {
  const auto first = call_->Put("key", "1", kAbsent);
  ASSERT_TRUE(first);
  EXPECT_EQ(CodeOf(call_->Put("key", "other", kAbsent)), ErrorCode::kConflict);
  const auto second = call_->Put("key", "2", *first);
  ASSERT_TRUE(second);
  EXPECT_THAT(*second, Gt(*first));
  EXPECT_EQ(CodeOf(call_->Put("key", "other", *first)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(call_->Put("other", "x", *first)), ErrorCode::kConflict);
  EXPECT_EQ(call_->Get("key")->value, "2");
  EXPECT_EQ(CodeOf(call_->Get("other")), ErrorCode::kNotFound);
}

TEST_P(StoreTest, RemovesOnlyTheExpectedVersion) {
  const auto first = call_->Put("key", "1");
  const auto second = call_->Put("key", "2");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(CodeOf(call_->Remove("key", *first)), ErrorCode::kConflict);
  EXPECT_TRUE(call_->Remove("key", *second));
  EXPECT_EQ(CodeOf(call_->Get("key")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(call_->Remove("key", *second)), ErrorCode::kConflict);
}

TEST_P(StoreTest, NeverGivesAVersionTwice) {
  const auto first = call_->Put("key", "1");
  ASSERT_TRUE(call_->Remove("key"));
  const auto second = call_->Put("key", "1");
  ASSERT_TRUE(first && second);
  EXPECT_THAT(*second, Gt(*first));
}

TEST_P(StoreTest, OneOfManyWritersWins) {
  const auto base = call_->Put("key", "0");
  ASSERT_TRUE(base);
  int won = 0;
  int lost = 0;
  for (int writer = 0; writer < 50; ++writer) {
    store_->Put({.key = "key", .value = std::to_string(writer), .expected = *base},
                StoreCaller::kPatience, [&](const Result<uint64_t>& version) {
                  if (version) ++won;
                  if (!version && version.error().code == ErrorCode::kConflict) ++lost;
                });
  }
  EXPECT_TRUE(RunUntil(loop_, [&] { return won + lost == 50; }));
  EXPECT_EQ(won, 1);
}

TEST_P(StoreTest, ScansAPrefixInOrder) {
  for (const char* key : {"b/2", "a", "b/10", "b", "c", "b/", "b/\xff"})
    ASSERT_TRUE(call_->Put(key, std::string("value of ") + key));
  const auto page = call_->Scan({.prefix = "b/"});
  ASSERT_TRUE(page);
  EXPECT_THAT(Keys(*page), ElementsAre("b/", "b/10", "b/2", "b/\xff"));
  EXPECT_EQ(page->entries[1].value, "value of b/10");
  EXPECT_EQ(page->entries[1].version, call_->Get("b/10")->version);
  EXPECT_FALSE(page->more);
  EXPECT_EQ(call_->Scan({.prefix = ""})->entries.size(), 7U);
  EXPECT_TRUE(call_->Scan({.prefix = "d"})->entries.empty());
}

TEST_P(StoreTest, ScansPageByPage) {
  for (int i = 10; i < 35; ++i)
    ASSERT_TRUE(call_->Put("task/" + std::to_string(i), "x"));
  ASSERT_TRUE(call_->Put("tasl", "x"));
  ScanRequest request{.prefix = "task/", .entries_max = 10};
  std::vector<std::string> keys;
  std::vector<size_t> sizes;
  for (bool more = true; more;) {
    const auto page = call_->Scan(request);
    ASSERT_TRUE(page);
    sizes.push_back(page->entries.size());
    for (const std::string& key : Keys(*page))
      keys.push_back(key);
    more = page->more;
    request.after = keys.back();
  }
  EXPECT_THAT(sizes, ElementsAre(10, 10, 5));
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(keys.size(), 25U);
}

TEST_P(StoreTest, APageIsBoundedInBytes) {
  const std::string value(kValueMax, 'v');
  for (int i = 0; i < 8; ++i)
    ASSERT_TRUE(call_->Put("big/" + std::to_string(i), value));
  const auto page = call_->Scan({.prefix = "big/"});
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_EQ(page->entries.size(), kPageBytes / kValueMax + 1);
  EXPECT_EQ(page->entries.back().value, value);
  EXPECT_TRUE(page->more);
}

TEST_P(StoreTest, RefusesWhatIsTooLarge) {
  const auto limit = ErrorCode::kLimitExceeded;
  EXPECT_TRUE(call_->Put(std::string(kKeyMax, 'k'), "x"));
  EXPECT_EQ(CodeOf(call_->Put(std::string(kKeyMax + 1, 'k'), "x")), limit);
  EXPECT_EQ(CodeOf(call_->Get(std::string(kKeyMax + 1, 'k'))), limit);
  EXPECT_EQ(CodeOf(call_->Put("k", std::string(kValueMax + 1, 'v'))), limit);
  EXPECT_EQ(CodeOf(call_->Scan({.prefix = std::string(kKeyMax + 1, 'k')})), limit);
  EXPECT_EQ(CodeOf(call_->Scan({.prefix = "", .entries_max = kPageEntriesMax + 1})), limit);
  EXPECT_EQ(CodeOf(call_->Acquire("n", std::string(kOwnerMax + 1, 'o'))), limit);
  EXPECT_EQ(CodeOf(call_->Acquire("n", "o", kTtlMax + milliseconds(1))), limit);
  EXPECT_EQ(CodeOf(call_->Put("", "x")), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(call_->Remove("k", kAbsent)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(call_->Scan({.prefix = "", .entries_max = 0})), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(call_->Acquire("n", "o", milliseconds(0))), ErrorCode::kMalformed);
}

TEST_P(StoreTest, BoundsTheCallsThatWait) {
  size_t answered = 0;
  size_t refused = 0;
  constexpr size_t kAsked = CallTable::kCallsMax + 10;
  for (size_t i = 0; i < kAsked; ++i) {
    store_->Get("key", StoreCaller::kPatience, [&](const Result<Entry>& entry) {
      ++answered;
      if (entry.error().code == ErrorCode::kLimitExceeded) ++refused;
    });
  }
  EXPECT_TRUE(RunUntil(loop_, [&] { return answered == kAsked; }));
  EXPECT_EQ(refused, 10U);
  EXPECT_TRUE(call_->Put("key", "goes on"));
}

TEST_P(StoreTest, BoundsTheBytesThatWait) {
  size_t answered = 0;
  size_t refused = 0;
  constexpr size_t kAsked = CallTable::kBytesMax / kValueMax + 1;
  for (size_t i = 0; i < kAsked; ++i) {
    store_->Put({.key = "key", .value = std::string(kValueMax, 'v')}, StoreCaller::kPatience,
                [&](const Result<uint64_t>& version) {
                  ++answered;
                  if (!version && version.error().code == ErrorCode::kLimitExceeded) ++refused;
                });
  }
  EXPECT_TRUE(RunUntil(loop_, [&] { return answered == kAsked; }));
  EXPECT_THAT(refused, Gt(0U));
}

TEST_P(StoreTest, ALeaseHasOneOwner) {
  const auto lease = call_->Acquire("task", "a");
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->name, "task");
  EXPECT_EQ(lease->owner, "a");
  EXPECT_EQ(CodeOf(call_->Acquire("task", "b")), ErrorCode::kConflict);
  EXPECT_TRUE(call_->Acquire("other task", "b"));
  EXPECT_TRUE(call_->Renew(*lease));
  EXPECT_TRUE(call_->Release(*lease));
  const auto next = call_->Acquire("task", "b");
  ASSERT_TRUE(next);
  EXPECT_THAT(next->fence, Gt(lease->fence));
}

TEST_P(StoreTest, ALeaseThatRanOutIsTakenOver) {
  const auto old = call_->Acquire("task", "a", milliseconds(100));
  ASSERT_TRUE(old);
  std::optional<Lease> taken;
  const Clock::time_point give_up_at = Clock::now() + std::chrono::seconds(10);
  while (!taken && Clock::now() < give_up_at) {
    if (const auto lease = call_->Acquire("task", "b")) taken = *lease;
  }
  ASSERT_TRUE(taken);
  EXPECT_THAT(taken->fence, Gt(old->fence));
  EXPECT_EQ(CodeOf(call_->Renew(*old)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(call_->Release(*old)), ErrorCode::kConflict);
  EXPECT_TRUE(call_->Renew(*taken));
}

TEST_P(StoreTest, RenewingKeepsALease) {
  const auto lease = call_->Acquire("task", "a", milliseconds(1500));
  ASSERT_TRUE(lease);
  ASSERT_TRUE(call_->Renew(*lease, std::chrono::seconds(60)));
  testing::RunFor(loop_, milliseconds(1600));
  EXPECT_EQ(CodeOf(call_->Acquire("task", "b")), ErrorCode::kConflict);
  EXPECT_TRUE(call_->Renew(*lease));
}

TEST_P(StoreTest, TheSameOwnerAnewIsAnotherHolder) {
  const auto before = call_->Acquire("task", "a");
  const auto after = call_->Acquire("task", "a");
  ASSERT_TRUE(before && after);
  EXPECT_THAT(after->fence, Gt(before->fence));
  EXPECT_EQ(CodeOf(call_->Renew(*before)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(call_->Release(*before)), ErrorCode::kConflict);
  EXPECT_TRUE(call_->Renew(*after));
}

TEST_P(StoreTest, RemembersOverARestart) {
  const auto version = call_->Put("key", "value");
  const auto lease = call_->Acquire("task", "a");
  ASSERT_TRUE(version && lease);
  Open();
  EXPECT_EQ(call_->Get("key")->value, "value");
  EXPECT_EQ(call_->Get("key")->version, *version);
  const auto next_version = call_->Put("key", "other");
  const auto next_lease = call_->Acquire("task", "a");
  ASSERT_TRUE(next_version && next_lease);
  EXPECT_THAT(*next_version, Gt(*version));
  EXPECT_THAT(next_lease->fence, Gt(lease->fence));
}

TEST_P(StoreTest, AWatchTellsOfItsPrefix) {
  RecordingWatcher watcher;
  const auto watch = store_->StartWatch("app/", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return !watcher.told.empty(); }));
  const auto version = call_->Put("app/1", "x");
  ASSERT_TRUE(version);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 2; }));
  EXPECT_EQ(watcher.last, (Change{.key = "app/1", .version = *version}));
  ASSERT_TRUE(call_->Put("apple", "x"));
  ASSERT_TRUE(call_->Put("app/1", "y"));
  EXPECT_EQ(CodeOf(call_->Put("app/1", "z", kAbsent)), ErrorCode::kConflict);
  ASSERT_TRUE(call_->Remove("app/1"));
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 4; }));
  EXPECT_THAT(watcher.told, ElementsAre("scan", "+app/1", "+app/1", "-app/1"));
  EXPECT_THAT(watcher.last.version, Gt(*version));
}

TEST_P(StoreTest, AWatchThatEndedIsSilent) {
  RecordingWatcher ended;
  RecordingWatcher watcher;
  auto early = store_->StartWatch("", ended);
  early.reset();
  auto later = store_->StartWatch("", ended);
  const auto watch = store_->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  later.reset();
  ASSERT_TRUE(call_->Put("key", "x"));
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 2; }));
  EXPECT_LE(ended.told.size(), 1U);
}

TEST_P(StoreTest, AWatcherMayEndItsWatchInsideACall) {
  struct Once final : Watcher {
    void OnScanNeeded() override { started = true; }

    void OnChanged(const Change& /*change*/) override {
      ++changes;
      watch.reset();
    }

    bool started = false;
    int changes = 0;
    std::unique_ptr<Watch> watch;
  } once;

  RecordingWatcher watcher;
  once.watch = store_->StartWatch("", once);
  const auto watch = store_->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return once.started && !watcher.told.empty(); }));
  ASSERT_TRUE(call_->Put("key", "1"));
  ASSERT_TRUE(call_->Put("key", "2"));
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 3; }));
  EXPECT_EQ(once.changes, 1);
}

TEST_P(StoreTest, AnAnswerMayDestroyTheStore) {
  int answers = 0;
  for (int i = 0; i < 10; ++i) {
    store_->Get("key", StoreCaller::kPatience, [&](const Result<Entry>& /*entry*/) {
      ++answers;
      store_.reset();
    });
  }
  EXPECT_TRUE(RunUntil(loop_, [&] { return answers > 0; }));
  testing::RunFor(loop_, milliseconds(20));
  EXPECT_EQ(answers, 1);
}

TEST_P(StoreTest, AWatchMayOutliveTheStore) {
  RecordingWatcher watcher;
  const auto watch = store_->StartWatch("", watcher);
  store_.reset();
  testing::RunFor(loop_, milliseconds(20));
  EXPECT_TRUE(watcher.told.empty());
}

/// The store on a loop that runs on its own thread, used from the test's.
class LoopStoreTest : public StoreTest {
 protected:
  void SetUp() override {
    backend_ = GetParam()();
    if (backend_ == nullptr) GTEST_SKIP() << "its server is not installed";
    home_store_ = backend_->Open(home_.at(0));
    home_.Start();
    store_ = std::make_unique<LoopStore>(*home_store_, home_.at(0), loop_);
    call_ = std::make_unique<StoreCaller>(loop_, *store_);
  }

  void TearDown() override {
    if (backend_ == nullptr) return;
    home_.Stop();
    home_store_.reset();
  }

  net::LoopGroup home_{1};
  std::unique_ptr<Store> home_store_;
};

TEST_P(LoopStoreTest, AnswersOnTheCallersLoop) {
  const auto version = call_->Put("key", "value");
  ASSERT_TRUE(version);
  EXPECT_EQ(call_->Get("key")->value, "value");
  EXPECT_EQ(CodeOf(call_->Get("")), ErrorCode::kMalformed);
  std::thread::id thread;
  store_->Get("key", StoreCaller::kPatience,
              [&](const Result<Entry>& /*entry*/) { thread = std::this_thread::get_id(); });
  ASSERT_TRUE(RunUntil(loop_, [&] { return thread != std::thread::id(); }));
  EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST_P(LoopStoreTest, WatchesFromAnotherLoop) {
  RecordingWatcher watcher;
  auto watch = store_->StartWatch("a", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  ASSERT_TRUE(call_->Put("a", "1"));
  ASSERT_TRUE(call_->Put("b", "1"));
  ASSERT_TRUE(call_->Remove("a"));
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 3; }));
  EXPECT_THAT(watcher.told, ElementsAre("scan", "+a", "-a"));
  watch.reset();
  ASSERT_TRUE(call_->Put("a", "2"));
  EXPECT_EQ(watcher.told.size(), 3U);
}

TEST_P(LoopStoreTest, IsSilentOnceItIsGone) {
  bool answered = false;
  store_->Put({.key = "key", .value = "value"}, StoreCaller::kPatience,
              [&](const Result<uint64_t>& /*version*/) { answered = true; });
  store_ = std::make_unique<LoopStore>(*home_store_, home_.at(0), loop_);
  StoreCaller call(loop_, *store_);
  EXPECT_EQ(call.Get("key")->value, "value");  // asked later, so the put was done
  EXPECT_FALSE(answered);
}

std::unique_ptr<testing::StoreBackend> MakeEmbedded() {
  return std::make_unique<testing::EmbeddedBackend>();
}

std::unique_ptr<testing::StoreBackend> MakeRedis() {
  if (!testing::RedisServer::IsInstalled()) return nullptr;
  return std::make_unique<testing::RedisBackend>();
}

INSTANTIATE_TEST_SUITE_P(Embedded, StoreTest, ::testing::Values(MakeEmbedded));
INSTANTIATE_TEST_SUITE_P(Embedded, LoopStoreTest, ::testing::Values(MakeEmbedded));
INSTANTIATE_TEST_SUITE_P(Redis, StoreTest, ::testing::Values(MakeRedis));
INSTANTIATE_TEST_SUITE_P(Redis, LoopStoreTest, ::testing::Values(MakeRedis));

}  // namespace
}  // namespace weir::state

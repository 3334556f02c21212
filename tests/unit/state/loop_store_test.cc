#include "state/loop_store.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "store_caller.h"
#include "support/manual_executor.h"

namespace weir::state {
namespace {

using ::testing::ElementsAre;
using testing::RecordingWatcher;

/// Answers nothing, and keeps the one watcher it has.
class WatchedStore final : public Store {
 public:
  void Call(Request /*request*/, Clock::duration /*patience*/, Answer<Reply> /*answer*/) override {}

  std::unique_ptr<Watch> StartWatch(std::string prefix, Watcher& new_watcher) override {
    watched_prefix = std::move(prefix);
    watcher = &new_watcher;
    return std::make_unique<Ended>(*this);
  }

  std::string watched_prefix;
  Watcher* watcher = nullptr;

 private:
  struct Ended final : Watch {
    explicit Ended(WatchedStore& watched) : store(watched) {}

    ~Ended() override { store.watcher = nullptr; }

    Ended(const Ended&) = delete;
    Ended& operator=(const Ended&) = delete;

    WatchedStore& store;
  };
};

class LoopStoreWatchTest : public ::testing::Test {
 protected:
  test::ManualExecutor home_;
  test::ManualExecutor here_;
  WatchedStore far_;
  LoopStore store_{far_, home_, here_};
  RecordingWatcher watcher_;
};

TEST_F(LoopStoreWatchTest, CarriesWhatTheWatchSays) {
  auto watch = store_.StartWatch("app/", watcher_);
  home_.RunAll();
  EXPECT_EQ(far_.watched_prefix, "app/");
  far_.watcher->OnScanNeeded();
  far_.watcher->OnChanged({.key = "app/1", .version = 1});
  far_.watcher->OnChanged({.key = "app/2", .version = 2, .removed = true});
  EXPECT_TRUE(watcher_.told.empty());
  here_.RunAll();
  EXPECT_THAT(watcher_.told, ElementsAre("scan", "+app/1", "-app/2"));
  watch.reset();
  far_.watcher->OnChanged({.key = "app/3", .version = 3});
  here_.RunAll();
  EXPECT_EQ(watcher_.told.size(), 3U);
  home_.RunAll();
  EXPECT_EQ(far_.watcher, nullptr);
}

TEST_F(LoopStoreWatchTest, AWatcherFarBehindIsToldToScan) {
  const auto watch = store_.StartWatch("", watcher_);
  home_.RunAll();
  for (uint64_t version = 1; version <= 10'000; ++version)
    far_.watcher->OnChanged({.key = "key", .version = version});
  here_.RunAll();
  ASSERT_FALSE(watcher_.told.empty());
  EXPECT_EQ(watcher_.told.front(), "scan");
  EXPECT_LT(watcher_.told.size(), 5'000U);
  EXPECT_EQ(watcher_.last.version, 10'000U);
  watcher_.told.clear();
  far_.watcher->OnChanged({.key = "key", .version = 10'001});
  here_.RunAll();
  EXPECT_THAT(watcher_.told, ElementsAre("+key"));
}

}  // namespace
}  // namespace weir::state

// What a Redis behind the store may do to it, with a real redis-server.
#include "state/redis_store.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "redis_server.h"
#include "store_caller.h"
#include "support/test_certificate.h"

namespace weir::state {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::CodeOf;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RecordingWatcher;
using testing::RedisServer;
using testing::RunUntil;
using testing::StoreCaller;

/// The shortest waits that a Backoff may choose.
double Shortest() {
  return 0;
}

/// A store, and a way to call it.
struct TestStore {
  TestStore(net::EventLoop& loop, const RedisOptions& options)
      : store(*RedisStore::Open(loop, options, Shortest)), call(loop, *store) {}

  std::unique_ptr<RedisStore> store;
  StoreCaller call;
};

class RedisStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!RedisServer::IsInstalled()) GTEST_SKIP() << "redis-server is not installed";
  }

  static RedisOptions To(const RedisServer& server) {
    RedisOptions options;
    options.server = {.host = "127.0.0.1", .port = server.port()};
    return options;
  }

  /// Keeps all it acknowledges on the disk.
  static RedisServer::Words Durable() { return {"--appendonly", "yes", "--appendfsync", "always"}; }

  /// Calls until it works, as somebody does who wants it done.
  template <class Ask>
  bool Eventually(Ask ask) {
    const Clock::time_point give_up_at = Clock::now() + std::chrono::seconds(60);
    while (Clock::now() < give_up_at) {
      if (ask().has_value()) return true;
    }
    return false;
  }

  net::EventLoop loop_;
};

TEST_F(RedisStoreTest, WaitsForAServerThatComesLater) {
  RedisServer server;
  TestStore test(loop_, To(server));
  std::optional<Result<uint64_t>> put;
  test.store->Put({.key = "key", .value = "value"}, std::chrono::seconds(20),
                  [&](Result<uint64_t> version) { put = std::move(version); });
  testing::RunFor(loop_, milliseconds(50));
  EXPECT_FALSE(put);
  server.Start();
  ASSERT_TRUE(RunUntil(loop_, [&] { return put.has_value(); }));
  EXPECT_TRUE(*put) << put->error().detail;
}

TEST_F(RedisStoreTest, FailsAtTheDeadlineWhileRedisIsAway) {
  const RedisServer server;
  TestStore test(loop_, To(server));
  test.call.patience = std::chrono::seconds(1);
  const auto put = test.call.Put("key", "value");
  EXPECT_EQ(CodeOf(put), ErrorCode::kUnavailable);
  EXPECT_THAT(put.error().detail, AllOf(HasSubstr("not done"), HasSubstr("refused")));
}

TEST_F(RedisStoreTest, AServerThatHangsIsGivenUp) {
  RedisServer server(Durable());
  server.Start();
  TestStore test(loop_, To(server));
  ASSERT_TRUE(test.call.Put("key", "1"));
  server.Freeze();
  test.call.patience = milliseconds(100);
  const auto put = test.call.Put("key", "2");
  EXPECT_EQ(CodeOf(put), ErrorCode::kUnavailable);
  EXPECT_THAT(put.error().detail, HasSubstr("may have been done"));

  // What only reads is asked again of the server that comes after.
  std::optional<Result<Entry>> read;
  test.store->Get("key", std::chrono::seconds(60),
                  [&](Result<Entry> entry) { read = std::move(entry); });
  test.call.patience = std::chrono::seconds(30);
  const auto lost = test.call.Put("other", "x");
  EXPECT_EQ(CodeOf(lost), ErrorCode::kUnavailable);
  EXPECT_THAT(lost.error().detail, AllOf(HasSubstr("does not answer"), HasSubstr("may have been")));
  server.Kill();
  server.Start();
  ASSERT_TRUE(RunUntil(loop_, [&] { return read.has_value(); }));
  EXPECT_TRUE(*read) << read->error().detail;
}

TEST_F(RedisStoreTest, AShortHangIsNoEnd) {
  RedisServer server;
  server.Start();
  TestStore test(loop_, To(server));
  ASSERT_TRUE(test.call.Put("key", "1"));
  server.Freeze();
  std::optional<Result<uint64_t>> put;
  test.store->Put({.key = "key", .value = "2"}, std::chrono::seconds(20),
                  [&](Result<uint64_t> version) { put = std::move(version); });
  testing::RunFor(loop_, milliseconds(50));
  EXPECT_FALSE(put);
  server.Thaw();
  ASSERT_TRUE(RunUntil(loop_, [&] { return put.has_value(); }));
  EXPECT_TRUE(*put) << put->error().detail;
}

TEST_F(RedisStoreTest, GoesOnAfterARestart) {
  RedisServer server(Durable());
  server.Start();
  TestStore test(loop_, To(server));
  RecordingWatcher watcher;
  const auto watch = test.store->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  const auto before = test.call.Put("key", "value");
  const auto lease = test.call.Acquire("task", "a");
  ASSERT_TRUE(before && lease);
  server.Kill();
  server.Start();
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 3; }));
  EXPECT_THAT(watcher.told, ElementsAre("scan", "+key", "scan"));
  EXPECT_EQ(test.call.Get("key")->version, *before);
  EXPECT_TRUE(test.call.Renew(*lease));
  EXPECT_EQ(CodeOf(test.call.Acquire("task", "b")), ErrorCode::kConflict);
  ASSERT_TRUE(test.call.Put("key", "other", *before));
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 4; }));
}

TEST_F(RedisStoreTest, NumbersGrowThoughRedisForgot) {
  RedisServer server;
  server.Start();
  TestStore test(loop_, To(server));
  const auto version = test.call.Put("key", "value");
  const auto lease = test.call.Acquire("task", "a");
  ASSERT_TRUE(version && lease);
  server.Kill();
  server.Start();
  EXPECT_TRUE(Eventually([&] { return test.call.Scan({.prefix = ""}); }));
  EXPECT_EQ(CodeOf(test.call.Get("key")), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(test.call.Renew(*lease)), ErrorCode::kConflict);
  const auto version_after = test.call.Put("key", "value");
  const auto lease_after = test.call.Acquire("task", "b");
  ASSERT_TRUE(version_after && lease_after);
  EXPECT_THAT(*version_after, Gt(*version));
  EXPECT_THAT(lease_after->fence, Gt(lease->fence));
}

TEST_F(RedisStoreTest, ACutConnectionIsMadeAgain) {
  RedisServer server;
  server.Start();
  TestStore test(loop_, To(server));
  RecordingWatcher watcher;
  const auto watch = test.store->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  for (int cut = 0; cut < 5; ++cut) {
    watcher.told.clear();
    ASSERT_THAT(server.Command("CLIENT KILL TYPE normal"), HasSubstr(":"));
    EXPECT_THAT(server.Command("CLIENT KILL TYPE pubsub"), HasSubstr(":1"));
    ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
    ASSERT_TRUE(Eventually([&] { return test.call.Put("key", "x"); }));
    ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 2; }));
    EXPECT_THAT(watcher.told, ElementsAre("scan", "+key"));
  }
}

TEST_F(RedisStoreTest, TwoNodesShareAStore) {
  RedisServer server;
  server.Start();
  TestStore a(loop_, To(server));
  TestStore b(loop_, To(server));
  RedisOptions elsewhere = To(server);
  elsewhere.prefix = "other:";
  TestStore c(loop_, elsewhere);

  RecordingWatcher watcher;
  const auto watch = b.store->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  const auto version = a.call.Put("key", "of a");
  ASSERT_TRUE(version);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 2; }));
  EXPECT_EQ(b.call.Get("key")->value, "of a");
  ASSERT_TRUE(b.call.Put("key", "of b", *version));
  EXPECT_EQ(CodeOf(a.call.Put("key", "of a", *version)), ErrorCode::kConflict);

  const auto lease = a.call.Acquire("task", "a", milliseconds(100));
  ASSERT_TRUE(lease);
  std::optional<Lease> taken;
  ASSERT_TRUE(Eventually([&] {
    auto acquired = b.call.Acquire("task", "b");
    if (acquired) taken = *acquired;
    return acquired;
  }));
  EXPECT_THAT(taken->fence, Gt(lease->fence));
  EXPECT_EQ(CodeOf(a.call.Renew(*lease)), ErrorCode::kConflict);
  EXPECT_EQ(CodeOf(a.call.Release(*lease)), ErrorCode::kConflict);

  EXPECT_EQ(CodeOf(c.call.Get("key")), ErrorCode::kNotFound);
  EXPECT_TRUE(c.call.Acquire("task", "c"));
}

TEST_F(RedisStoreTest, AForgottenScriptIsSentWhole) {
  RedisServer server;
  server.Start();
  TestStore test(loop_, To(server));
  for (const char* value : {"1", "2", "3"}) {
    ASSERT_THAT(server.Command("SCRIPT FLUSH"), HasSubstr("+OK"));
    ASSERT_TRUE(test.call.Put("key", value));
    EXPECT_EQ(test.call.Get("key")->value, value);
  }
}

TEST_F(RedisStoreTest, SaysThatWhatIsKeptIsDamaged) {
  RedisServer server;
  server.Start();
  TestStore test(loop_, To(server));
  ASSERT_THAT(server.Command("HSET weir:values key nonsense"), HasSubstr(":1"));
  EXPECT_EQ(CodeOf(test.call.Get("key")), ErrorCode::kMalformed);
  ASSERT_THAT(server.Command("DEL weir:values"), HasSubstr(":1"));
  ASSERT_THAT(server.Command("SET weir:values x"), HasSubstr("+OK"));
  EXPECT_EQ(CodeOf(test.call.Get("key")), ErrorCode::kMalformed);
}

TEST_F(RedisStoreTest, ShowsItsPassword) {
  RedisServer server({"--requirepass", "the secret"});
  server.Start();
  RedisOptions options = To(server);
  TestStore without(loop_, options);
  without.call.patience = std::chrono::seconds(1);
  const auto refused = without.call.Put("key", "x");
  EXPECT_EQ(CodeOf(refused), ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("NOAUTH"));
  options.password = "a wrong secret";
  TestStore wrong(loop_, options);
  wrong.call.patience = std::chrono::seconds(1);
  const auto also_refused = wrong.call.Put("key", "x");
  EXPECT_EQ(CodeOf(also_refused), ErrorCode::kUnavailable);
  EXPECT_THAT(also_refused.error().detail,
              AllOf(HasSubstr("refuses the password"), Not(HasSubstr("a wrong secret"))));
  options.password = "the secret";
  TestStore right(loop_, options);
  EXPECT_TRUE(right.call.Put("key", "x"));
}

TEST_F(RedisStoreTest, IsAUserWithItsOwnRights) {
  RedisServer server;
  server.Start();
  ASSERT_THAT(server.Command("ACL SETUSER weir on >pw ~weir:* &weir:* -@all +@read +@write "
                             "+@scripting +@connection +@pubsub +time"),
              HasSubstr("+OK"));
  RedisOptions options = To(server);
  options.user = "weir";
  options.password = "pw";
  TestStore test(loop_, options);
  RecordingWatcher watcher;
  const auto watch = test.store->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  EXPECT_TRUE(test.call.Put("key", "x"));
  EXPECT_TRUE(test.call.Acquire("task", "a"));
  options.prefix = "private:";
  TestStore elsewhere(loop_, options);
  const auto refused = elsewhere.call.Get("key");
  EXPECT_EQ(CodeOf(refused), ErrorCode::kRefused);
  EXPECT_THAT(refused.error().detail, HasSubstr("NOPERM"));
}

TEST_F(RedisStoreTest, SpeaksTls) {
  const testing::TestCertificate certificate;
  const uint16_t port = testing::FreePort();
  RedisServer server({"--tls-port", std::to_string(port), "--tls-cert-file",
                      certificate.certificate_file(), "--tls-key-file", certificate.key_file(),
                      "--tls-ca-cert-file", certificate.certificate_file(), "--tls-auth-clients",
                      "no"});
  server.Start();
  RedisOptions options;
  options.server = {.host = "127.0.0.1", .port = port};
  options.tls = true;
  options.ca_file = certificate.certificate_file();
  TestStore test(loop_, options);
  EXPECT_TRUE(test.call.Put("key", std::string(kValueMax, 'x')));
  EXPECT_EQ(test.call.Get("key")->value.size(), kValueMax);

  const testing::TestCertificate other;
  options.ca_file = other.certificate_file();
  TestStore distrustful(loop_, options);
  distrustful.call.patience = std::chrono::seconds(1);
  const auto refused = distrustful.call.Get("key");
  EXPECT_EQ(CodeOf(refused), ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("certificate"));

  options.ca_file = "/no/such/file";
  EXPECT_FALSE(RedisStore::Open(loop_, options, Shortest));
}

TEST_F(RedisStoreTest, FollowsTheSentinelsToANewMaster) {
  RedisServer first({"--repl-diskless-sync-delay", "0"});
  first.Start();
  RedisServer second({"--replicaof", "127.0.0.1 " + std::to_string(first.port())});
  second.Start();
  RedisServer sentinel(RedisServer::AsSentinelOf(first.port()));
  sentinel.Start();
  ASSERT_THAT(sentinel.Command("SENTINEL DEBUG info-period 200"), HasSubstr("+OK"));
  const Clock::time_point give_up_at = Clock::now() + std::chrono::seconds(30);
  while (sentinel.Command("SENTINEL replicas mymaster").find("flags") == std::string::npos ||
         second.Command("INFO replication").find("master_link_status:up") == std::string::npos) {
    ASSERT_LT(Clock::now(), give_up_at);
    testing::RunFor(loop_, milliseconds(20));
  }

  RedisOptions options;
  options.sentinels = {{.host = "127.0.0.1", .port = testing::FreePort()},  // nobody
                       {.host = "127.0.0.1", .port = sentinel.port()}};
  TestStore test(loop_, options);
  RecordingWatcher watcher;
  const auto watch = test.store->StartWatch("", watcher);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() == 1; }));
  const auto version = test.call.Put("key", "value");
  const auto lease = test.call.Acquire("task", "a");
  ASSERT_TRUE(version && lease);
  ASSERT_TRUE(
      RunUntil(loop_, [&] { return second.Command("EXISTS weir:lease:task").starts_with(":1"); }));

  first.Freeze();
  test.call.patience = std::chrono::seconds(2);
  EXPECT_TRUE(Eventually([&] { return test.call.Put("key", "after", *version); }));
  EXPECT_THAT(second.Command("ROLE"), HasSubstr("master"));
  EXPECT_TRUE(Eventually([&] { return test.call.Renew(*lease); }));
  EXPECT_EQ(CodeOf(test.call.Acquire("task", "b")), ErrorCode::kConflict);
  ASSERT_TRUE(RunUntil(loop_, [&] { return watcher.told.size() > 2; }));
  EXPECT_EQ(watcher.told[2], "scan");
  first.Thaw();
}

TEST_F(RedisStoreTest, AReplicaIsNoServerToWriteTo) {
  RedisServer master;
  master.Start();
  RedisServer server;
  server.Start();
  TestStore test(loop_, To(server));
  ASSERT_TRUE(test.call.Put("key", "1"));
  ASSERT_THAT(server.Command("REPLICAOF 127.0.0.1 " + std::to_string(master.port())),
              HasSubstr("+OK"));
  test.call.patience = milliseconds(300);
  const auto put = test.call.Put("key", "2");
  EXPECT_EQ(CodeOf(put), ErrorCode::kUnavailable);
  ASSERT_THAT(server.Command("REPLICAOF NO ONE"), HasSubstr("+OK"));
  EXPECT_TRUE(Eventually([&] { return test.call.Put("key", "3"); }));
}

}  // namespace
}  // namespace weir::state

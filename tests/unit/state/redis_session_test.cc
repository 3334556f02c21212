#include "state/redis_session.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/recording_output.h"

namespace weir::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

struct RecordingOwner final : RedisSession::Owner {
  void OnReady() override { ++ready; }

  void OnPublished(const std::string& message) override { published.push_back(message); }

  int ready = 0;
  std::vector<std::string> published;
};

class RedisSessionTest : public ::testing::Test {
 protected:
  void Begin(const RedisGreeting& greeting) {
    session_ = std::make_unique<RedisSession>(output_, greeting, owner_, now_);
  }

  Status Hear(std::string_view text) { return session_->OnBytes(Bytes(text), now_); }

  std::string Said() {
    const auto bytes = output_.Take();
    return {bytes.begin(), bytes.end()};
  }

  void Ask() {
    session_->Send(
        {"GET", "key"}, [this](const RedisReply& reply) { replies_.push_back(reply); }, now_);
  }

  testing::RecordingOutput output_;
  RecordingOwner owner_;
  std::vector<RedisReply> replies_;
  Clock::time_point now_;
  std::unique_ptr<RedisSession> session_;
};

TEST_F(RedisSessionTest, BeginsWithAPing) {
  Begin({});
  EXPECT_EQ(Said(), "*1\r\n$4\r\nPING\r\n");
  ASSERT_TRUE(Hear("+PONG\r\n"));
  EXPECT_EQ(owner_.ready, 1);
  Ask();
  EXPECT_EQ(Said(), "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n");
  ASSERT_TRUE(Hear("$5\r\nva\r\nl\r\n"));
  ASSERT_EQ(replies_.size(), 1U);
  EXPECT_EQ(replies_[0].text, "va\r\nl");
}

TEST_F(RedisSessionTest, SaysWhoItIs) {
  Begin({.user = "weir", .password = "pw", .must_be_master = true});
  EXPECT_EQ(
      Said(),
      "*3\r\n$4\r\nAUTH\r\n$4\r\nweir\r\n$2\r\npw\r\n*1\r\n$4\r\nROLE\r\n*1\r\n$4\r\nPING\r\n");
  ASSERT_TRUE(Hear("+OK\r\n*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n"));
  EXPECT_EQ(owner_.ready, 0);
  ASSERT_TRUE(Hear("+PONG\r\n"));
  EXPECT_EQ(owner_.ready, 1);
}

TEST_F(RedisSessionTest, EndsWhereItIsNotWelcome) {
  Begin({.user = {}, .password = "pw"});
  const Status refused = Hear("-WRONGPASS invalid username-password pair\r\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  Begin({.user = {}, .password = {}, .must_be_master = true});
  EXPECT_FALSE(Hear("*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:1\r\n$9\r\nconnected\r\n:0\r\n"));
  Begin({});
  EXPECT_FALSE(Hear("-LOADING Redis is loading the dataset in memory\r\n"));
  EXPECT_EQ(owner_.ready, 0);
}

TEST_F(RedisSessionTest, ListensToAChannel) {
  Begin({.user = {}, .password = {}, .must_be_master = false, .channel = "c"});
  Said();
  ASSERT_TRUE(Hear("+PONG\r\n"));
  EXPECT_EQ(Said(), "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n");
  EXPECT_EQ(owner_.ready, 0);
  ASSERT_TRUE(Hear("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"));
  EXPECT_EQ(owner_.ready, 1);
  ASSERT_TRUE(Hear("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\n+1 ab\r\n"));
  // The pong of a connection that listens, and a message around it.
  now_ += RedisSession::kPingEvery;
  ASSERT_TRUE(session_->OnDeadline(now_));
  ASSERT_TRUE(
      Hear("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$5\r\n+2 cd\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"));
  EXPECT_THAT(owner_.published, ElementsAre("+1 ab", "+2 cd"));
  EXPECT_EQ(session_->in_flight(), 0U);
}

TEST_F(RedisSessionTest, AnyChunkingGivesTheSameReplies) {
  const std::string wire =
      "+PONG\r\n*4\r\n:-7\r\n$-1\r\n*2\r\n$2\r\n\r\n\r\n*0\r\n-ERR no\r\n:9223372036854775807\r\n";
  for (size_t chunk = 1; chunk <= wire.size(); ++chunk) {
    replies_.clear();
    Begin({});
    Ask();
    Ask();
    for (size_t at = 0; at < wire.size(); at += chunk)
      ASSERT_TRUE(Hear(std::string_view(wire).substr(at, chunk)));
    ASSERT_EQ(replies_.size(), 2U) << chunk;
    ASSERT_EQ(replies_[0].items.size(), 4U);
    EXPECT_EQ(replies_[0].items[0].integer, -7);
    EXPECT_EQ(replies_[0].items[1].kind, RedisReply::Kind::kNil);
    EXPECT_EQ(replies_[0].items[2].items[0].text, "\r\n");
    EXPECT_EQ(replies_[0].items[3].kind, RedisReply::Kind::kError);
    EXPECT_EQ(replies_[1].integer, INT64_MAX);
  }
}

TEST_F(RedisSessionTest, RefusesWhatIsNoReply) {
  for (const char* wire :
       {"hello\r\n", "$-2\r\n", "*-5\r\n", "$99999999999999999999\r\n", ":x\r\n", "!\r\n"}) {
    Begin({});
    const Status heard = Hear(wire);
    EXPECT_FALSE(heard) << wire;
    EXPECT_FALSE(Hear("+PONG\r\n")) << wire;
  }
}

TEST_F(RedisSessionTest, RefusesARepliesToNothing) {
  Begin({});
  EXPECT_FALSE(Hear("+PONG\r\n+PONG\r\n"));
}

TEST_F(RedisSessionTest, BoundsAReply) {
  Begin({});
  const Status items = Hear(fmt::format("*{}\r\n", RedisReplyReader::kItemsMax + 1));
  ASSERT_FALSE(items);
  EXPECT_EQ(items.error().code, ErrorCode::kLimitExceeded);

  Begin({});
  std::string nested;
  for (int i = 0; i < 5; ++i)
    nested += "*4000\r\n";
  EXPECT_FALSE(Hear(nested));

  Begin({});
  ASSERT_TRUE(Hear("$1000000000\r\n"));
  const std::string part(size_t{1} << 20, 'x');
  Status heard;
  for (int i = 0; i < 8 && heard; ++i)
    heard = Hear(part);
  ASSERT_FALSE(heard);
  EXPECT_EQ(heard.error().code, ErrorCode::kLimitExceeded);
}

TEST_F(RedisSessionTest, ASilentServerIsDead) {
  Begin({});
  ASSERT_TRUE(Hear("+PONG\r\n"));
  Said();
  EXPECT_EQ(session_->NextDeadline(), now_ + RedisSession::kPingEvery);
  now_ += RedisSession::kPingEvery;
  ASSERT_TRUE(session_->OnDeadline(now_));
  EXPECT_THAT(Said(), HasSubstr("PING"));
  EXPECT_EQ(session_->NextDeadline(), now_ + RedisSession::kReplyPatience);
  now_ += RedisSession::kReplyPatience;
  const Status dead = session_->OnDeadline(now_);
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(dead.error().detail, HasSubstr("does not answer"));
}

TEST_F(RedisSessionTest, IsSilentOnceDetached) {
  Begin({});
  ASSERT_TRUE(Hear("+PONG\r\n"));
  session_->Send(
      {"GET", "a"},
      [this](const RedisReply& reply) {
        replies_.push_back(reply);
        session_->Detach();
      },
      now_);
  Ask();
  EXPECT_TRUE(Hear("$1\r\na\r\n$1\r\nb\r\n"));
  EXPECT_EQ(replies_.size(), 1U);
}

}  // namespace
}  // namespace weir::state

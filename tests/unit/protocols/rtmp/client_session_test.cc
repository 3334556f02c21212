#include "protocols/rtmp/client_session.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "unit/protocols/rtmp/publisher.h"

namespace weir::rtmp {
namespace {

using std::chrono::seconds;

/// A ClientSession and a ServerSession wired to each other.
class Loopback : public ::testing::Test, public ClientSession::Owner {
 protected:
  Loopback() {
    const net::Peer peer{.address = "192.0.2.1:5000", .secure = false};
    server_ = std::make_unique<ServerSession>(
        down_, peer, now_, ServerContext{.gate = gate_, .options = options_, .random = random_});
    client_ = std::make_unique<ClientSession>(up_, *this, client_options_, random_, now_);
  }

  void OnPublishing(ClientSession& /*session*/, Clock::time_point /*now*/) override { ++started_; }

  void OnRoom(ClientSession& /*session*/, Clock::time_point /*now*/) override { ++room_; }

  /// Carries bytes both ways until nobody has any; how the two took them.
  void Exchange() {
    while (!up_.written.empty() || !down_.written.empty()) {
      const Bytes to_server = up_.Take();
      if (server_status_ && !to_server.empty()) server_status_ = server_->OnBytes(to_server, now_);
      const Bytes to_client = down_.Take();
      if (client_status_ && !to_client.empty()) client_status_ = client_->OnBytes(to_client, now_);
    }
  }

  Clock::time_point now_{std::chrono::hours(1)};
  Options options_;
  ClientOptions client_options_{
      .tc_url = "rtmp://origin.example/live", .app = "live", .key = "cam?token=1"};
  RandomSource random_ = MadeUpRandom();
  test::FakeGate gate_;
  testing::RecordingOutput up_;
  testing::RecordingOutput down_;
  std::unique_ptr<ServerSession> server_;
  std::unique_ptr<ClientSession> client_;
  Status server_status_;
  Status client_status_;
  int started_ = 0;
  int room_ = 0;
};

TEST_F(Loopback, PublishesAndDeliversWhatItsOwnerSends) {
  const std::vector<SharedBytes> header{SharedBytes(AvcHeaderTag())};
  EXPECT_FALSE(client_->Send(MessageType::kVideo, 0, header)) << "no leave yet";
  Exchange();
  ASSERT_EQ(started_, 1);
  EXPECT_EQ(client_->state(), ClientSession::State::kPublishing);
  EXPECT_EQ(client_->NextDeadline(), std::nullopt);
  EXPECT_EQ(gate_.requests.at(0).stream, "cam");
  EXPECT_EQ(gate_.requests.at(0).query, "token=1");
  ASSERT_TRUE(client_->Send(MessageType::kVideo, 0, header));
  ASSERT_TRUE(client_->Send(MessageType::kAudio, 0, std::vector{SharedBytes(AacHeaderTag())}));
  const Bytes tag = AvcFrameTag(true);
  const SharedBytes whole(tag);
  ASSERT_TRUE(
      client_->Send(MessageType::kVideo, 40, std::vector{whole.Slice(0, 5), whole.From(5)}));
  Exchange();
  ASSERT_TRUE(server_status_);
  ASSERT_EQ(gate_.publishers.at(0)->sink.frames().size(), 1U);
  EXPECT_EQ(gate_.publishers[0]->sink.frames()[0]->payload.text(), whole.From(5).text());
}

TEST_F(Loopback, LargeBodiesAreWrittenUncopied) {
  Exchange();
  const SharedBytes head(Bytes{0x17, 1, 0, 0, 0});
  const SharedBytes body(Bytes(200'000, 1));
  ASSERT_TRUE(client_->Send(MessageType::kVideo, 0, std::vector{head, body}));
  size_t shared = 0;
  for (const SharedBytes& piece : up_.writes) {
    if (piece.data() >= body.data() && piece.data() < body.data() + body.size())
      shared += piece.size();
  }
  EXPECT_EQ(shared, body.size());
}

TEST_F(Loopback, HoldsBackWhileTooMuchIsUnsent) {
  Exchange();
  const std::vector<SharedBytes> tag{SharedBytes(AacFrameTag())};
  up_.unsent = client_options_.unsent_max + 1;
  EXPECT_FALSE(client_->Send(MessageType::kAudio, 0, tag));
  up_.unsent = client_options_.unsent_max;
  EXPECT_TRUE(client_->Send(MessageType::kAudio, 0, tag));
  ASSERT_TRUE(client_->OnWritable(now_));
  EXPECT_EQ(room_, 1);
}

TEST_F(Loopback, LeavingEndsThePublicationInGoodOrder) {
  Exchange();
  client_->Leave();
  Exchange();
  EXPECT_EQ(gate_.publishers.at(0)->sink.end(), media::EndReason::kFinished);
  ASSERT_TRUE(up_.finished);
  EXPECT_EQ(up_.finished->code, ErrorCode::kEnded);
}

TEST_F(Loopback, ARefusalIsPassedOnWithItsReason) {
  gate_.refusal = Error{.code = ErrorCode::kNotFound, .detail = "no such application"};
  Exchange();
  ASSERT_FALSE(client_status_);
  EXPECT_EQ(client_status_.error().code, ErrorCode::kRefused);
  EXPECT_NE(client_status_.error().detail.find("NetStream.Publish.Rejected"), std::string::npos);
  EXPECT_EQ(started_, 0);
}

TEST_F(Loopback, AStopByTheServerEndsTheClient) {
  Exchange();
  gate_.publishers.at(0)->stop({.code = ErrorCode::kEnded, .detail = "stopped by API"});
  Exchange();
  ASSERT_FALSE(client_status_);
  EXPECT_EQ(client_status_.error().code, ErrorCode::kEnded);
}

TEST_F(Loopback, AServerThatGivesNoLeaveIsGivenUp) {
  EXPECT_EQ(client_->NextDeadline(), now_ + seconds(10));
  EXPECT_TRUE(client_->OnDeadline(now_ + seconds(9)));
  EXPECT_FALSE(client_->OnDeadline(now_ + seconds(10)));
}

}  // namespace
}  // namespace weir::rtmp

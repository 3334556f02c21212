#include "protocols/relay/handshake.h"

#include <gtest/gtest.h>

#include "protocols/relay/message_writer.h"
#include "unit/protocols/relay/pair.h"

namespace weir::relay {
namespace {

using namespace std::chrono_literals;
using test::NonceOf;
using test::Pair;

std::string Refusal(const Pair& pair) {
  return pair.client_status ? "" : pair.client_status.error().detail;
}

TEST(Handshake, LetsAnEdgeWithTheSecretInAndTellsBothWhoTheOtherIs) {
  Pair pair;
  EXPECT_FALSE(pair.client->ready());
  pair.Run();
  EXPECT_TRUE(pair.client->ready());
  EXPECT_EQ(pair.witness.edges, std::vector<std::string>{"edge-1"});
  EXPECT_EQ(pair.witness.origins, std::vector<std::string>{"origin-1"});
}

TEST(Handshake, WorksHoweverTheBytesAreCut) {
  for (const size_t cut : {1U, 2U, 7U, 100U}) {
    Pair pair(Pair::Setup{.cut = cut});
    pair.Run();
    EXPECT_TRUE(pair.client->ready()) << cut;
  }
}

TEST(Handshake, RefusesAWrongSecretAndSaysSoAtBothEnds) {
  Pair pair(Pair::Setup{.edge = test::OptionsOf("guess")});
  pair.Run();
  ASSERT_FALSE(pair.server_status);
  EXPECT_EQ(pair.server_status.error().code, ErrorCode::kRefused);
  EXPECT_EQ(Refusal(pair), "the origin refused: the edge's relay secret is not this origin's");
  EXPECT_TRUE(pair.witness.edges.empty());
  pair.server.reset();
  EXPECT_EQ(pair.witness.edges_closed, 0);
}

TEST(Handshake, AnEdgeDoesNotTrustAnOriginThatCannotProveItself) {
  Pair pair;
  // An origin that accepts everything: challenge, and an accept of its own making.
  (void)pair.server->OnBytes(pair.client_out.Take(), pair.now);
  ASSERT_TRUE(pair.client->OnBytes(pair.server_out.Take(), pair.now));
  std::vector<uint8_t> body{0x81, 0xa5, 'p', 'r', 'o', 'o', 'f', 0xc4, 32};
  body.resize(body.size() + 32);
  const SharedBytes accept = WriteMessage(MessageType::kAccept, 0, body);
  const Status status = pair.client->OnBytes(accept.view(), pair.now);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kRefused);
  EXPECT_FALSE(pair.client->ready());
}

TEST(Handshake, RefusesAConversationPlayedBackFromAnEarlierOne) {
  Pair first;
  std::vector<uint8_t> said;
  while (first.server_status && !first.client->ready()) {
    const std::vector<uint8_t> bytes = first.client_out.Take();
    said.insert(said.end(), bytes.begin(), bytes.end());
    first.server_status = first.server->OnBytes(bytes, first.now);
    first.client_status = first.client->OnBytes(first.server_out.Take(), first.now);
  }
  ASSERT_TRUE(first.client->ready());
  ServerSession second(first.server_out, net::Peer{.address = "192.0.2.1:1"}, first.now,
                       NonceOf(77),
                       {first.registry, first.loop, first.setup.origin, first.witness});
  const Status status = second.OnBytes(said, first.now);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kRefused);
}

TEST(Handshake, RefusesItsOwnNonceSentBack) {
  testing::RecordingOutput output;
  const Options options = test::OptionsOf("secret");
  ClientHandshake mirror(output, {}, NonceOf(5), options);
  const std::vector<uint8_t> hello = output.Take();
  ServerHandshake server(output, {.address = "192.0.2.1:1"}, NonceOf(5), options);
  ASSERT_TRUE(server.OnVersion(kVersion));
  const Status status =
      server.OnMessage(MessageType::kHello, std::span(hello).subspan(kPreambleSize + kHeadSize));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kRefused);
}

TEST(Handshake, TellsAnEdgeOfAnotherVersionWhatIsSpokenHere) {
  Pair pair;
  std::vector<uint8_t> bytes = pair.client_out.Take();
  bytes[4] = 9;
  const Status status = pair.server->OnBytes(bytes, pair.now);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnsupported);
  const Status told = pair.client->OnBytes(pair.server_out.Take(), pair.now);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().detail, "the origin refused: this origin speaks relay version 1, not 9");
}

TEST(Handshake, AnEdgeEndsWithAnOriginOfAnotherVersion) {
  Pair pair;
  (void)pair.server->OnBytes(pair.client_out.Take(), pair.now);
  std::vector<uint8_t> bytes = pair.server_out.Take();
  bytes[4] = 2;
  const Status status = pair.client->OnBytes(bytes, pair.now);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().detail, "the origin speaks relay version 2, not 1");
}

TEST(Handshake, AnEmptySecretIsForOneMachineOnly) {
  const Options open;
  Pair near(Pair::Setup{.origin = open, .edge = open, .address = "127.0.0.1:5000"});
  near.Run();
  EXPECT_TRUE(near.client->ready());
  Pair far(Pair::Setup{.origin = open, .edge = open});
  far.Run();
  EXPECT_FALSE(far.server_status && far.client_status);
  EXPECT_FALSE(far.client->ready());
  EXPECT_EQ(far.server_status.error().code, ErrorCode::kRefused);
}

TEST(Handshake, KnowsThisMachineByItsAddresses) {
  EXPECT_TRUE(IsLoopback("127.0.0.1:5000"));
  EXPECT_TRUE(IsLoopback("127.9.9.9:5000"));
  EXPECT_TRUE(IsLoopback("[::1]:5000"));
  EXPECT_TRUE(IsLoopback("[::ffff:127.0.0.1]:5000"));
  EXPECT_FALSE(IsLoopback("192.0.2.1:5000"));
  EXPECT_FALSE(IsLoopback("12.7.0.1:5000"));
  EXPECT_FALSE(IsLoopback("[::11]:5000"));
  EXPECT_FALSE(IsLoopback(""));
}

TEST(Handshake, EndsWhenItTakesLongerThanItsPatience) {
  Pair pair;
  EXPECT_EQ(pair.server->NextDeadline(), pair.now + 5s);
  EXPECT_EQ(pair.client->NextDeadline(), pair.now + 5s);
  EXPECT_TRUE(pair.server->OnDeadline(pair.now + 4999ms));
  EXPECT_FALSE(pair.server->OnDeadline(pair.now + 5s));
  EXPECT_FALSE(pair.client->OnDeadline(pair.now + 5s));
}

TEST(Handshake, RefusesAMessageOverTheHandshakesLimit) {
  Pair pair;
  const std::vector<uint8_t> body(kHandshakeMax + 1);
  const SharedBytes large = WriteMessage(MessageType::kHello, 0, body);
  (void)pair.client_out.Take();
  ASSERT_TRUE(pair.server->OnBytes(WritePreamble().view(), pair.now));
  EXPECT_EQ(pair.server->OnBytes(large.view(), pair.now).error().code, ErrorCode::kLimitExceeded);
}

TEST(Handshake, RefusesOtherMessagesBeforeItIsThrough) {
  for (const MessageType type :
       {MessageType::kSubscribe, MessageType::kProof, MessageType::kPing}) {
    Pair pair;
    ASSERT_TRUE(pair.server->OnBytes(WritePreamble().view(), pair.now));
    EXPECT_FALSE(pair.server->OnBytes(WriteMessage(type, 0).view(), pair.now));
  }
}

}  // namespace
}  // namespace weir::relay

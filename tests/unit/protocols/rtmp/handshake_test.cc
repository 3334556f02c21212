#include "protocols/rtmp/handshake.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/digest.h"
#include "protocols/rtmp/client_handshake.h"
#include "protocols/rtmp/handshake_digest.h"
#include "support/recording_output.h"
#include "unit/protocols/rtmp/publisher.h"

namespace weir::rtmp {
namespace {

using testing::RecordingOutput;

constexpr size_t kAnswerSize = 1 + 2 * kHandshakeSize;

class HandshakeInAnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(HandshakeInAnyChunking, ASimpleHandshakeIsEchoedAndTheRestIsLeft) {
  RecordingOutput output;
  const RandomSource random = MadeUpRandom();
  Handshake handshake(output, random);
  Bytes bytes = SimpleHello();
  bytes.insert(bytes.end(), kHandshakeSize + 3, 0x77);  // C2, and three bytes of chunks
  size_t taken = 0;
  for (size_t offset = 0; offset < bytes.size() && !handshake.done(); offset += GetParam()) {
    const size_t size = std::min(GetParam(), bytes.size() - offset);
    const Result<size_t> fed = handshake.Feed(std::span(bytes).subspan(offset, size));
    ASSERT_TRUE(fed);
    taken += *fed;
  }
  EXPECT_TRUE(handshake.done());
  EXPECT_EQ(taken, bytes.size() - 3);
  ASSERT_EQ(output.written.size(), kAnswerSize);
  EXPECT_EQ(output.written[0], 3);
  EXPECT_TRUE(std::equal(bytes.begin() + 1, bytes.begin() + 1537, output.written.begin() + 1537));
}

INSTANTIATE_TEST_SUITE_P(Sizes, HandshakeInAnyChunking,
                         ::testing::Values(1, 2, 1536, 1537, 1538, 4096));

/// A C1 signed as Flash Player does, made of the definition and not of the code under test.
HandshakeBytes SignedC1(DigestScheme scheme) {
  HandshakeBytes c1{};
  MadeUpRandom()(c1);
  const std::string key = "Genuine Adobe Flash Player 001";
  const size_t offset = DigestOffset(c1, scheme);
  Bytes rest(c1.begin(), c1.end());
  rest.erase(rest.begin() + static_cast<ptrdiff_t>(offset),
             rest.begin() + static_cast<ptrdiff_t>(offset + kDigestSize));
  const Digest digest =
      crypto::HmacSha256({reinterpret_cast<const uint8_t*>(key.data()), key.size()}, rest);
  std::copy(digest.begin(), digest.end(), c1.begin() + static_cast<ptrdiff_t>(offset));
  return c1;
}

class EitherScheme : public ::testing::TestWithParam<DigestScheme> {};

TEST_P(EitherScheme, ADigestHandshakeIsAnsweredWithDigestsOfTheSameScheme) {
  const HandshakeBytes c1 = SignedC1(GetParam());
  ASSERT_EQ(FindClientDigest(c1), GetParam());
  RecordingOutput output;
  const RandomSource random = MadeUpRandom();
  Handshake handshake(output, random);
  Bytes hello{3};
  hello.insert(hello.end(), c1.begin(), c1.end());
  ASSERT_TRUE(handshake.Feed(hello));
  ASSERT_EQ(output.written.size(), kAnswerSize);
  HandshakeBytes s1{};
  std::copy_n(output.written.begin() + 1, kHandshakeSize, s1.begin());
  HandshakeBytes s1_again = s1;
  SignServerHello(s1_again, GetParam());
  EXPECT_EQ(s1, s1_again) << "S1 carries the right digest where the scheme puts it";
  HandshakeBytes s2{};
  std::copy_n(output.written.begin() + 1537, kHandshakeSize, s2.begin());
  HandshakeBytes s2_again = s2;
  const size_t offset = DigestOffset(c1, GetParam());
  SignServerAnswer(s2_again, std::span(c1).subspan(offset).first<kDigestSize>());
  EXPECT_EQ(s2, s2_again);
  EXPECT_FALSE(std::equal(s2.begin(), s2.end(), c1.begin())) << "no echo";
}

INSTANTIATE_TEST_SUITE_P(Schemes, EitherScheme,
                         ::testing::Values(DigestScheme::kFirstHalf, DigestScheme::kSecondHalf));

TEST(HandshakeDigest, TheDigestOfARealFfmpegIsFound) {
  const Bytes capture = ReadCapture("ffmpeg_publish.bin");
  ASSERT_GT(capture.size(), 1537U);
  EXPECT_TRUE(FindClientDigest(std::span(capture).subspan<1, kHandshakeSize>()));
}

TEST(HandshakeDigest, OneWrongByteMakesItASimpleHandshake) {
  HandshakeBytes c1 = SignedC1(DigestScheme::kFirstHalf);
  c1.back() ^= 1;
  EXPECT_FALSE(FindClientDigest(c1));
}

TEST(HandshakeDigest, OffsetsStayInTheirHalvesWhateverTheBytes) {
  HandshakeBytes c1{};
  c1.fill(0xff);
  EXPECT_LE(DigestOffset(c1, DigestScheme::kFirstHalf) + kDigestSize, 8U + 764);
  EXPECT_LE(DigestOffset(c1, DigestScheme::kSecondHalf) + kDigestSize, kHandshakeSize);
  EXPECT_EQ(DigestOffset({HandshakeBytes{}}, DigestScheme::kFirstHalf), 12U);
  EXPECT_EQ(DigestOffset({HandshakeBytes{}}, DigestScheme::kSecondHalf), 776U);
}

TEST(Handshake, OtherVersionsAreRefusedAtTheFirstByte) {
  for (const uint8_t version : Bytes{0, 6, 'G', 255}) {
    RecordingOutput output;
    const RandomSource random = MadeUpRandom();
    Handshake handshake(output, random);
    const Result<size_t> fed = handshake.Feed(std::span(&version, 1));
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().code, ErrorCode::kUnsupported);
    EXPECT_TRUE(output.written.empty());
  }
}

TEST(ClientHandshake, OursMeetsOurs) {
  RecordingOutput to_server;
  RecordingOutput to_client;
  const RandomSource random = MadeUpRandom();
  ClientHandshake client(to_server);
  Handshake server(to_client, random);
  client.Start(random);
  while (!client.done() || !server.done()) {
    const Bytes up = to_server.Take();
    ASSERT_TRUE(server.Feed(up));
    const Bytes down = to_client.Take();
    ASSERT_TRUE(client.Feed(down));
    ASSERT_FALSE(up.empty() && down.empty()) << "both wait";
  }
}

}  // namespace
}  // namespace weir::rtmp

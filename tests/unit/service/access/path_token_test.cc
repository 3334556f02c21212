#include "service/access/path_token.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "service/access/checked_tokens.h"

namespace weir::service {
namespace {

constexpr std::chrono::sys_seconds kExpiry{std::chrono::seconds(1'700'000'000)};
constexpr UtcTime kNow = kExpiry - std::chrono::seconds(60);
constexpr TokenScope kScope{.vhost = "default", .app = "app", .stream = "stream"};

// printf 'v1\nk1\ndefault\napp/stream\n1700000000\n' | openssl dgst -sha256 -hmac topsecret -binary
constexpr std::string_view kForAny =
    "t~1700000000~n~k1~x9QhBBwko0ug6i6HvGp4R223aPTjxlJrncOasEFPKVQ";
// The same, followed by 192.0.2.7
constexpr std::string_view kForOne =
    "t~1700000000~a~k1~VfxIqNN8QGalSzXKk5zuNeNMYSPkVbAWUisL9OdVAR0";

PathTokenOptions Options() {
  return {.keys = {{.id = "k1", .secret = "topsecret"}, {.id = "k0", .secret = "older"}}};
}

TEST(PathTokens, MakesWhatOpensslMakes) {
  const PathTokenOptions options = Options();
  const PathTokens tokens(options);
  EXPECT_EQ(tokens.Make(kScope, kExpiry, ""), kForAny);
  EXPECT_EQ(tokens.Make(kScope, kExpiry, "192.0.2.7"), kForOne);
}

TEST(PathTokens, TakesItsOwn) {
  const PathTokenOptions options = Options();
  const PathTokens tokens(options);
  EXPECT_TRUE(tokens.Check(kForAny, kScope, "203.0.113.1", kNow));
  EXPECT_TRUE(tokens.Check(kForAny, kScope, "", kNow));
  EXPECT_TRUE(tokens.Check(kForOne, kScope, "192.0.2.7", kNow));
  EXPECT_FALSE(tokens.Check(kForOne, kScope, "192.0.2.8", kNow));
  EXPECT_FALSE(tokens.Check(kForOne, kScope, "", kNow));
}

TEST(PathTokens, OfTheOlderKeyAreGoodWhileItIsThere) {
  const PathTokenOptions old{.keys = {{.id = "k0", .secret = "older"}}};
  const std::string token = PathTokens(old).Make(kScope, kExpiry, "");
  PathTokenOptions options = Options();
  EXPECT_TRUE(PathTokens(options).Check(token, kScope, "", kNow));
  options.keys.pop_back();
  EXPECT_FALSE(PathTokens(options).Check(token, kScope, "", kNow));
}

TEST(PathTokens, EndAtTheirExpiry) {
  const PathTokenOptions options = Options();
  const PathTokens tokens(options);
  EXPECT_TRUE(tokens.Check(kForAny, kScope, "", kExpiry - std::chrono::microseconds(1)));
  EXPECT_FALSE(tokens.Check(kForAny, kScope, "", kExpiry));
}

TEST(PathTokens, AreForOneStreamAlone) {
  const PathTokenOptions options = Options();
  const PathTokens tokens(options);
  for (const TokenScope& other :
       {TokenScope{"other", "app", "stream"}, TokenScope{"default", "other", "stream"},
        TokenScope{"default", "app", "other"}, TokenScope{"default", "app/stream", ""}})
    EXPECT_FALSE(tokens.Check(kForAny, other, "", kNow)) << other.app << " " << other.stream;
}

TEST(PathTokens, RefusesEveryOtherCharacter) {
  const PathTokenOptions options = Options();
  const PathTokens tokens(options);
  for (size_t i = 0; i < kForAny.size(); ++i) {
    std::string forged(kForAny);
    forged[i] = forged[i] == '1' ? '2' : '1';
    EXPECT_FALSE(tokens.Check(forged, kScope, "", kNow)) << forged;
  }
  std::string longer(kForAny);
  longer += 'x';
  EXPECT_FALSE(tokens.Check(longer, kScope, "", kNow));
  EXPECT_FALSE(tokens.Check(kForAny.substr(0, kForAny.size() - 1), kScope, "", kNow));
}

TEST(PathToken, RefusesWhatIsMalformed) {
  const std::string mac(43, 'x');
  EXPECT_TRUE(PathToken::Parse("t~1~n~k~" + mac));
  for (const std::string& text :
       {std::string(), std::string("t~"), "x~1~n~k~" + mac, "t~~n~k~" + mac, "t~01~n~k~" + mac,
        "t~+1~n~k~" + mac, "t~-1~n~k~" + mac, "t~1x~n~k~" + mac, "t~1~~k~" + mac, "t~1~x~k~" + mac,
        "t~1~n~~" + mac, std::string("t~1~n~k"), "t~1~n~k~" + mac + "~",
        "t~9999999999999~n~k~" + mac, "t~1~n~" + std::string(200, 'k') + "~" + mac})
    EXPECT_FALSE(PathToken::Parse(text)) << text;
}

TEST(CheckedTokens, RememberNoMoreThanTheyChecked) {
  const PathTokenOptions options = Options();
  CheckedTokens tokens(options, 2);
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(tokens.Check(kForAny, kScope, "203.0.113.1", kNow));
    EXPECT_TRUE(tokens.Check(kForOne, kScope, "192.0.2.7", kNow));
    EXPECT_FALSE(tokens.Check(kForOne, kScope, "192.0.2.8", kNow));
    EXPECT_FALSE(tokens.Check(kForAny, {"default", "app", "other"}, "", kNow));
    EXPECT_FALSE(tokens.Check("t~1700000000~n~k1~x9QhBBwko0ug6i6HvGp4R223aPTjxlJrncOasEFPKVR",
                              kScope, "", kNow));
  }
  EXPECT_FALSE(tokens.Check(kForAny, kScope, "203.0.113.1", kExpiry)) << "known, and over";
}

TEST(CheckedTokens, ForgetAndCheckAgain) {
  const PathTokenOptions options = Options();
  CheckedTokens tokens(options, 4);
  for (int i = 0; i < 100; ++i) {
    const std::string stream = std::to_string(i);
    const TokenScope scope{.vhost = "default", .app = "app", .stream = stream};
    const std::string token = tokens.tokens().Make(scope, kExpiry, "");
    EXPECT_TRUE(tokens.Check(token, scope, "", kNow));
    EXPECT_TRUE(tokens.Check(token, scope, "", kNow));
    EXPECT_TRUE(tokens.Check(kForAny, kScope, "", kNow));
    EXPECT_FALSE(tokens.Check(token, kScope, "", kNow));
  }
}

}  // namespace
}  // namespace weir::service

#include "service/access/signed_policy.h"

#include <chrono>
#include <string>

#include <gmock/gmock.h>

#include "crypto/base64.h"

namespace weir::service {
namespace {

using ::testing::HasSubstr;

constexpr UtcTime kNow{std::chrono::milliseconds(1'600'000'000'000)};

constexpr std::string_view kPolicy = "eyJ1cmxfZXhwaXJlIjoxNzAwMDAwMDAwMDAwfQ";

SignedPolicyOptions Options(std::string secret = "secret",
                            crypto::HashAlgorithm algorithm = crypto::HashAlgorithm::kSha1) {
  return {.policy_key = "policy",
          .signature_key = "signature",
          .secret = std::move(secret),
          .algorithm = algorithm,
          .enables = {}};
}

AccessRequest Request(std::string url, std::string query) {
  return {.direction = Direction::kIncoming,
          .protocol = "rtmp",
          .urls = {std::move(url)},
          .query = std::move(query),
          .peer = "192.168.0.9:4711",
          .real_address = "203.0.113.5",
          .user_agent = {}};
}

std::string Encode(std::string_view text) {
  return crypto::Base64UrlEncode({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

/// The request of a client that shows this policy, well signed.
AccessRequest Signed(std::string_view policy) {
  const std::string url = "rtmp://example.com:1935/app/stream";
  const std::string query = "policy=" + Encode(policy);
  const auto mac = crypto::Hmac(crypto::HashAlgorithm::kSha1, "secret", url + "?" + query);
  return Request(url, query + "&signature=" + crypto::Base64UrlEncode(mac));
}

/// The reason of the refusal, or nothing.
std::string ReasonFor(const AccessRequest& request, const SignedPolicyOptions& options = Options(),
                      UtcTime now = kNow) {
  const auto grant = CheckSignedPolicy(options, request, now);
  if (grant) return "";
  EXPECT_EQ(grant.error().code, ErrorCode::kRefused);
  return grant.error().detail;
}

std::string ReasonFor(std::string_view policy) {
  return ReasonFor(Signed(policy));
}

TEST(SignedPolicy, TakesTheExampleOfOvenMediaEngine) {
  const AccessRequest request = Request("ws://192.168.0.100:3333/app/stream",
                                        "policy=eyJ1cmxfZXhwaXJlIjoxMzk5NzIxNTgxfQ"
                                        "&signature=dvVdBpoxAeCPl94Kt5RoiqLI0YE");
  const UtcTime then{std::chrono::milliseconds(1'399'721'581)};
  EXPECT_EQ(ReasonFor(request, Options("1kU^b6"), then), "");
  EXPECT_EQ(ReasonFor(request, Options("1kU^b6"), then + std::chrono::milliseconds(1)),
            "the signed URL has expired");
}

TEST(SignedPolicy, TakesWhatOpensslSignsByEachAlgorithm) {
  const std::string query = "policy=" + std::string(kPolicy) + "&signature=";
  const std::string url = "rtmp://example.com:1935/app/stream";
  const auto check = [&](crypto::HashAlgorithm algorithm, std::string_view signature) {
    return ReasonFor(Request(url, query + std::string(signature)), Options("secret", algorithm));
  };
  EXPECT_EQ(check(crypto::HashAlgorithm::kSha1, "obcI8GzV5AnCto9HzOU__5GQaEU"), "");
  EXPECT_EQ(check(crypto::HashAlgorithm::kSha256, "pKrF38UqyomNIOnBziyAe6R4s4ugdr1OGStdrqrsJGk"),
            "");
  EXPECT_EQ(check(crypto::HashAlgorithm::kSha384,
                  "UdVOLLeLpE7aIVEKCr25uUFO9IlT-FkjM6d6I3akcRCYS1YC9gyxnnBG30McviBh"),
            "");
  EXPECT_EQ(
      check(crypto::HashAlgorithm::kSha512,
            "0O-E1QxZ2kagk1EqRmECspQnKyEJaqdRlbuIgfKOtgZ9iTGP5EW58CybNjDudJY4ycSjij8IuvwGr0e21"
            "vER1A"),
      "");
  EXPECT_EQ(check(crypto::HashAlgorithm::kSha256, "obcI8GzV5AnCto9HzOU__5GQaEU"),
            "the signature is wrong");
}

TEST(SignedPolicy, SignsAllParametersButTheSignatureAsTheyWereSent) {
  const std::string url = "http://live.example.com:3333/app/stream/llhls.m3u8";
  const std::string policy = "policy=" + std::string(kPolicy);
  const std::string signature = "signature=USnM-Sy8LOt6L9by_7pFP7_jbbg";
  EXPECT_EQ(ReasonFor(Request(url, "a=1&" + policy + "&b=%20x&" + signature)), "");
  EXPECT_EQ(ReasonFor(Request(url, signature + "&a=1&" + policy + "&b=%20x")), "");
  EXPECT_EQ(ReasonFor(Request(url, "a=1&" + signature + "&" + policy + "&b=%20x")), "");
  EXPECT_EQ(ReasonFor(Request(url, "a=1&" + policy + "&b=%20x&" + signature + "%3D")), "")
      << "padding";
  EXPECT_EQ(ReasonFor(Request(url, "a=2&" + policy + "&b=%20x&" + signature)),
            "the signature is wrong");
  EXPECT_EQ(ReasonFor(Request(url, "a=1&" + policy + "&b=+x&" + signature)),
            "the signature is wrong");
  EXPECT_EQ(ReasonFor(Request(url + "x", "a=1&" + policy + "&b=%20x&" + signature)),
            "the signature is wrong");
}

TEST(SignedPolicy, AnySpellingOfTheUrlMayBeTheSignedOne) {
  AccessRequest request =
      Request("http://live.example.com:3333/app/stream/llhls.m3u8",
              "policy=" + std::string(kPolicy) + "&signature=BPPWPm9s7ETkwsi07o-iTfHEjg8");
  EXPECT_EQ(ReasonFor(request), "the signature is wrong");
  request.urls.emplace_back("https://live.example.com:443/app/stream/llhls.m3u8");
  EXPECT_EQ(ReasonFor(request), "");
}

TEST(SignedPolicy, NamesTheFirstThingThatIsWrong) {
  const std::string url = "rtmp://example.com:1935/app/stream";
  const std::string policy = "policy=" + std::string(kPolicy);
  EXPECT_EQ(ReasonFor(Request(url, "")), "the URL has no signature");
  EXPECT_EQ(ReasonFor(Request(url, policy)), "the URL has no signature");
  EXPECT_EQ(ReasonFor(Request(url, "signature=x")), "the URL has no policy");
  EXPECT_EQ(ReasonFor(Request(url, policy + "&signature=")), "the signature is empty");
  EXPECT_EQ(ReasonFor(Request(url, policy + "&signature")), "the signature is empty");
  EXPECT_EQ(ReasonFor(Request(url, policy + "&signature=%zz")), "the signature is empty");
  EXPECT_EQ(ReasonFor(Request(url, policy + "&signature=obcI8GzV5AnCto9HzOU__5GQaEV")),
            "the signature is wrong");
  EXPECT_EQ(ReasonFor(Request(url, policy + "&signature=" + std::string(9'000, 'x'))),
            "the query is too long");
}

TEST(SignedPolicy, ReadsTheTimes) {
  EXPECT_EQ(ReasonFor(R"({"url_expire":1600000000000})"), "");
  EXPECT_EQ(ReasonFor(R"({"url_expire":1599999999999})"), "the signed URL has expired");
  EXPECT_EQ(ReasonFor(R"({"url_expire":-1})"), "the signed URL has expired");
  EXPECT_EQ(ReasonFor(R"({"url_expire":1.6000000000005e12})"), "");
  EXPECT_EQ(ReasonFor(R"({"url_expire":1e300})"), "");
  EXPECT_EQ(ReasonFor(R"({"url_expire":-1e300})"), "the signed URL has expired");
  EXPECT_EQ(ReasonFor(R"({"url_expire":18446744073709551615})"), "");
  EXPECT_EQ(ReasonFor(R"({"url_expire":"1700000000000"})"), "the policy has no url_expire");
  EXPECT_EQ(ReasonFor(R"({})"), "the policy has no url_expire");
  const std::string good = R"({"url_expire":1700000000000,)";
  EXPECT_EQ(ReasonFor(good + R"("url_activate":1600000000001})"),
            "the signed URL is not active yet");
  EXPECT_EQ(ReasonFor(good + R"("url_activate":1600000000000})"), "");
  EXPECT_EQ(ReasonFor(good + R"("url_activate":"soon"})"), "");
  EXPECT_EQ(ReasonFor(good + R"("stream_expire":1599999999999})"),
            "the policy's stream_expire has passed");
}

TEST(SignedPolicy, SaysWhenTheStreamIsToEnd) {
  const auto grant = CheckSignedPolicy(
      Options(), Signed(R"({"url_expire":1700000000000,"stream_expire":1600000000500})"), kNow);
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->stream_expire, kNow + std::chrono::milliseconds(500));
  EXPECT_FALSE(grant->address_matters);
}

TEST(SignedPolicy, ChecksTheAddresses) {
  const std::string good = R"({"url_expire":1700000000000,)";
  EXPECT_EQ(ReasonFor(good + R"("allow_ip":"192.168.0.0/24"})"), "");
  EXPECT_EQ(ReasonFor(good + R"("allow_ip":"192.168.1.0/24"})"),
            "the client is not within the policy's allow_ip");
  EXPECT_EQ(ReasonFor(good + R"("real_ip":"203.0.113.5/32"})"), "");
  EXPECT_EQ(ReasonFor(good + R"("real_ip":"192.168.0.9/32"})"),
            "the client is not within the policy's real_ip");
  EXPECT_THAT(ReasonFor(good + R"("allow_ip":"192.168.0.0/99"})"), HasSubstr("allow_ip"));
  EXPECT_THAT(ReasonFor(good + R"("allow_ip":"all"})"), HasSubstr("allow_ip"));
  EXPECT_THAT(ReasonFor(good + R"("allow_ip":0})"), HasSubstr("allow_ip"));
  const auto grant =
      CheckSignedPolicy(Options(), Signed(good + R"("allow_ip":"192.168.0.0/24"})"), kNow);
  ASSERT_TRUE(grant);
  EXPECT_TRUE(grant->address_matters);
}

TEST(SignedPolicy, RefusesPoliciesThatAreNone) {
  for (const char* policy : {"", "x", "[]", "null", "17", "\"url_expire\"",
                             "{\"url_expire\":", "{\"url_expire\":1700000000000}}", "{\"\xff\":1}"})
    EXPECT_EQ(ReasonFor(policy), "the policy is no JSON object") << policy;
  EXPECT_EQ(ReasonFor(std::string(4'000, '[')), "the policy is no JSON object");
}

TEST(AccessRequest, FindsAndLeavesOutParameters) {
  EXPECT_FALSE(FindParameter("", "a").found);
  EXPECT_FALSE(FindParameter("ab=1&b", "a").found);
  EXPECT_EQ(FindParameter("x&a=1=2&a=3", "a").value, "1=2");
  EXPECT_EQ(WithoutParameter("a=1&b=2&a=3&c", "a"), "b=2&c");
  EXPECT_EQ(WithoutParameter("a=1", "a"), "");
}

}  // namespace
}  // namespace weir::service

#include "edge/serve/viewer_gate.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "config/document.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "http/date.h"
#include "http/text_response.h"

namespace weir::edge {
namespace {

using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr std::string_view kConfig = R"(<Server>
<VirtualHosts>
  <VirtualHost><Name>guarded</Name>
    <Host><Names><Name>guarded.example.com</Name></Names></Host>
    <SignedPolicy>
      <PolicyQueryKeyName>policy</PolicyQueryKeyName>
      <SignatureQueryKeyName>signature</SignatureQueryKeyName>
      <SecretKey>secret</SecretKey>
      <Enables><Publishers>llhls</Publishers></Enables>
    </SignedPolicy>
  </VirtualHost>
  <VirtualHost><Name>ingest</Name>
    <Host><Names><Name>ingest.example.com</Name></Names></Host>
    <SignedPolicy>
      <PolicyQueryKeyName>policy</PolicyQueryKeyName>
      <SignatureQueryKeyName>signature</SignatureQueryKeyName>
      <SecretKey>secret</SecretKey>
      <Enables><Providers>rtmp</Providers></Enables>
    </SignedPolicy>
  </VirtualHost>
  <VirtualHost><Name>open</Name><Host><Names><Name>*</Name></Names></Host></VirtualHost>
</VirtualHosts>
<Weir><PathToken><Key><Id>k1</Id><Secret>topsecret</Secret></Key></PathToken></Weir>
</Server>)";

/// Keeps the answer.
class Requester final : public http::Responder {
 public:
  explicit Requester(std::optional<http::Response>& answer) : answer_(answer) {}

  void Respond(http::Response response) override { answer_ = std::move(response); }

  void OnGone(std::function<void()> /*gone*/) override {}

 private:
  std::optional<http::Response>& answer_;
};

/// What is behind the gate.
class Behind final : public AdmittedHandler {
 public:
  void OnAdmitted(http::Request request, std::string_view token,
                  std::unique_ptr<http::Responder> responder) override {
    target_ = request.target;
    token_ = token;
    responder->Respond(http::TextResponse(200, "behind"));
  }

  std::string target_;
  std::string token_;
};

class ViewerGateTest : public ::testing::Test {
 protected:
  /// Asks, and returns the status; 200 is what is behind the gate.
  int Ask(const std::string& host, const std::string& target, http::Fields fields = {},
          const std::string& method = "GET") {
    return Ask({.method = method,
                .target = target,
                .host = host,
                .authority = host + ":3333",
                .fields = std::move(fields)});
  }

  int Ask(http::Request request) {
    next_ = {};
    answer_.reset();
    request.peer = "192.0.2.7:4711";
    gate_.OnRequest(std::move(request), std::make_unique<Requester>(answer_));
    EXPECT_TRUE(answer_);
    return answer_ ? answer_->status : 0;
  }

  /// What a viewer gets who says `authority` and has the URL signed with `port`.
  int AskAtPort(const std::string& authority, const std::string& scheme, const std::string& port,
                bool secure = false) {
    const std::string target = "/app/stream/llhls.m3u8?a=1&";
    return Ask({.method = "GET",
                .target = target + Sign(scheme + "://guarded.example.com" + port +
                                        target.substr(0, target.size() - 1)),
                .host = "guarded.example.com",
                .authority = authority,
                .secure = secure});
  }

  std::string Field(std::string_view name) const {
    for (const auto& [key, value] : answer_->fields) {
      if (key == name) return value;
    }
    return "";
  }

  /// A token for guarded/app/stream, or as told, for an hour.
  std::string Token(const std::string& vhost = "guarded", const std::string& address = "",
                    std::chrono::seconds life = std::chrono::hours(1)) {
    const auto now = std::chrono::floor<std::chrono::seconds>(http::SystemUtc());
    return "/" + service::PathTokens(access_.at("guarded").tokens)
                     .Make({.vhost = vhost, .app = "app", .stream = "stream"}, now + life, address);
  }

  /// The query that lets the URL in; `more` goes into the policy.
  static std::string Sign(const std::string& url, const std::string& more = "") {
    const std::string policy = fmt::format(R"({{"url_expire":4000000000000{}}})", more);
    const std::string query =
        "policy=" +
        crypto::Base64UrlEncode({reinterpret_cast<const uint8_t*>(policy.data()), policy.size()});
    const auto mac = crypto::Hmac(crypto::HashAlgorithm::kSha1, "secret", url + "&" + query);
    return query + "&signature=" + crypto::Base64UrlEncode(mac);
  }

  net::EventLoop loop_;
  const std::unique_ptr<config::Document> document_ =
      *config::Document::Parse(std::string(kConfig), "conf/a.xml", {.variable = {}, .home = {}});
  const service::VirtualHosts hosts_ = *service::VirtualHosts::Read(document_->root());
  const service::AccessByHost access_ = *service::ReadAccess(document_->root(), hosts_);
  const service::HostBook book_{std::make_shared<service::HostsInForce>(service::HostsInForce{
      .document = nullptr, .hosts = hosts_, .access = access_, .ingest = {}})};
  service::AccessControl control_{loop_, book_, nullptr};
  Behind next_;
  ViewerBook viewers_{{}};
  Openings openings_{viewers_, [](const auto& /*grant*/, const auto& /*request*/) {}};
  ViewerGate gate_{
      control_,
      hosts_,
      access_,
      {.cross_domains = http::CrossDomains({"*.example.com"}), .port = 3333, .tls_port = 3334},
      openings_,
      next_};
  std::optional<http::Response> answer_;
};

TEST_F(ViewerGateTest, LeavesHostsWithoutRulesAlone) {
  for (const char* host : {"open.example.com", "ingest.example.com"}) {
    for (const char* target :
         {"/app/stream/llhls.m3u8?x=1", "/app/stream/seg_0.m4s", "/", "/a/b", "/a/b/c/d/e", "*"}) {
      EXPECT_EQ(Ask(host, target), 200);
      EXPECT_EQ(next_.target_, target);
    }
    EXPECT_EQ(Ask(host, "/t~any/app/stream/llhls.m3u8?x=1"), 200);
    EXPECT_EQ(next_.target_, "/app/stream/llhls.m3u8?x=1") << "so rules can be switched off";
  }
}

TEST_F(ViewerGateTest, ATokenIsAllThatIsNeeded) {
  for (const char* file :
       {"llhls.m3u8", "chunklist_0_video_k_llhls.m3u8?_HLS_msn=1", "seg_0.m4s", "thumb.jpg"}) {
    EXPECT_EQ(Ask("guarded.example.com", Token() + "/app/stream/" + file), 200) << file;
    EXPECT_EQ(next_.target_, std::string("/app/stream/") + file);
  }
  std::string escaped = Token();
  escaped.replace(2, 1, "%7E");
  EXPECT_EQ(Ask("guarded.example.com", escaped + "/app/stream/seg_0.m4s"), 200);
  EXPECT_EQ("/" + next_.token_, Token()) << "as it was made, not as it was sent";
  EXPECT_EQ(Ask("guarded.example.com", Token() + "/%61pp/stream/seg_0.m4s"), 200);
  EXPECT_EQ(Ask("guarded.example.com", Token("guarded", "192.0.2.7") + "/app/stream/x.m4s"), 200);
}

TEST_F(ViewerGateTest, RefusesMediaWithoutAGoodToken) {
  const auto refused = [this](const std::string& target) {
    const bool right =
        Ask("guarded.example.com", target, {{"Origin", "https://a.example.com"}}) == 403;
    EXPECT_EQ(Field("Cache-Control"), "no-store");
    EXPECT_EQ(Field("Access-Control-Allow-Origin"), "https://a.example.com");
    EXPECT_EQ(Field("Vary"), "Origin");
    return right && next_.target_.empty();
  };
  EXPECT_TRUE(refused("/app/stream/seg_0.m4s"));
  EXPECT_TRUE(refused("/app/stream/chunklist_0_video_k_llhls.m3u8"));
  EXPECT_TRUE(refused("/t~/app/stream/seg_0.m4s"));
  EXPECT_TRUE(refused("/t~1~n~k1~x/app/stream/llhls.m3u8"));
  EXPECT_TRUE(refused(Token("open") + "/app/stream/seg_0.m4s"));
  EXPECT_TRUE(refused(Token("guarded", "192.0.2.8") + "/app/stream/seg_0.m4s"));
  EXPECT_TRUE(refused(Token("guarded", "", std::chrono::seconds(-1)) + "/app/stream/seg_0.m4s"));
  EXPECT_TRUE(refused(Token() + "/app/other/seg_0.m4s"));
  EXPECT_TRUE(refused(Token() + "/other/stream/seg_0.m4s"));
}

TEST_F(ViewerGateTest, NothingComesThroughByAnotherSpelling) {
  for (const std::string& target :
       {"//app/stream/seg_0.m4s" + std::string(), "/app//stream/seg_0.m4s" + std::string(),
        "/x/app/stream/seg_0.m4s" + std::string(), Token() + "/app/../other/seg_0.m4s",
        Token() + Token() + "/app/stream/seg_0.m4s", "/%zz/app/stream/seg_0.m4s" + std::string(),
        "/app/stream%2fseg_0.m4s" + std::string(), "/app/stream/a/seg_0.m4s" + std::string()}) {
    Ask("guarded.example.com", target);
    // What the routes behind know as a file of a stream must not be among it.
    EXPECT_THAT(next_.target_, ::testing::Not(MatchesRegex("/[^/]+/[^/]+/[^/]+"))) << target;
  }
}

TEST_F(ViewerGateTest, ASignedPlaylistLeadsToAToken) {
  const std::string url = "http://guarded.example.com:3333/app/stream/llhls.m3u8?a=1";
  const std::string target = "/app/stream/llhls.m3u8?a=1&";
  EXPECT_EQ(Ask("guarded.example.com", target + Sign(url)), 302);
  EXPECT_EQ(Field("Cache-Control"), "no-store");
  const std::string location = Field("Location");
  EXPECT_THAT(location, MatchesRegex("/t~[0-9]+~n~k1~.*/app/stream/llhls[.]m3u8[?]a=1"));
  EXPECT_EQ(Ask("guarded.example.com", location), 200);
  EXPECT_EQ(next_.target_, "/app/stream/llhls.m3u8?a=1");

  EXPECT_EQ(Ask("guarded.example.com", target + Sign(url, R"(,"allow_ip":"192.0.2.0/24")")), 302);
  EXPECT_THAT(Field("Location"), MatchesRegex("/t~[0-9]+~a~k1~.*"));
  EXPECT_EQ(Ask("guarded.example.com", Field("Location")), 200);
}

TEST_F(ViewerGateTest, RefusesPlaylistsThatAreNotSigned) {
  const std::string url = "http://guarded.example.com:3333/app/stream/llhls.m3u8?a=1";
  EXPECT_EQ(Ask("guarded.example.com", "/app/stream/llhls.m3u8"), 401);
  EXPECT_EQ(Ask("guarded.example.com", "/app/stream/llhls.m3u8?a=2&" + Sign(url)), 401);
  EXPECT_EQ(Ask("guarded.example.com", "/app/other/llhls.m3u8?a=1&" + Sign(url)), 401);
  EXPECT_EQ(Field("Cache-Control"), "no-store");
  EXPECT_THAT(next_.target_, IsEmpty());
}

TEST_F(ViewerGateTest, TheSignedUrlHasThePortThatTheViewerSaid) {
  EXPECT_EQ(AskAtPort("guarded.example.com:8443", "https", ":8443", true), 302);
  EXPECT_EQ(AskAtPort("guarded.example.com:8443", "https", ":8444", true), 401);
  EXPECT_EQ(AskAtPort("guarded.example.com:8443", "https", ":8443"), 302)
      << "a proxy ended TLS and does not say so";
  EXPECT_EQ(AskAtPort("guarded.example.com:8443", "https", ":3334", true), 302) << "a port mapping";
  EXPECT_EQ(AskAtPort("guarded.example.com:8080", "http", ":3333"), 302);
}

TEST_F(ViewerGateTest, AUrlWithoutAPortIsSignedWithOneOfThree) {
  EXPECT_EQ(AskAtPort("guarded.example.com", "https", ":3334", true), 302);
  EXPECT_EQ(AskAtPort("guarded.example.com", "https", ":443", true), 302);
  EXPECT_EQ(AskAtPort("guarded.example.com", "http", ":80", true), 302);
  EXPECT_EQ(AskAtPort("guarded.example.com", "https", ":8443", true), 401);
}

TEST_F(ViewerGateTest, LetsPreflightsPass) {
  EXPECT_EQ(Ask("guarded.example.com", "/app/stream/seg_0.m4s", {}, "OPTIONS"), 200);
  EXPECT_EQ(Ask("guarded.example.com", "/app/stream/seg_0.m4s", {}, "HEAD"), 403);
  EXPECT_EQ(Ask("guarded.example.com", "/app/stream/seg_0.m4s", {}, "POST"), 403);
}

}  // namespace
}  // namespace weir::edge

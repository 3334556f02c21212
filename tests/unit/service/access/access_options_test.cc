#include "service/access/access_options.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kRules = R"(
  <SignedPolicy>
    <PolicyQueryKeyName>p</PolicyQueryKeyName>
    <SignatureQueryKeyName>s</SignatureQueryKeyName>
    <SecretKey>aKq#1kj</SecretKey>
    <HashAlgorithm>SHA-256</HashAlgorithm>
    <Enables><Providers>RTMP, webrtc</Providers><Publishers>LLHLS</Publishers></Enables>
  </SignedPolicy>
  <AdmissionWebhooks>
    <ControlServerUrl>https://control.example.com/hook</ControlServerUrl>
    <SecretKey>1234</SecretKey>
    <Timeout>2000</Timeout>
    <Enables><Providers>rtmp</Providers></Enables>
  </AdmissionWebhooks>)";

class AccessOptionsTest : public ::testing::Test {
 protected:
  Result<AccessByHost> Read(std::string_view rules, std::string_view server = "") {
    auto document = config::Document::Parse(
        "<Server><VirtualHosts><VirtualHost><Name>default</Name>" + std::string(rules) +
            "</VirtualHost></VirtualHosts>" + std::string(server) + "</Server>",
        "conf/a.xml", {.variable = {}, .home = {}});
    EXPECT_TRUE(document);
    if (!document) return tl::unexpected(document.error());
    document_ = *std::move(document);
    const auto hosts = VirtualHosts::Read(document_->root());
    EXPECT_TRUE(hosts);
    return ReadAccess(document_->root(), *hosts);
  }

  std::string ReasonFor(std::string_view rules, std::string_view server = "") {
    const auto access = Read(rules, server);
    return access ? "" : access.error().detail;
  }

  std::unique_ptr<config::Document> document_;
};

TEST_F(AccessOptionsTest, ReadsBothRules) {
  const auto access = Read(kRules);
  ASSERT_TRUE(access);
  const AccessOptions& options = access->at("default");
  EXPECT_EQ(options.policy->policy_key, "p");
  EXPECT_EQ(options.policy->secret, "aKq#1kj");
  EXPECT_EQ(options.policy->algorithm, crypto::HashAlgorithm::kSha256);
  EXPECT_THAT(options.policy->enables.providers, ElementsAre("rtmp", "webrtc"));
  EXPECT_EQ(options.admission->timeout.count(), 2'000);
  EXPECT_EQ(options.admission->algorithm, crypto::HashAlgorithm::kSha1);
  EXPECT_NE(options.PolicyFor(Direction::kIncoming, "rtmp"), nullptr);
  EXPECT_NE(options.PolicyFor(Direction::kOutgoing, "llhls"), nullptr);
  EXPECT_EQ(options.PolicyFor(Direction::kOutgoing, "rtmp"), nullptr);
  EXPECT_NE(options.AdmissionFor(Direction::kIncoming, "rtmp"), nullptr);
  EXPECT_EQ(options.AdmissionFor(Direction::kOutgoing, "llhls"), nullptr);
}

TEST_F(AccessOptionsTest, LeavesOutHostsWithoutRules) {
  const auto access = Read("", "<Weir><PathToken><Lifetime>5</Lifetime></PathToken></Weir>");
  ASSERT_TRUE(access);
  EXPECT_TRUE(access->empty());
}

TEST_F(AccessOptionsTest, MakesUpAKeyWhereThereIsNone) {
  const auto first = Read(kRules);
  const std::string secret = first->at("default").tokens.keys.at(0).secret;
  const auto second = Read(kRules,
                           "<Weir><PathToken><Key><Id>a</Id><Secret></Secret></Key>"
                           "</PathToken></Weir>");
  EXPECT_TRUE(first->at("default").tokens.keys_are_ours);
  EXPECT_TRUE(second->at("default").tokens.keys_are_ours);
  EXPECT_EQ(secret.size(), 64u);
  EXPECT_NE(second->at("default").tokens.keys.at(0).secret, secret);
}

TEST_F(AccessOptionsTest, TakesTheHostsOwnKeysBeforeTheServers) {
  const std::string server =
      "<Weir><PathToken><Key><Id>common</Id><Secret>x</Secret></Key></PathToken></Weir>";
  const auto common = Read(kRules, server);
  EXPECT_EQ(common->at("default").tokens.keys.at(0).id, "common");
  std::string rules(kRules);
  rules += R"(<Weir><PathToken>
      <Key><Id>new</Id><Secret>y</Secret></Key><Key><Id>old</Id><Secret>z</Secret></Key>
      <Lifetime>60</Lifetime><BindAddress>true</BindAddress></PathToken></Weir>)";
  const auto own = Read(rules, server);
  const PathTokenOptions& tokens = own->at("default").tokens;
  ASSERT_EQ(tokens.keys.size(), 2u);
  EXPECT_EQ(tokens.keys[0].id, "new");
  EXPECT_EQ(tokens.keys[1].secret, "z");
  EXPECT_EQ(tokens.lifetime.count(), 60);
  EXPECT_TRUE(tokens.bind_address);
  EXPECT_FALSE(tokens.keys_are_ours);
}

TEST_F(AccessOptionsTest, RefusesWhatCannotWork) {
  const auto with = [](std::string_view from, std::string_view to) {
    std::string rules(kRules);
    return rules.replace(rules.find(from), from.size(), to);
  };
  EXPECT_THAT(ReasonFor(with("aKq#1kj", "")), HasSubstr("SecretKey"));
  EXPECT_THAT(ReasonFor(with("<SecretKey>1234", "<SecretKey>")), HasSubstr("SecretKey"));
  EXPECT_THAT(ReasonFor(with(">s<", ">p<")), HasSubstr("one name"));
  EXPECT_THAT(ReasonFor(with("SHA-256", "MD5")), HasSubstr("HashAlgorithm"));
  EXPECT_THAT(ReasonFor(with("https://", "ftp://")), HasSubstr("ControlServerUrl"));
  EXPECT_THAT(ReasonFor(with(">2000<", ">0<")), HasSubstr("Timeout"));
  const auto key = [&](std::string_view keys) {
    return ReasonFor(kRules, "<Weir><PathToken>" + std::string(keys) + "</PathToken></Weir>");
  };
  EXPECT_THAT(key("<Key><Id>a~b</Id><Secret>x</Secret></Key>"), HasSubstr("Id"));
  EXPECT_THAT(key("<Key><Id>12345678901234567</Id><Secret>x</Secret></Key>"), HasSubstr("Id"));
  EXPECT_THAT(key("<Key><Id>a</Id><Secret>x</Secret></Key><Key><Id>a</Id><Secret>y</Secret></Key>"),
              HasSubstr("second key"));
  EXPECT_THAT(key("<Lifetime>0</Lifetime>"), HasSubstr("Lifetime"));
}

}  // namespace
}  // namespace weir::service

#include "service/listen_rules.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::service {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<config::Document> Parse(const std::string& inside) {
  auto document = config::Document::Parse("<Server version=\"8\">\n" + inside + "\n</Server>",
                                          "test.xml", config::Environment{});
  EXPECT_TRUE(document) << (document ? "" : document.error().detail);
  return std::move(*document);
}

ListenRules Read(const std::string& inside) {
  const auto document = Parse(inside);
  auto rules = ListenRules::Read(document->root());
  EXPECT_TRUE(rules) << (rules ? "" : rules.error().detail);
  return std::move(*rules);
}

std::string ErrorOf(const std::string& inside) {
  const auto document = Parse(inside);
  const auto rules = ListenRules::Read(document->root());
  return rules ? "none" : rules.error().detail;
}

net::IpAddress Address(const char* text) {
  return *net::IpAddress::Parse(text);
}

net::ListenOptions OptionsOf(const ListenRules& rules, std::string_view listener) {
  net::ListenOptions options;
  rules.Apply(listener, options);
  return options;
}

/// How many connections of one address are let in, out of 1,200.
size_t Admitted(const ListenRules& rules, const char* address) {
  std::vector<net::ConnectionCap::Place> places;
  net::ConnectionCap& cap = *OptionsOf(rules, "HTTP").cap;
  for (int i = 0; i < 1'200; ++i) {
    if (auto place = cap.Take(Address(address))) places.push_back(*std::move(place));
  }
  return places.size();
}

TEST(ListenRules, TrustNobodyUnlessTold) {
  const ListenRules rules = Read("<Name>x</Name>");
  EXPECT_EQ(OptionsOf(rules, "RTMP").proxies, nullptr);
  EXPECT_TRUE(rules.trusted_proxies().empty());
  EXPECT_EQ(Admitted(rules, "192.0.2.1"), 1'000U);
  EXPECT_EQ(Admitted(rules, "127.0.0.1"), 1'200U) << "this machine itself";
}

TEST(ListenRules, AskForHeadersOnTheListenersNamed) {
  const ListenRules rules = Read(
      "<Weir><ProxyProtocol><Networks><Network>10.0.0.0/8</Network><Network>::1</Network>"
      "</Networks><Listeners><Listener>RTMP</Listener><Listener>HTTPS</Listener></Listeners>"
      "</ProxyProtocol></Weir>");
  for (const std::string_view name : {"RTMP", "HTTPS"}) {
    const auto* proxies = OptionsOf(rules, name).proxies;
    ASSERT_NE(proxies, nullptr) << name;
    EXPECT_TRUE(proxies->Contain(Address("10.1.2.3")));
    EXPECT_TRUE(proxies->Contain(Address("::1")));
    EXPECT_FALSE(proxies->Contain(Address("192.0.2.1")));
  }
  for (const std::string_view name : {"RTMPS", "OVT", "HTTP"})
    EXPECT_EQ(OptionsOf(rules, name).proxies, nullptr) << name;
}

TEST(ListenRules, AskForHeadersEverywhereWhenNoneIsNamed) {
  const ListenRules rules = Read(
      "<Modules><HAProxyProtocol><Enable>true</Enable></HAProxyProtocol></Modules>"
      "<Weir><ProxyProtocol><Networks><Network>10.0.0.0/8</Network></Networks></ProxyProtocol>"
      "</Weir>");
  for (const std::string_view name : {"RTMP", "RTMPS", "OVT", "HTTP", "HTTPS"})
    EXPECT_NE(OptionsOf(rules, name).proxies, nullptr) << name;
}

TEST(ListenRules, ExemptTrustedProxiesFromTheLimit) {
  const ListenRules rules = Read(
      "<Weir><TrustedProxies><Network>10.0.0.0/8</Network></TrustedProxies>"
      "<ConnectionsPerAddress>7</ConnectionsPerAddress></Weir>");
  EXPECT_TRUE(rules.trusted_proxies().Contain(Address("10.1.2.3")));
  EXPECT_EQ(Admitted(rules, "192.0.2.1"), 7U);
  EXPECT_EQ(Admitted(rules, "10.1.2.3"), 1'200U);
  EXPECT_EQ(Admitted(rules, "::1"), 1'200U);
}

TEST(ListenRules, SayWhatIsWrongAndWhere) {
  EXPECT_EQ(ErrorOf("<Weir><ProxyProtocol>\n<Networks><Network>10/8</Network></Networks>"
                    "</ProxyProtocol></Weir>"),
            "test.xml:3: Server/Weir/ProxyProtocol/Networks/Network: "
            "'10/8' is no address or network");
  EXPECT_THAT(ErrorOf("<Weir><ProxyProtocol/></Weir>"), HasSubstr("has no <Networks>"));
  EXPECT_THAT(ErrorOf("<Weir><ProxyProtocol><Networks/></ProxyProtocol></Weir>"),
              HasSubstr("needs a <Network>, such as 10.0.0.0/8"));
  EXPECT_THAT(ErrorOf("<Weir><TrustedProxies/></Weir>"), HasSubstr("needs a <Network>"));
  EXPECT_THAT(ErrorOf("<Weir><ProxyProtocol><Networks><Network>::1</Network></Networks>"
                      "<Listeners><Listener>SMTP</Listener></Listeners></ProxyProtocol></Weir>"),
              HasSubstr("'SMTP' is none of RTMP, RTMPS, OVT, HTTP, HTTPS"));
  EXPECT_THAT(ErrorOf("<Weir><ConnectionsPerAddress>-1</ConnectionsPerAddress></Weir>"),
              HasSubstr("ConnectionsPerAddress"));
  EXPECT_THAT(
      ErrorOf("<Modules><HAProxyProtocol><Enable>true</Enable></HAProxyProtocol></Modules>"),
      HasSubstr("Modules/HAProxyProtocol: needs <Weir><ProxyProtocol><Networks> as well"));
  EXPECT_EQ(ErrorOf("<Modules><HAProxyProtocol><Enable>false</Enable></HAProxyProtocol></Modules>"),
            "none");
}

}  // namespace
}  // namespace weir::service

#include "service/virtual_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::service {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kHosts = R"(
  <VirtualHost>
    <Name>live</Name>
    <Host>
      <Names><Name>*.Example.com</Name><Name>192.0.2.1</Name><Name>::1</Name></Names>
      <TLS><CertPath>cert.pem</CertPath><KeyPath>/keys/key.pem</KeyPath></TLS>
    </Host>
    <Applications>
      <Application><Name>*</Name><Providers><OVT/></Providers></Application>
      <Application><Name>app</Name>
        <Providers><RTMP><Port>1</Port></RTMP></Providers>
        <Publishers><LLHLS/></Publishers>
      </Application>
    </Applications>
  </VirtualHost>
  <VirtualHost>
    <Name>rest</Name>
    <Host><Names><Name>live?.example.org</Name><Name>live.example.com</Name></Names></Host>
    <Applications><Application><Name>other</Name></Application></Applications>
  </VirtualHost>)";

class VirtualHostsTest : public ::testing::Test {
 protected:
  Result<VirtualHosts> Read(std::string_view hosts) {
    auto document = config::Document::Parse(
        "<Server><VirtualHosts>" + std::string(hosts) + "</VirtualHosts></Server>", "conf/a.xml",
        {.variable = {}, .home = {}});
    EXPECT_TRUE(document);
    document_ = *std::move(document);
    return VirtualHosts::Read(document_->root());
  }

  std::string NameFor(std::string_view host) {
    const auto hosts = Read(kHosts);
    EXPECT_TRUE(hosts);
    const VirtualHost* found = hosts->Resolve(host);
    return found == nullptr ? "" : found->name;
  }

  std::string Complaint(std::string_view hosts) {
    const auto read = Read(hosts);
    return read ? "" : read.error().detail;
  }

 private:
  std::unique_ptr<config::Document> document_;
};

TEST_F(VirtualHostsTest, AreFoundByTheFirstPatternThatMatches) {
  EXPECT_EQ(NameFor("live.example.com"), "live");
  EXPECT_EQ(NameFor("a.b.example.com"), "live");
  EXPECT_EQ(NameFor("live1.example.org"), "rest");
  EXPECT_EQ(NameFor("live.example.org"), "");
  EXPECT_EQ(NameFor("example.com"), "");
  EXPECT_EQ(NameFor(""), "");
}

TEST_F(VirtualHostsTest, AreFoundWhateverTheCaseAndThePort) {
  EXPECT_EQ(NameFor("LIVE.EXAMPLE.COM:1935"), "live");
  EXPECT_EQ(NameFor("192.0.2.1:3333"), "live");
  EXPECT_EQ(NameFor("192.0.2.10"), "");
  EXPECT_EQ(NameFor("[::1]:3333"), "live");
  EXPECT_EQ(NameFor("[::1]"), "live");
  EXPECT_EQ(NameFor("::1"), "live");
  EXPECT_EQ(NameFor("["), "");
}

TEST_F(VirtualHostsTest, GiveTheDeclaredApplicationBeforeTheTemplate) {
  const auto hosts = Read(kHosts);
  ASSERT_TRUE(hosts);
  const VirtualHost* live = hosts->Find("live");
  ASSERT_NE(live, nullptr);
  EXPECT_EQ(live->FindApplication("app")->name, "app");
  EXPECT_EQ(live->FindApplication("anything")->name, "*");
  EXPECT_TRUE(live->FindApplication("anything")->is_template());
  EXPECT_EQ(hosts->Find("rest")->FindApplication("anything"), nullptr);
  EXPECT_EQ(hosts->Find("LIVE"), nullptr);
  EXPECT_EQ(hosts->ApplicationOf({.vhost = "live", .app = "app", .name = "a"}),
            live->FindApplication("app"));
  EXPECT_EQ(hosts->ApplicationOf({.vhost = "live", .app = "anything", .name = "a"}),
            live->FindApplication("*"));
  EXPECT_EQ(hosts->ApplicationOf({.vhost = "LIVE", .app = "app", .name = "a"}), nullptr);
}

TEST_F(VirtualHostsTest, GiveModulesTheirElements) {
  const auto hosts = Read(kHosts);
  ASSERT_TRUE(hosts);
  const Application* app = hosts->Find("live")->FindApplication("app");
  ASSERT_NE(app->Provider("RTMP"), nullptr);
  EXPECT_EQ(app->Provider("RTMP")->Child("Port")->text(), "1");
  EXPECT_NE(app->Publisher("LLHLS"), nullptr);
  EXPECT_EQ(app->Provider("SRT"), nullptr);
  EXPECT_EQ(hosts->Find("rest")->FindApplication("other")->Publisher("OVT"), nullptr);
}

TEST_F(VirtualHostsTest, FindCertificatesBesideTheConfigurationFile) {
  const auto hosts = Read(kHosts);
  ASSERT_TRUE(hosts);
  const auto& tls = hosts->Find("live")->tls;
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->certificate, "conf/cert.pem");
  EXPECT_EQ(tls->key, "/keys/key.pem");
  EXPECT_EQ(tls->chain, "");
  EXPECT_FALSE(hosts->Find("rest")->tls);
}

TEST_F(VirtualHostsTest, RefuseNamesThatStandTwice) {
  EXPECT_EQ(Complaint("<VirtualHost><Name>a</Name></VirtualHost>\n"
                      "<VirtualHost><Name>a</Name></VirtualHost>"),
            "conf/a.xml:2: Server/VirtualHosts/VirtualHost: a second virtual host 'a'");
  EXPECT_THAT(Complaint("<VirtualHost><Name>a</Name><Applications>"
                        "<Application><Name>x</Name></Application>"
                        "<Application><Name>x</Name></Application></Applications></VirtualHost>"),
              HasSubstr("a second application 'x'"));
}

TEST_F(VirtualHostsTest, RefuseNamesThatCannotStandInAPath) {
  EXPECT_THAT(Complaint("<VirtualHost></VirtualHost>"), HasSubstr("has no <Name>"));
  EXPECT_THAT(Complaint("<VirtualHost><Name>a/b</Name></VirtualHost>"),
              HasSubstr("'a/b' cannot stand in a URL"));
}

TEST_F(VirtualHostsTest, RefuseTlsWithoutItsFiles) {
  EXPECT_THAT(Complaint("<VirtualHost><Name>a</Name><Host><TLS><CertPath>c</CertPath></TLS></Host>"
                        "</VirtualHost>"),
              HasSubstr("has no <KeyPath>"));
}

TEST_F(VirtualHostsTest, WantAProviderForTheirOrigins) {
  const std::string origins =
      "<VirtualHost><Name>a</Name><Origins><Origin><Location>/</Location><Pass>"
      "<Scheme>OVT</Scheme><Urls><Url>h</Url></Urls></Pass></Origin></Origins><Applications>";
  EXPECT_THAT(Complaint(origins + "</Applications></VirtualHost>"),
              HasSubstr("its origin for / needs an application with <Providers><OVT/>"));
  EXPECT_EQ(Complaint(origins + "<Application><Name>*</Name><Providers><OVT/></Providers>"
                                "</Application></Applications></VirtualHost>"),
            "");
}

TEST_F(VirtualHostsTest, MayBeNone) {
  const auto hosts = Read("");
  ASSERT_TRUE(hosts);
  EXPECT_TRUE(hosts->list().empty());
  EXPECT_EQ(hosts->Resolve("a"), nullptr);
}

}  // namespace
}  // namespace weir::service

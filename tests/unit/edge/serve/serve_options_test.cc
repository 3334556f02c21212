#include "edge/serve/serve_options.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::edge {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kServer = R"(<Server>
  <Defaults><CrossDomains><Url>https://default.example</Url></CrossDomains></Defaults>
  <VirtualHosts>
    <VirtualHost><Name>one</Name>
      <Applications>
        <Application><Name>none</Name></Application>
        <Application><Name>app</Name><Publishers><LLHLS>
          <CrossDomains><Url>https://app.example</Url></CrossDomains>
        </LLHLS></Publishers></Application>
        <Application><Name>*</Name><Publishers><LLHLS>
          <CacheControl><SegmentMaxAge>9</SegmentMaxAge></CacheControl>
        </LLHLS></Publishers></Application>
      </Applications>
    </VirtualHost>
    <VirtualHost><Name>two</Name>
      <CrossDomains><Url>https://two.example</Url></CrossDomains>
      <Applications><Application><Name>app</Name><Publishers><LLHLS/></Publishers></Application>
      </Applications>
    </VirtualHost>
  </VirtualHosts>
</Server>)";

TEST(ServeOptions, AreThoseOfTheApplicationAndItsSurroundings) {
  const auto document = config::Document::Parse(std::string(kServer), "test.xml", {});
  ASSERT_TRUE(document) << document.error().detail;
  const auto hosts = service::VirtualHosts::Read((*document)->root());
  ASSERT_TRUE(hosts) << hosts.error().detail;
  const auto options = ServeOptions::Read((*document)->root(), *hosts);
  ASSERT_TRUE(options) << options.error().detail;
  const auto domains = [&](std::string vhost, std::string app) {
    return options->Of({.vhost = std::move(vhost), .app = std::move(app), .name = "s"})
        .cross_domains;
  };
  EXPECT_THAT(domains("one", "app"), ElementsAre("https://app.example"));
  EXPECT_THAT(domains("one", "other"), ElementsAre("https://default.example"));
  EXPECT_THAT(domains("two", "app"), ElementsAre("https://two.example"));
  EXPECT_THAT(domains("three", "app"), ElementsAre("https://app.example")) << "the first there is";
  EXPECT_EQ(options->Of({.vhost = "one", .app = "other", .name = "s"}).cache.segment, 9);
  EXPECT_EQ(options->Of({.vhost = "one", .app = "app", .name = "s"}).cache.segment,
            hls::CacheAges::kDefaultAge);
}

TEST(ServeOptions, NameTheLineThatIsWrong) {
  const auto document = config::Document::Parse(
      "<Server><VirtualHosts><VirtualHost><Name>v</Name><Applications><Application><Name>a</Name>"
      "<Publishers><LLHLS><CacheControl><SegmentMaxAge>x</SegmentMaxAge></CacheControl></LLHLS>"
      "</Publishers></Application></Applications></VirtualHost></VirtualHosts></Server>",
      "test.xml", {});
  ASSERT_TRUE(document) << document.error().detail;
  const auto hosts = service::VirtualHosts::Read((*document)->root());
  ASSERT_TRUE(hosts);
  const auto options = ServeOptions::Read((*document)->root(), *hosts);
  ASSERT_FALSE(options);
  EXPECT_THAT(options.error().detail, ::testing::HasSubstr("test.xml:1"));
}

}  // namespace
}  // namespace weir::edge

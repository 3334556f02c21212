#include "service/origins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::service {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OriginsTest : public ::testing::Test {
 protected:
  Result<Origins> Read(std::string_view inside) {
    auto document = config::Document::Parse(
        "<VirtualHost><Origins>" + std::string(inside) + "</Origins></VirtualHost>", "conf/a.xml",
        {.variable = {}, .home = {}});
    EXPECT_TRUE(document);
    document_ = *std::move(document);
    return Origins::Read(document_->root());
  }

  std::string Complaint(std::string_view inside) {
    const auto read = Read(inside);
    return read ? "" : read.error().detail;
  }

 private:
  std::unique_ptr<config::Document> document_;
};

std::string OriginXml(const std::string& location, const std::string& urls,
                      const std::string& more = "") {
  return "<Origin><Location>" + location + "</Location><Pass><Scheme>ovt</Scheme><Urls>" + urls +
         "</Urls></Pass>" + more + "</Origin>";
}

TEST_F(OriginsTest, AreReadWithTheirDefaults) {
  const auto origins = Read(OriginXml("/app", "<Url>a:1/x</Url><Url>b</Url>"));
  ASSERT_TRUE(origins) << origins.error().detail;
  ASSERT_EQ(origins->list().size(), 1u);
  const Origin& origin = origins->list().front();
  EXPECT_EQ(origin.location, "/app");
  EXPECT_EQ(origin.scheme, "ovt");
  EXPECT_THAT(origin.urls, ElementsAre("a:1/x", "b"));
  EXPECT_TRUE(origin.forward_query);
  EXPECT_FALSE(origin.strict_location || origin.persistent || origin.failback);
  EXPECT_EQ(origins->properties().no_input_failover_timeout, milliseconds(3'000));
  EXPECT_EQ(origins->properties().unused_stream_deletion_timeout, milliseconds(60'000));
  EXPECT_EQ(origins->properties().stream_failback_timeout, milliseconds(3'000));
  EXPECT_EQ(origins->properties().retry_count, 1);
}

TEST_F(OriginsTest, AreReadWithAllTheirSettings) {
  const auto origins = Read(
      "<Properties><NoInputFailoverTimeout>1</NoInputFailoverTimeout>"
      "<UnusedStreamDeletionTimeout>2</UnusedStreamDeletionTimeout>"
      "<StreamFailbackTimeout>3</StreamFailbackTimeout><RetryCount>4</RetryCount></Properties>"
      "<Origin><Location>/app/s</Location><Pass><Scheme>OVT</Scheme><Urls><Url>a</Url></Urls>"
      "<ForwardQueryParams>false</ForwardQueryParams></Pass><Persistent>true</Persistent>"
      "<Failback>true</Failback><StrictLocation>true</StrictLocation></Origin>");
  ASSERT_TRUE(origins) << origins.error().detail;
  const Origin& origin = origins->list().front();
  EXPECT_EQ(origin.scheme, "ovt");
  EXPECT_TRUE(origin.strict_location && origin.persistent && origin.failback);
  EXPECT_FALSE(origin.forward_query);
  EXPECT_EQ(origins->properties().no_input_failover_timeout, milliseconds(1));
  EXPECT_EQ(origins->properties().unused_stream_deletion_timeout, milliseconds(2));
  EXPECT_EQ(origins->properties().stream_failback_timeout, milliseconds(3));
  EXPECT_EQ(origins->properties().retry_count, 4);
}

TEST_F(OriginsTest, AreMatchedInOrderByBeginningOrStrictly) {
  const auto origins =
      Read(OriginXml("/app/one", "<Url>a</Url>", "<StrictLocation>true</StrictLocation>") +
           OriginXml("/app/", "<Url>b</Url>") + OriginXml("/", "<Url>c</Url>"));
  ASSERT_TRUE(origins) << origins.error().detail;
  const auto url_for = [&](std::string_view path) { return origins->Match(path)->urls.front(); };
  EXPECT_EQ(url_for("/app/one"), "a");
  EXPECT_EQ(url_for("/app/one2"), "b");
  EXPECT_EQ(url_for("/app2/one"), "c");
  EXPECT_EQ(origins->Match("app/one"), nullptr);
}

TEST_F(OriginsTest, MayBeNone) {
  const auto document =
      config::Document::Parse("<VirtualHost/>", "conf/a.xml", {.variable = {}, .home = {}});
  ASSERT_TRUE(document);
  const auto origins = Origins::Read((*document)->root());
  ASSERT_TRUE(origins);
  EXPECT_EQ(origins->Match("/app/stream"), nullptr);
}

TEST_F(OriginsTest, SayWhatIsMissing) {
  EXPECT_THAT(Complaint("<Origin/>"), HasSubstr("conf/a.xml:1: VirtualHost/Origins/Origin: has no "
                                                "<Location>"));
  EXPECT_THAT(Complaint("<Origin><Location>app</Location></Origin>"), HasSubstr("begin with '/'"));
  EXPECT_THAT(Complaint("<Origin><Location>/</Location></Origin>"), HasSubstr("has no <Pass>"));
  EXPECT_THAT(Complaint("<Origin><Location>/</Location><Pass/></Origin>"),
              HasSubstr("has no <Scheme>"));
  EXPECT_THAT(Complaint(OriginXml("/", "")), HasSubstr("has no <Url>"));
  EXPECT_THAT(Complaint(OriginXml("/", "<Url/>")), HasSubstr("is empty"));
  EXPECT_THAT(Complaint(OriginXml("/", "<Url>ovt://a</Url>")), HasSubstr("has a scheme"));
  EXPECT_THAT(Complaint("<Properties><RetryCount>1001</RetryCount></Properties>"),
              HasSubstr("1001 is not between 0 and 1000"));
}

std::vector<std::string> Urls(const std::string& location, const std::string& url,
                              std::string_view path, std::string_view query, bool forward = true) {
  Origin origin;
  origin.location = location;
  origin.scheme = "ovt";
  origin.urls = {url};
  origin.forward_query = forward;
  return UrlsFor(origin, path, query);
}

TEST(UrlsFor, PutsTheRestOfThePathBehindTheUrl) {
  EXPECT_THAT(Urls("/app/stream", "h:9000/app/s_720", "/app/stream", ""),
              ElementsAre("ovt://h:9000/app/s_720"));
  EXPECT_THAT(Urls("/edge", "h/origin", "/edge/stream", ""), ElementsAre("ovt://h/origin/stream"));
  EXPECT_THAT(Urls("/app/cam", "h/app/camera", "/app/cam7", ""),
              ElementsAre("ovt://h/app/camera7"));
}

TEST(UrlsFor, JoinsWithOneSlash) {
  for (const std::string url : {"h:9000", "h:9000/"}) {
    EXPECT_THAT(Urls("/", url, "/app/stream", ""), ElementsAre("ovt://h:9000/app/stream"));
    EXPECT_THAT(Urls("/app", url + "/x/", "/app/stream", ""),
                ElementsAre(::testing::EndsWith("/x/stream")));
  }
}

TEST(UrlsFor, PutsThePathBeforeTheQueryOfTheUrl) {
  EXPECT_THAT(Urls("/", "h?k=1", "/app/stream", ""), ElementsAre("ovt://h/app/stream?k=1"));
}

TEST(UrlsFor, ForwardsTheViewersQuery) {
  EXPECT_THAT(Urls("/", "h", "/app/stream", "a=b"), ElementsAre("ovt://h/app/stream?a=b"));
  EXPECT_THAT(Urls("/", "h?k=1", "/app/stream", "a=b"), ElementsAre("ovt://h/app/stream?k=1&a=b"));
  EXPECT_THAT(Urls("/", "h", "/app/stream", "a=b", false), ElementsAre("ovt://h/app/stream"));
}

TEST(UrlsFor, KeepsTheOrderOfPreference) {
  Origin origin;
  origin.location = "/";
  origin.scheme = "ovt";
  origin.urls = {"first", "second"};
  EXPECT_THAT(UrlsFor(origin, "/a/s", ""), ElementsAre("ovt://first/a/s", "ovt://second/a/s"));
}

}  // namespace
}  // namespace weir::service

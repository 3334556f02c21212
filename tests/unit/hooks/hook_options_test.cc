#include "hooks/hook_options.h"

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::hooks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<WcsOptions> Read(const std::string& wcs) {
  const auto document =
      config::Document::Parse("<Server><Weir><Wcs>" + wcs + "</Wcs></Weir></Server>", "conf/a.xml",
                              {.variable = {}, .home = {}});
  return ReadWcsOptions((*document)->root());
}

std::string App(const std::string& more) {
  return "<Apps><App><Key>defaultApp</Key><Url>http://b.example.com:8000/MyAPI/</Url>"
         "<Methods>connect, StreamKeepAliveEvent</Methods>" +
         more + "</App></Apps>";
}

TEST(WcsOptions, HaveDefaults) {
  const auto options = Read(App(""));
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->auth);
  ASSERT_EQ(options->apps.size(), 1U);
  const HookApp& app = options->apps[0];
  EXPECT_EQ(app.key, "defaultApp");
  EXPECT_EQ(app.url.target, "/MyAPI");
  EXPECT_THAT(app.methods, ElementsAre("StreamKeepAliveEvent", "connect"));
  EXPECT_EQ(app.interval, std::chrono::seconds(10));
  EXPECT_EQ(app.timeout, std::chrono::seconds(5));
  EXPECT_TRUE(app.fail_open);
  EXPECT_EQ(app.connections_max, 200U);
  EXPECT_FALSE(options->NeedsTls());
}

TEST(WcsOptions, AreReadWhole) {
  const auto options = Read("<Auth>false</Auth>" +
                            App("<VirtualHost>default</VirtualHost><Application>live</Application>"
                                "<KeepAliveInterval>2500</KeepAliveInterval><Timeout>300</Timeout>"
                                "<FailOpen>false</FailOpen><Connections>7</Connections>"
                                "<SecretKey>secret</SecretKey>"));
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->auth);
  const HookApp& app = options->apps.at(0);
  EXPECT_EQ(app.interval, std::chrono::milliseconds(2500));
  EXPECT_EQ(app.timeout, std::chrono::milliseconds(300));
  EXPECT_FALSE(app.fail_open);
  EXPECT_EQ(app.connections_max, 7U);
  EXPECT_EQ(app.secret, "secret");
  EXPECT_EQ(options->AppOf({.vhost = "default", .app = "live", .name = "x"}), &app);
  EXPECT_EQ(options->AppOf({.vhost = "default", .app = "other", .name = "x"}), nullptr);
  EXPECT_EQ(options->AppOf({.vhost = "other", .app = "live", .name = "x"}), nullptr);
  EXPECT_EQ(options->AppFor({.vhost = "default", .app = "live", .name = "x"}, kConnect), &app);
  EXPECT_EQ(options->AppFor({.vhost = "default", .app = "live", .name = "x"}, kPlayStream),
            nullptr);
}

TEST(WcsOptions, WithoutThemThereAreNoHooks) {
  const auto options = Read("");
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->apps.empty());
}

TEST(WcsOptions, SayWhatIsWrong) {
  const std::string start = "<Apps><App>";
  const std::string end = "</App></Apps>";
  const std::string url = "<Url>http://b.example.com/</Url>";
  const std::pair<std::string, const char*> rows[] = {
      {start + url + "<Methods>connect</Methods>" + end, "has no <Key>"},
      {start + "<Key>k</Key><Methods>connect</Methods>" + end, "needs an <Url>"},
      {start + "<Key>k</Key><Url>ftp://x/</Url><Methods>connect</Methods>" + end, "needs an <Url>"},
      {start + "<Key>k</Key><Url>http://x/?a</Url><Methods>connect</Methods>" + end, "a query"},
      {start + "<Key>k</Key>" + url + end, "has no <Methods>"},
      {start + "<Key>k</Key>" + url + "<Methods>conect</Methods>" + end, "no method 'conect'"},
      {App("<KeepAliveInterval>99</KeepAliveInterval>"), "at least 100"},
      {App("<Timeout>0</Timeout>"), "more than 0"},
      {App("<Connections>0</Connections>"), "Connections"},
      {App("<FailOpen>perhaps</FailOpen>"), "FailOpen"},
      {"<Auth>x</Auth>", "Auth"},
  };
  for (const auto& [wcs, text] : rows) {
    const auto options = Read(wcs);
    ASSERT_FALSE(options) << wcs;
    EXPECT_THAT(options.error().detail, HasSubstr(text));
  }
}

}  // namespace
}  // namespace weir::hooks

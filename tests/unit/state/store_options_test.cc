#include "state/store_options.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "config/document.h"
#include "state/open_store.h"
#include "support/temp_folder.h"

namespace weir::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<StoreOptions> Read(const std::string& inside) {
  const auto document = config::Document::Parse(
      "<Server version=\"8\"><Weir><State>" + inside + "</State></Weir></Server>", "conf/a.xml",
      config::Environment{});
  WEIR_CHECK(document.has_value());
  return ReadStoreOptions((*document)->root().Find("Weir/State"), "data");
}

std::string Refusal(const std::string& inside) {
  const auto options = Read(inside);
  return options ? "accepted" : options.error().detail;
}

TEST(StoreOptions, AreAFileUnlessSaid) {
  EXPECT_EQ(ReadStoreOptions(nullptr, "data")->file, "data/state.db");
  EXPECT_EQ(Read("")->file, "data/state.db");
  EXPECT_EQ(Read("<Embedded/>")->file, "data/state.db");
  EXPECT_EQ(Read("<Embedded><Path>sub/s.db</Path></Embedded>")->file, "data/sub/s.db");
  EXPECT_EQ(Read("<Embedded><Path>/var/s.db</Path></Embedded>")->file, "/var/s.db");
  EXPECT_FALSE(Read("")->redis);
}

TEST(StoreOptions, NameARedis) {
  const auto bare = Read("<Redis/>");
  ASSERT_TRUE(bare && bare->redis);
  EXPECT_EQ(bare->redis->server.Text(), "127.0.0.1:6379");
  EXPECT_EQ(bare->redis->prefix, "weir:");
  EXPECT_FALSE(bare->redis->tls);

  const auto full = Read(
      "<Redis><Host>redis.example</Host><Port>7000</Port><User>u</User><Password>p</Password>"
      "<TLS><CACertPath>ca.pem</CACertPath><ServerName>r</ServerName></TLS>"
      "<Prefix>site-a:</Prefix></Redis>");
  ASSERT_TRUE(full) << full.error().detail;
  EXPECT_EQ(full->redis->server.Text(), "redis.example:7000");
  EXPECT_EQ(full->redis->user, "u");
  EXPECT_EQ(full->redis->password, "p");
  EXPECT_TRUE(full->redis->tls);
  EXPECT_EQ(full->redis->ca_file, "conf/ca.pem");
  EXPECT_EQ(full->redis->tls_name, "r");
  EXPECT_EQ(full->redis->prefix, "site-a:");
}

TEST(StoreOptions, TakeOmesWordsForARedis) {
  const auto options = Read("<Redis><Host>10.0.0.1:6380</Host><Auth>p</Auth></Redis>");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->redis->server.Text(), "10.0.0.1:6380");
  EXPECT_EQ(options->redis->password, "p");
}

TEST(StoreOptions, NameSentinels) {
  const auto options = Read(
      "<Redis><Sentinels><Master>live</Master><Host>s1</Host><Host>[::1]:7</Host><User>su</User>"
      "<Password>sp</Password></Sentinels></Redis>");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->redis->master_name, "live");
  EXPECT_EQ(options->redis->sentinel_user, "su");
  EXPECT_EQ(options->redis->sentinel_password, "sp");
  EXPECT_THAT(options->redis->sentinels, ElementsAre(Endpoint{.host = "s1", .port = 26379},
                                                     Endpoint{.host = "::1", .port = 7}));
  EXPECT_EQ(options->redis->sentinels[1].Text(), "[::1]:7");
}

TEST(StoreOptions, RefuseWhatCannotBe) {
  EXPECT_THAT(Refusal("<Embedded/><Redis/>"), HasSubstr("either"));
  EXPECT_THAT(Refusal("<Embedded><Path></Path></Embedded>"), HasSubstr("empty"));
  EXPECT_THAT(Refusal("<Redis><Port>0</Port></Redis>"), HasSubstr("Port"));
  EXPECT_THAT(Refusal("<Redis><Port>65536</Port></Redis>"), HasSubstr("Port"));
  EXPECT_THAT(Refusal("<Redis><Host>h:x</Host></Redis>"), HasSubstr("not a port"));
  EXPECT_THAT(Refusal("<Redis><Host>[::1</Host></Redis>"), HasSubstr("no host"));
  EXPECT_THAT(Refusal("<Redis><User>u</User></Redis>"), HasSubstr("Password"));
  EXPECT_THAT(Refusal("<Redis><Auth>a</Auth><Password>p</Password></Redis>"), HasSubstr("same"));
  EXPECT_THAT(Refusal("<Redis><Sentinels/></Redis>"), HasSubstr("Host"));
  EXPECT_THAT(Refusal("<Redis><Host>h</Host><Sentinels><Host>s</Host></Sentinels></Redis>"),
              HasSubstr("beside"));
}

TEST(OpenStore, MakesWhatIsConfigured) {
  const testing::TempFolder folder;
  net::EventLoop loop;
  EXPECT_TRUE(OpenStore({.file = folder.File("state.db"), .redis = {}}, loop));
  EXPECT_FALSE(OpenStore({.file = folder.File("none/state.db"), .redis = {}}, loop));
  EXPECT_TRUE(OpenStore({.file = {}, .redis = RedisOptions{}}, loop));
  RedisOptions tls;
  tls.tls = true;
  tls.ca_file = folder.File("none.pem");
  EXPECT_FALSE(OpenStore({.file = {}, .redis = tls}, loop));
}

}  // namespace
}  // namespace weir::state

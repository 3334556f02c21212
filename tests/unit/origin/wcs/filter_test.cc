#include "origin/wcs/filter.h"

#include <gmock/gmock.h>

#include "unit/origin/wcs/fakes.h"

namespace weir::wcs {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const hooks::StreamObject kPublisher = test::Publisher("stream", "a");
const hooks::StreamObject kViewer =
    ToStream({.id = "b",
              .path = {.vhost = "default", .app = "app", .name = "stream"},
              .protocol = "hls",
              .address = "192.0.2.9"});

TEST(Filter, EachKeyAndPairsOfThem) {
  struct Row {
    const char* body;
    bool publisher;
    bool viewer;
  };

  const Row rows[] = {
      {R"({"mediaSessionId":"a"})", true, false},
      {R"({"mediaSessionId":"b"})", false, true},
      {R"({"mediaSessionId":"c"})", false, false},
      {R"({"mediaSessionIds":["a","b","c"]})", true, true},
      {R"({"mediaSessionIds":["a","b"],"mediaSessionId":"b"})", false, true},
      {R"({"mediaSessionIds":["a"],"mediaSessionId":"b"})", false, false},
      {R"({"name":"stream"})", true, true},
      {R"({"name":"app/stream"})", true, true},
      {R"({"name":"default/app/stream"})", true, true},
      {R"({"name":"other/stream"})", false, false},
      {R"({"name":"strea"})", false, false},
      {R"({"published":true})", true, false},
      {R"({"published":false})", false, true},
      {R"({"status":"PUBLISHING"})", true, false},
      {R"({"status":"PLAYING"})", false, true},
      {R"({"status":"PAUSED"})", false, false},
      {R"({"sessionId":"/192.0.2.1:a"})", true, false},
      {R"({"sessionId":"/192.0.2.9/b"})", false, true},
      {R"({"sessionId":"/192.0.2.9"})", false, false},
      {R"({"name":"stream","published":false})", false, true},
      {R"({"name":"stream","status":"PUBLISHING"})", true, false},
      {R"({"name":"other","published":false})", false, false},
      {R"({"published":true,"status":"PLAYING"})", false, false},
      {R"({"mediaSessionId":"a","published":false})", false, false},
      {R"({"mediaSessionId":"b","sessionId":"/192.0.2.9/b"})", false, true},
      {R"({"mediaSessionId":"a","sessionId":"/192.0.2.9/b"})", false, false},
  };
  for (const Row& row : rows) {
    const auto filter = ReadFilter(json::parse(row.body), false);
    ASSERT_TRUE(filter) << row.body;
    EXPECT_EQ(filter->Has(kPublisher), row.publisher) << row.body;
    EXPECT_EQ(filter->Has(kViewer), row.viewer) << row.body;
    const auto choice = filter->Viewers();
    const bool asked_for =
        choice && test::FakeViewers::IsMeant(*choice, {.id = "b", .path = kViewer.path});
    EXPECT_EQ(asked_for, row.viewer) << row.body;
  }
}

TEST(Filter, SaysWhatIsWrong) {
  std::string many = R"({"mediaSessionIds":["0")";
  for (int i = 1; i <= 200; ++i)
    many += ",\"" + std::to_string(i) + "\"";
  const std::pair<std::string, const char*> rows[] = {
      {"null", "must be a JSON object"},
      {"[]", "must be a JSON object"},
      {"{}", "nothing to filter by"},
      {R"({"nmae":"stream"})", "'nmae' is not known"},
      {R"({"published":false,"nmae":"stream"})", "'nmae' is not known"},
      {R"({"display":["metrics"],"published":false})", "'display' is not known"},
      {R"({"name":""})", "name must be a string"},
      {R"({"name":5})", "name must be a string"},
      {R"({"published":"false"})", "published must be true or false"},
      {R"({"status":"playing"})", "status is none"},
      {R"({"mediaSessionIds":[]})", "list of strings"},
      {R"({"mediaSessionIds":[1]})", "list of strings"},
      {R"({"mediaSessionIds":"a"})", "list of strings"},
      {many + "]}", "200 entries at most"},
      {R"({"mediaSessionId":null})", "mediaSessionId must be a string"},
  };
  for (const auto& [body, text] : rows) {
    const auto filter = ReadFilter(json::parse(body), false);
    ASSERT_FALSE(filter) << body;
    EXPECT_THAT(filter.error().detail, HasSubstr(text));
  }
  EXPECT_TRUE(ReadFilter(json::parse(R"({"display":["metrics"],"published":false})"), true));
  EXPECT_FALSE(ReadFilter(json::parse(R"({"display":["metrics"]})"), true));
}

TEST(Filter, NamesTheStreamToEdges) {
  const auto filter = ReadFilter(json::parse(R"({"name":"default/app/stream"})"), false);
  const auto choice = filter->Viewers();
  EXPECT_EQ(choice, (relay::ViewerChoice{.vhost = "default", .app = "app", .name = "stream"}));
}

}  // namespace
}  // namespace weir::wcs

#include "origin/api/gate.h"

#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "origin/api/openapi.h"
#include "origin/api/schema.h"
#include "support/run_until.h"

namespace weir::api {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::Not;
using ::testing::Pair;

constexpr const char* kGood = "Basic b3BlcmF0b3I6c2VjcmV0";  // operator:secret

class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    routes_.Add({.method = "GET", .pattern = "/v1/vhosts/{vhost}", .summary = "One."},
                [](const Call& call, const Reply& reply) {
                  if (call.Name("vhost") != "default") {
                    reply(Answer::Error(404, "Could not find the virtual host: [x]"));
                    return;
                  }
                  reply(Answer::Ok({{"name", call.Name("vhost")}}));
                });
    routes_.Add(
        {.method = "POST",
         .pattern = "/v1/vhosts/{vhost}/apps/{app}:startRecord",
         .summary = "Begins.",
         .body = ObjectSchema({{"id", TextSchema("Which.")}, {"n", NumberSchema("N.")}}, {"id"})},
        [this](const Call& call, Reply reply) {
          last_ = call;
          if (call.body["id"] == "later") {
            kept_ = std::move(reply);
            return;
          }
          reply(Answer::Ok());
        });
  }

  http::Response Ask(http::Request request) {
    class Keeper final : public http::Responder {
     public:
      explicit Keeper(http::Response& kept) : kept_(kept) {}

      void Respond(http::Response response) override { kept_ = std::move(response); }

      void OnGone(std::function<void()> /*gone*/) override {}

     private:
      http::Response& kept_;
    };

    http::Response kept{.status = 0, .fields = {}, .body = {}};
    gate_.OnRequest(std::move(request), std::make_unique<Keeper>(kept));
    testing::RunUntil(loops_.at(0), [&kept] { return kept.status != 0; });
    return kept;
  }

  http::Response Post(const std::string& path, std::string body) {
    http::Request request = With("POST", path);
    request.body = std::move(body);
    return Ask(std::move(request));
  }

  static http::Request With(std::string method, std::string target) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.host = "api.example.com";
    request.fields = {{"Host", "api.example.com:8081"}, {"Authorization", kGood}};
    request.peer = "192.0.2.1:5000";
    return request;
  }

  static Json Body(const http::Response& response) {
    return Json::parse(response.body.text(), nullptr, false);
  }

  net::LoopGroup loops_{1};
  Options options_{.access_token = "operator:secret",
                   .names = {"*.example.com"},
                   .cross_domains = {"https://console.example.com"},
                   .tls = {}};
  Routes routes_;
  Desk desk_{loops_.at(0), {.calls_max = 2, .patience = std::chrono::milliseconds(20)}};
  Gate gate_{options_, routes_, desk_, loops_};
  Call last_;
  Reply kept_;
};

TEST_F(GateTest, AnswersInTheEnvelope) {
  const http::Response answer = Ask(With("GET", "/v1/vhosts/default"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.text(),
            R"({"message":"OK","response":{"name":"default"},"statusCode":200})");
  EXPECT_THAT(answer.fields, Contains(Pair("Content-Type", "application/json;charset=UTF-8")));
  EXPECT_EQ(Ask(With("HEAD", "/v1/vhosts/default")).status, 200);
}

TEST_F(GateTest, WrapsErrors) {
  const http::Response answer = Ask(With("GET", "/v1/vhosts/x"));
  EXPECT_EQ(answer.status, 404);
  const char* const expected =
      R"json({"message":"[HTTP] Could not find the virtual host: [x] (404)","statusCode":404})json";
  EXPECT_EQ(answer.body.text(), expected);
}

TEST_F(GateTest, WantsCredentialsBeforeAllElse) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "[HTTP] Authorization header is required to call API (401)"},
      {"Basic", "[HTTP] Invalid authorization header (401)"},
      {"Basic a b", "[HTTP] Invalid authorization header (401)"},
      {"Bearer abc", "[HTTP] Not supported credential type: Bearer (401)"},
      {"Basic %%%", "[HTTP] Invalid credential format (401)"},
      {"Basic b3BlcmF0b3I6c2VjcmV1", "[HTTP] Invalid credential (401)"},
      {"Basic b3BlcmF0b3I=", "[HTTP] Invalid credential (401)"}};
  for (const auto& [field, message] : cases) {
    http::Request request = With("GET", "/v1/nothing");
    request.fields = {{"Authorization", field}};
    const http::Response answer = Ask(std::move(request));
    EXPECT_EQ(answer.status, 401) << field;
    EXPECT_EQ(Body(answer)["message"], message);
    EXPECT_THAT(answer.fields,
                Contains(Pair("WWW-Authenticate", "Basic realm=\"OvenMediaEngine\"")));
  }
  http::Request small = With("GET", "/v1/vhosts/default");
  small.fields = {{"Authorization", "basic b3BlcmF0b3I6c2VjcmV0"}};
  EXPECT_EQ(Ask(std::move(small)).status, 200);
}

TEST_F(GateTest, IsServedByItsNamesOnly) {
  http::Request request = With("GET", "/v1/vhosts/default");
  request.host = "example.org";
  EXPECT_EQ(Ask(std::move(request)).status, 403);
}

TEST_F(GateTest, LetsPagesOfItsDomainsIn) {
  http::Request preflight = With("OPTIONS", "/v1/vhosts");
  preflight.fields = {{"Origin", "https://console.example.com"},
                      {"Access-Control-Request-Headers", "authorization"}};
  const http::Response answer = Ask(std::move(preflight));
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(answer.fields,
              Contains(Pair("Access-Control-Allow-Origin", "https://console.example.com")));
  EXPECT_THAT(answer.fields, Contains(Pair("Access-Control-Allow-Headers", "authorization")));
  EXPECT_THAT(answer.fields, Contains(Pair("Access-Control-Allow-Credentials", "true")));

  http::Request other = With("GET", "/v1/vhosts/default");
  other.fields.emplace_back("Origin", "http://console.example.com");
  EXPECT_EQ(Ask(std::move(other)).Field("Access-Control-Allow-Origin"), "");
}

TEST_F(GateTest, ReadsTheBodyBeforeItLooksForTheCall) {
  EXPECT_EQ(Post("/v1/nothing", "").status, 400);
  EXPECT_EQ(Post("/v1/nothing", "{").status, 400);
  EXPECT_EQ(Post("/v1/nothing", "{}").status, 404);
  EXPECT_EQ(Body(Post("/v1/nothing", "{}"))["message"], "[HTTP] Controller not found (404)");
  EXPECT_EQ(Ask(With("GET", "/v1/nothing")).status, 404);
  EXPECT_EQ(Post("/v1/nothing", std::string(100'000, '[')).status, 400);
}

TEST_F(GateTest, ChecksTheBody) {
  const std::string path = "/v1/vhosts/d%20e/apps/a:b:startRecord";
  EXPECT_EQ(Body(Post(path, "{}"))["message"], "[HTTP] id is required (400)");
  EXPECT_EQ(Body(Post(path, R"({"id":1})"))["message"], "[HTTP] id must be a string (400)");
  EXPECT_EQ(Body(Post(path, R"({"id":"x","nn":1})"))["message"], "[HTTP] nn is not known (400)");
  EXPECT_EQ(Body(Post(path, R"({"id":"x","n":-1})"))["message"], "[HTTP] n is too small (400)");
  EXPECT_EQ(Body(Post(path, "null"))["message"], "[HTTP] Request body must be an object (400)");
  EXPECT_EQ(Body(Post(path, "[]"))["message"], "[HTTP] Request body must be an object (400)");
  EXPECT_EQ(Post(path, R"({"id":"x","n":5})").status, 200);
  EXPECT_EQ(last_.Name("vhost"), "d e");
  EXPECT_EQ(last_.Name("app"), "a:b");
  EXPECT_EQ(last_.peer, "192.0.2.1");
  EXPECT_EQ(last_.url, "http://api.example.com:8081" + path);
  EXPECT_EQ(Post("/v1/vhosts/a%2fb/apps/c:startRecord", R"({"id":"x"})").status, 404);
}

TEST_F(GateTest, GivesUpOnCallsThatAreNotAnswered) {
  const std::string path = "/v1/vhosts/d/apps/a:startRecord";
  EXPECT_EQ(Post(path, R"({"id":"later"})").status, 504);
  kept_(Answer::Ok());  // too late, and harmless
  EXPECT_EQ(Post(path, R"({"id":"x"})").status, 200);
}

TEST(Answer, OfEachItemHasACommonStatusOr207) {
  EXPECT_EQ(Answer::Each({}).status(), 200);
  EXPECT_EQ(Answer::Each({}).Body(), Json::array());
  EXPECT_EQ(Answer::Each({Answer::Error(409, "x"), Answer::Error(409, "y")}).status(), 409);
  const Answer mixed = Answer::Each({Answer::Ok({{"a", 1}}), Answer::Error(409, "taken")});
  EXPECT_EQ(mixed.status(), 207);
  const char* const expected = R"([{"message":"OK","response":{"a":1},"statusCode":200},)"
                               R"({"message":"taken","statusCode":409}])";
  EXPECT_EQ(mixed.Body()->dump(), expected);
}

TEST_F(GateTest, DescribesEveryCall) {
  const Json api = OpenApi(routes_, "1.2.3");
  EXPECT_EQ(api["paths"].size(), routes_.entries().size());
  const Json& start = api["paths"]["/v1/vhosts/{vhost}/apps/{app}:startRecord"]["post"];
  EXPECT_EQ(start["parameters"].size(), 2U);
  EXPECT_EQ(start["requestBody"]["content"]["application/json"]["schema"]["required"][0], "id");
  EXPECT_TRUE(start["responses"].contains("401"));
}

}  // namespace
}  // namespace weir::api

#include "http/router.h"

#include <gtest/gtest.h>

#include "http/response_writer.h"
#include "http/text_response.h"

namespace weir::http {
namespace {

/// Keeps the answer.
class RecordingResponder final : public Responder {
 public:
  explicit RecordingResponder(Response& answer) : answer_(answer) {}

  void Respond(Response response) override { answer_ = std::move(response); }

  void OnGone(std::function<void()> /*gone*/) override {}

 private:
  Response& answer_;
};

FunctionHandler::Function Says(std::string text) {
  return [text](Request, std::unique_ptr<Responder> responder) {
    responder->Respond(TextResponse(200, text));
  };
}

std::string Ask(Router& router, std::string target) {
  Response answer;
  router.OnRequest({.method = "GET", .target = std::move(target)},
                   std::make_unique<RecordingResponder>(answer));
  return std::to_string(answer.status) + " " + std::string(answer.body.text());
}

TEST(Router, PrefersTheExactPathThenTheLongestPrefix) {
  Router router;
  router.AddExact("/v1/ping", Says("ping"));
  router.AddPrefix("/v1/", Says("v1"));
  router.AddPrefix("/v1/a/", Says("a"));
  router.AddPrefix("/v1/a/z", Says("z"));
  EXPECT_EQ(Ask(router, "/v1/ping?x=1"), "200 ping\n");
  EXPECT_EQ(Ask(router, "/v1/pingg"), "200 v1\n");
  EXPECT_EQ(Ask(router, "/v1/a/b"), "200 a\n");
  EXPECT_EQ(Ask(router, "/v1/a/z/b"), "200 z\n");
  EXPECT_EQ(Ask(router, "/v1/zzz"), "200 v1\n");
}

TEST(Router, FallsBackOrAnswers404) {
  Router router;
  EXPECT_EQ(Ask(router, "/x"), "404 there is nothing at this address\n");
  FunctionHandler rest(Says("rest"));
  router.SetFallback(rest);
  EXPECT_EQ(Ask(router, "/x"), "200 rest\n");
}

TEST(RenderHead, LetsNoFieldStartALineOfItsOwn) {
  const std::string head =
      RenderHead({.fields = {{"X", "a\r\nSet-Cookie: b"}}}, "now", /*keep_alive=*/true);
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_NE(head.find("X: a  Set-Cookie: b\r\n"), std::string::npos);
}

TEST(RenderHead, LeavesTheLengthOutWhereThereIsNoBody) {
  EXPECT_EQ(RenderHead({.status = 204}, "now", true).find("Content-Length"), std::string::npos);
  EXPECT_NE(RenderHead({.status = 404}, "now", true).find("404 Not Found\r\n"), std::string::npos);
}

}  // namespace
}  // namespace weir::http

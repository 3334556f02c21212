#include "http/rendered_answers.h"

#include <string>

#include <gmock/gmock.h>

#include "http/response_writer.h"
#include "http/shared_fields.h"

namespace weir::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

Response Of(const SharedFieldsPtr& shared, const SharedBytes& body) {
  return {.body = body, .shared = {shared}};
}

class RenderedAnswersTest : public testing::Test {
 protected:
  RenderedAnswers::Rendered Get(const Response& response, std::string_view date = "now",
                                bool keep_alive = true, bool with_body = true) {
    return answers_.Get(response, date, keep_alive, with_body);
  }

  RenderedAnswers answers_;
  const SharedFieldsPtr shared_ = ShareFields({{"ETag", "\"1\""}});
  const SharedBytes body_{std::string("body")};
};

TEST_F(RenderedAnswersTest, AreWhatWouldBeRenderedAnew) {
  const Response response = Of(shared_, body_);
  const auto rendered = Get(response);
  EXPECT_TRUE(rendered.whole);
  EXPECT_EQ(rendered.bytes.text(), RenderHead(response, "now", true) + "body");
  EXPECT_THAT(std::string(rendered.bytes.text()), HasSubstr("\r\nETag: \"1\"\r\n"));
}

TEST_F(RenderedAnswersTest, AreTheSameBytesForTheSameAnswer) {
  const auto first = Get(Of(shared_, body_));
  EXPECT_EQ(Get(Of(shared_, body_)).bytes.data(), first.bytes.data());
  EXPECT_NE(Get(Of(shared_, body_), "later").bytes.data(), first.bytes.data());
}

TEST_F(RenderedAnswersTest, DifferByAllThatTheBytesDependOn) {
  const std::string plain(Get(Of(shared_, body_)).bytes.text());
  EXPECT_THAT(std::string(Get(Of(shared_, body_), "now", false).bytes.text()),
              HasSubstr("Connection: close"));
  EXPECT_THAT(std::string(Get(Of(shared_, SharedBytes(std::string("next")))).bytes.text()),
              EndsWith("next"));
  Response missing = Of(shared_, body_);
  missing.status = 404;
  EXPECT_THAT(std::string(Get(missing).bytes.text()), HasSubstr("404 Not Found"));
  const auto head = Get(Of(shared_, body_), "now", true, false);
  EXPECT_FALSE(head.whole);
  EXPECT_THAT(std::string(head.bytes.text()), EndsWith("\r\n\r\n"));
  EXPECT_THAT(std::string(Get(Of(ShareFields({{"ETag", "\"2\""}}), body_)).bytes.text()),
              HasSubstr("\"2\""));
  Response own = Of(shared_, body_);
  own.fields = {{"Age", "1"}};
  EXPECT_THAT(std::string(Get(own).bytes.text()), HasSubstr("\r\nAge: 1\r\n"));
  EXPECT_EQ(Get(Of(shared_, body_)).bytes.text(), plain);
}

TEST_F(RenderedAnswersTest, LeaveLargeBodiesWhereTheyAre) {
  const SharedBytes large(std::string(RenderedAnswers::kJoinedMax + 1, 'x'));
  const auto rendered = Get(Of(shared_, large));
  EXPECT_FALSE(rendered.whole);
  EXPECT_THAT(std::string(rendered.bytes.text()), HasSubstr("Content-Length: 16385\r\n"));
  // Of another body of the same size the head is the same.
  EXPECT_EQ(Get(Of(shared_, SharedBytes(std::string(large.size(), 'y')))).bytes.data(),
            rendered.bytes.data());
}

TEST(Response, SharedFieldsStandBeforeItsOwnAndCanBecomeThem) {
  Response response{.fields = {{"X", "own"}}, .shared = {ShareFields({{"A", "1"}, {"B", "2"}})}};
  response.Share(ShareFields({{"C", "3"}}));
  EXPECT_EQ(response.Field("b"), "2");
  EXPECT_EQ(response.Field("x"), "own");
  EXPECT_EQ(response.Field("none"), "");
  const std::string head = RenderHead(response, "now", true);
  EXPECT_THAT(head, HasSubstr("A: 1\r\nB: 2\r\nC: 3\r\nX: own\r\n"));
  response.Unshare();
  EXPECT_EQ(response.shared[0], nullptr);
  EXPECT_EQ(RenderHead(response, "now", true), head);
}

}  // namespace
}  // namespace weir::http

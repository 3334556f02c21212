#include "edge/serve/front.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <unistd.h>

#include "config/document.h"
#include "http/router.h"
#include "http/text_response.h"

namespace weir::edge {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

/// The session's side: keeps the answer, and can leave.
class Requester final : public http::Responder {
 public:
  struct Kept {
    std::optional<http::Response> answer;
    std::function<void()> gone;
  };

  explicit Requester(Kept& kept) : kept_(kept) {}

  void Respond(http::Response response) override { kept_.answer = std::move(response); }

  void OnGone(std::function<void()> gone) override { kept_.gone = std::move(gone); }

 private:
  Kept& kept_;
};

class FrontTest : public ::testing::Test {
 protected:
  ~FrontTest() override { std::filesystem::remove(path_); }

  void Ask(http::Request request) {
    front_.OnRequest(std::move(request), std::make_unique<Requester>(kept_));
  }

  /// Ends the log, and returns what it holds.
  std::string Log() {
    waiting_.reset();
    log_.reset();
    file_.reset();
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static http::Request Get(http::Fields fields = {}) {
    return {.method = "GET",
            .target = "/app/s/x.m3u8?token=secret",
            .fields = std::move(fields),
            .peer = "10.0.0.1:5000"};
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("front_test." + std::to_string(::getpid())))
          .string();
  const http::ForwardingRules rules_{.proxies =
                                         net::Networks({*net::Network::Parse("10.0.0.0/8")})};
  net::EventLoop loop_;
  std::unique_ptr<LineFile> file_ = [this] {
    auto file = std::make_unique<LineFile>(path_);
    EXPECT_TRUE(file->Open());
    return file;
  }();
  std::unique_ptr<AccessLog> log_ = std::make_unique<AccessLog>(loop_, file_.get());
  Requester::Kept kept_;
  http::Request seen_;
  std::unique_ptr<http::Responder> waiting_;
  http::FunctionHandler handler_{[this](http::Request request, auto responder) {
    seen_ = std::move(request);
    waiting_ = std::move(responder);
  }};
  Front front_{rules_, *log_, handler_};
};

http::Response Playlist() {
  return {.fields = {{"ETag", "\"abc\""}}, .body = SharedBytes(std::string("#EXTM3U\n"))};
}

TEST_F(FrontTest, TellsHandlersAndTheLogWhoTheClientIs) {
  Ask(Get({{"X-Forwarded-For", "192.0.2.1"}, {"User-Agent", "hls.js"}}));
  EXPECT_EQ(seen_.client(), "192.0.2.1");
  waiting_->Respond(Playlist());
  ASSERT_TRUE(kept_.answer);
  EXPECT_EQ(kept_.answer->body.text(), "#EXTM3U\n");
  EXPECT_THAT(Log(), MatchesRegex("192.0.2.1 - - \\[[^]]+\\] \"GET /app/s/x.m3u8 HTTP/1.1\" 200 8 "
                                  "\"-\" \"hls.js\" 0.000\n"));
}

TEST_F(FrontTest, LogsTheAnswerInTheFormInWhichItLeaves) {
  Ask(Get({{"If-None-Match", "\"abc\""}}));
  waiting_->Respond(Playlist());
  EXPECT_EQ(kept_.answer->status, 200) << "the session turns it into a 304";
  http::Request head = Get();
  head.method = "HEAD";
  Ask(std::move(head));
  waiting_->Respond(Playlist());
  Ask(Get({{"Range", "bytes=1-3"}}));
  http::Response ranged = Playlist();
  ranged.ranges = true;
  waiting_->Respond(std::move(ranged));
  EXPECT_TRUE(kept_.answer->ranges);
  const std::string log = Log();
  EXPECT_THAT(log, HasSubstr("\"GET /app/s/x.m3u8 HTTP/1.1\" 304 0 "));
  EXPECT_THAT(log, HasSubstr("\"HEAD /app/s/x.m3u8 HTTP/1.1\" 200 0 "));
  EXPECT_THAT(log, HasSubstr("\"GET /app/s/x.m3u8 HTTP/1.1\" 206 3 "));
}

TEST_F(FrontTest, LogsWhoLeftBeforeTheAnswer) {
  Ask(Get());
  bool told = false;
  waiting_->OnGone([&] {
    told = true;
    waiting_.reset();
  });
  kept_.gone();
  EXPECT_TRUE(told);
  const std::string log = Log();
  EXPECT_THAT(log, HasSubstr("\" 499 0 "));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1);
}

TEST_F(FrontTest, LogsWhatWasDroppedUnanswered) {
  Ask(Get());
  waiting_.reset();
  EXPECT_THAT(Log(), HasSubstr("\" 500 0 "));
}

TEST_F(FrontTest, AddsNothingToAnAnswerWithoutALog) {
  AccessLog off(loop_, nullptr);
  auto inner = std::make_unique<Requester>(kept_);
  const http::Responder* before = inner.get();
  EXPECT_EQ(off.Follow(Get(), std::move(inner)).get(), before);
}

std::unique_ptr<config::Document> Parse(const std::string& inside) {
  auto document =
      config::Document::Parse("<Server version=\"8\"><Weir>" + inside + "</Weir></Server>",
                              "/etc/weir/edge.xml", config::Environment{});
  EXPECT_TRUE(document) << (document ? "" : document.error().detail);
  return std::move(*document);
}

TEST(FrontOptions, AreRead) {
  const auto document = Parse(
      "<AccessLog>log/access</AccessLog><TrustedProxies><Network>::1</Network>"
      "<Field>Forwarded</Field></TrustedProxies>");
  const auto options = ReadFrontOptions(document->root(), {});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->access_log, "/etc/weir/log/access");
  EXPECT_EQ(options->forwarding.by, http::ForwardedBy::kForwarded);
  EXPECT_EQ(ReadFrontOptions(Parse("<AccessLog>stdout</AccessLog>")->root(), {})->access_log,
            "stdout");
  EXPECT_EQ(ReadFrontOptions(Parse("")->root(), {})->access_log, "");
}

TEST(FrontOptions, SayWhatIsWrong) {
  EXPECT_THAT(ReadFrontOptions(Parse("<AccessLog/>")->root(), {}).error().detail,
              EndsWith("AccessLog: needs a file's path, or stdout"));
  EXPECT_THAT(ReadFrontOptions(
                  Parse("<TrustedProxies><Field>X-Real-IP</Field></TrustedProxies>")->root(), {})
                  .error()
                  .detail,
              EndsWith("Field: 'X-Real-IP' is neither X-Forwarded-For nor Forwarded"));
}

}  // namespace
}  // namespace weir::edge

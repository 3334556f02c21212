#include "edge/serve/viewer_watch.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "config/document.h"
#include "edge/viewers/viewer_book.h"
#include "http/router.h"
#include "http/text_response.h"

namespace weir::edge {
namespace {

using ::testing::SizeIs;

constexpr std::string_view kConfig = R"(<Server><VirtualHosts><VirtualHost><Name>default</Name>
<Host><Names><Name>*</Name></Names></Host>
<Applications><Application><Name>app</Name><Type>live</Type><Publishers><LLHLS>
<CrossDomains><Url>*.example.com</Url></CrossDomains></LLHLS></Publishers></Application>
</Applications></VirtualHost></VirtualHosts></Server>)";

const stream::StreamPath kPath{.vhost = "default", .app = "app", .name = "stream"};

/// Keeps the answer.
class Requester final : public http::Responder {
 public:
  explicit Requester(std::optional<http::Response>& answer) : answer_(answer) {}

  void Respond(http::Response response) override { answer_ = std::move(response); }

  void OnGone(std::function<void()> /*gone*/) override {}

 private:
  std::optional<http::Response>& answer_;
};

class ViewerWatchTest : public ::testing::Test {
 protected:
  /// Asks, and returns the status.
  int Ask(const std::string& target, const std::string& address = "192.0.2.7",
          std::string_view token = {}, const std::string& method = "GET") {
    answer_.reset();
    watch_.OnAdmitted({.method = method,
                       .target = target,
                       .host = "edge.example.com",
                       .fields = {{"User-Agent", "player"}, {"Origin", "https://a.example.com"}},
                       .peer = address + ":4711"},
                      token, std::make_unique<Requester>(answer_));
    return answer_ ? answer_->status : 0;
  }

  std::vector<ViewerPtr> Watching() {
    return book_.List({.paths = {kPath}, .ids = {}}, "", 100).viewers;
  }

  void EndAll() { book_.End({.paths = {kPath}, .ids = {}}, "over", loop_.now()); }

  const std::unique_ptr<config::Document> document_ =
      *config::Document::Parse(std::string(kConfig), "conf/a.xml", {.variable = {}, .home = {}});
  const service::VirtualHosts hosts_ = *service::VirtualHosts::Read(document_->root());
  const ServeOptions options_ = *ServeOptions::Read(document_->root(), hosts_);
  net::EventLoop loop_;
  ViewerBook book_{{}};
  ViewerTable table_{book_};
  int status_ = 200;  // what is behind it says
  http::FunctionHandler next_{
      [this](const http::Request& /*request*/, std::unique_ptr<http::Responder> responder) {
        responder->Respond(http::TextResponse(status_, "12345"));
      }};
  hooks::WcsOptions hook_options_;
  hooks::HookCaller caller_{loop_, hook_options_, nullptr};
  ViewerWatch watch_{loop_,  hosts_, options_, {.options = hook_options_, .caller = caller_},
                     table_, next_};
  std::optional<http::Response> answer_;
};

TEST_F(ViewerWatchTest, WhoGetsSomethingIsAViewer) {
  EXPECT_EQ(Ask("/app/stream/llhls.m3u8?x=1"), 200);
  EXPECT_EQ(Ask("/app/stream/part_0_1_2_video_r_llhls.m4s"), 200);
  EXPECT_EQ(Ask("/%61pp/str%65am/seg.m4s", "192.0.2.7", {}, "HEAD"), 200);
  ASSERT_THAT(Watching(), SizeIs(1));
  EXPECT_EQ(Watching()[0]->requests(), 3U);
  EXPECT_EQ(Watching()[0]->bytes(), 12U) << "a HEAD gets no body";
  EXPECT_EQ(Watching()[0]->address(), "192.0.2.7");
  EXPECT_EQ(Watching()[0]->user_agent(), "player");
}

TEST_F(ViewerWatchTest, WhoGetsNothingIsNone) {
  for (const int status : {302, 400, 403, 404, 503}) {
    status_ = status;
    EXPECT_EQ(Ask("/app/stream/llhls.m3u8"), status);
  }
  status_ = 200;
  for (const char* target : {"/", "/app", "/app/stream", "/app/stream/", "/a/b/c/d", "*", "/%/b/c"})
    EXPECT_EQ(Ask(target), 200);
  EXPECT_EQ(Ask("/app/stream/llhls.m3u8", "192.0.2.7", {}, "OPTIONS"), 200);
  EXPECT_EQ(book_.watching(), 0U);
}

TEST_F(ViewerWatchTest, AnUnchangedPlaylistCounts) {
  status_ = 304;
  Ask("/app/stream/llhls.m3u8");
  EXPECT_THAT(Watching(), SizeIs(1));
}

TEST_F(ViewerWatchTest, TokensAndAddressesTellViewersApart) {
  Ask("/app/stream/llhls.m3u8");
  Ask("/app/stream/llhls.m3u8", "192.0.2.8");
  Ask("/app/stream/llhls.m3u8", "192.0.2.8", "t~1");
  Ask("/app/stream/llhls.m3u8", "192.0.2.8", "t~2");
  EXPECT_THAT(Watching(), SizeIs(4));
}

TEST_F(ViewerWatchTest, WhoWasEndedIsRefused) {
  Ask("/app/stream/llhls.m3u8");
  EndAll();
  for (const char* file : {"llhls.m3u8", "chunklist_0_video_k_llhls.m3u8", "seg_0.m4s"})
    EXPECT_EQ(Ask(std::string("/app/stream/") + file), 403) << file;
  EXPECT_EQ(answer_->Field("Cache-Control"), "no-store");
  EXPECT_EQ(answer_->Field("Access-Control-Allow-Origin"), "https://a.example.com");
  EXPECT_EQ(answer_->Field("Vary"), "Origin");
  EXPECT_THAT(Watching(), SizeIs(0));
  EXPECT_EQ(Ask("/app/stream/llhls.m3u8", "192.0.2.8"), 200) << "others are not";
}

TEST_F(ViewerWatchTest, ANewBeginningIsANewSession) {
  Ask("/app/stream/llhls.m3u8");
  const std::string id = Watching()[0]->id();
  book_.End({.paths = {kPath}, .ids = {}}, "over", loop_.now() - Viewer::kRestartAfter);
  EXPECT_EQ(Ask("/app/stream/seg_0.m4s"), 403) << "the old player goes on asking";
  EXPECT_EQ(Ask("/app/stream/llhls.m3u8"), 200);
  ASSERT_THAT(Watching(), SizeIs(1));
  EXPECT_NE(Watching()[0]->id(), id);
  EXPECT_EQ(Ask("/app/stream/seg_0.m4s"), 200);
}

}  // namespace
}  // namespace weir::edge

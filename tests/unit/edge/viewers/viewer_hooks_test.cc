#include "edge/viewers/viewer_hooks.h"

#include <chrono>
#include <vector>

#include <gmock/gmock.h>

#include "http/router.h"
#include "http/server_session.h"
#include "http/text_response.h"
#include "net/tcp_listener.h"
#include "support/run_until.h"

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr ViewerKey kKey{.vhost = "default",
                         .app = "app",
                         .stream = "stream",
                         .token = {},
                         .address = "192.0.2.1",
                         .user_agent = "player"};

TEST(ViewerHooks, AskAboutViewersAndEndThem) {
  net::EventLoop loop;
  std::vector<nlohmann::json> called;
  int keep_alive = 200;
  http::FunctionHandler handler(
      [&](const http::Request& request, std::unique_ptr<http::Responder> responder) {
        called.push_back(nlohmann::json::parse(request.body));
        const bool is_beat = request.target == "/StreamKeepAliveEvent";
        called.back()["method"] = request.target;
        responder->Respond(http::JsonResponse(is_beat ? keep_alive : 200, "{}"));
      });
  net::TcpListener listener(loop, {.address = "127.0.0.1", .component = "test"},
                            http::MakeServerFactory(handler, {}));
  ASSERT_TRUE(listener.Listen());
  hooks::WcsOptions options;
  options.apps = {{.key = "defaultApp",
                   .url = {.host = "127.0.0.1", .port = listener.port(), .target = ""},
                   .methods = {hooks::kStreamKeepAliveEvent, hooks::kStreamStatusEvent},
                   .interval = 100ms,
                   .timeout = 10s}};
  hooks::HookCaller caller(loop, options, nullptr);
  ViewerBook book({.keeps_changes = true});
  ViewerHooks hooks(loop, options, caller, book);

  const ViewerPtr viewer = book.Open(kKey, loop.now(), UtcTime(1'700'000'000s));
  hooks.OnChanges(book.TakeChanges());
  ASSERT_TRUE(testing::RunUntil(loop, [&] { return called.size() >= 3; }));
  EXPECT_EQ(called[0]["method"], "/StreamStatusEvent");
  EXPECT_EQ(called[0]["status"], "PLAYING");
  EXPECT_EQ(called[1]["method"], "/StreamKeepAliveEvent");
  EXPECT_EQ(called[1]["published"], false);
  EXPECT_EQ(called[1]["mediaSessionId"], viewer->id());
  EXPECT_EQ(called[1]["sessionId"], "/192.0.2.1/" + viewer->id());

  keep_alive = 403;
  ASSERT_TRUE(testing::RunUntil(loop, [&] { return !viewer->watching(); }));
  hooks.OnChanges(book.TakeChanges());
  ASSERT_TRUE(testing::RunUntil(loop, [&] { return called.back()["status"] == "FAILED"; }));
  EXPECT_EQ(called.back()["info"], "Terminated by keep-alive");
}

}  // namespace
}  // namespace weir::edge

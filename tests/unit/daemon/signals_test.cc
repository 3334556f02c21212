#include "daemon/signals.h"

#include <csignal>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::daemon {
namespace {

using ::testing::ElementsAre;

TEST(Signals, DrainOnceThenStopAtOnce) {
  net::EventLoop loop;
  std::vector<std::string> calls;
  const Signals signals(loop, {.drain =
                                   [&] {
                                     calls.emplace_back("drain");
                                     (void)std::raise(SIGINT);
                                   },
                               .stop =
                                   [&] {
                                     calls.emplace_back("stop");
                                     loop.Stop();
                                   },
                               .reload =
                                   [&] {
                                     calls.emplace_back("reload");
                                     (void)std::raise(SIGTERM);
                                   }});
  (void)std::raise(SIGHUP);
  loop.Run();
  EXPECT_THAT(calls, ElementsAre("reload", "drain", "stop"));
}

TEST(Signals, IgnoreBrokenPipes) {
  Signals::IgnoreBrokenPipes();
  EXPECT_EQ(std::raise(SIGPIPE), 0);
}

}  // namespace
}  // namespace weir::daemon

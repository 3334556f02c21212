#include "edge/serve/openings.h"

#include <chrono>
#include <vector>

#include <gmock/gmock.h>

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr UtcTime kUtc{1'700'000'000s};

ViewerKey Key(std::string_view address) {
  return {.vhost = "default",
          .app = "app",
          .stream = "stream",
          .token = "t~1",
          .address = address,
          .user_agent = "player"};
}

class OpeningsTest : public ::testing::Test {
 protected:
  void Add(const std::string& address) {
    service::AccessRequest request;
    request.real_address = address;
    openings_.Add(Key(address), {}, request);
  }

  void Sweep() { openings_.Sweep(now_, 100); }

  Clock::time_point now_{1'000s};
  ViewerBook viewers_{{}};
  std::vector<std::string> told_;
  Openings openings_{viewers_, [this](const auto& /*grant*/, const auto& request) {
                       told_.push_back(request.real_address);
                     }};
};

TEST_F(OpeningsTest, TellsWhenAViewerHasLeft) {
  Add("192.0.2.1");
  Sweep();
  viewers_.Open(Key("192.0.2.1"), now_, kUtc);
  Sweep();
  now_ += 1min;
  EXPECT_THAT(told_, IsEmpty());
  viewers_.Sweep(now_, 10);
  Sweep();
  EXPECT_THAT(told_, ElementsAre("192.0.2.1"));
  Sweep();
  EXPECT_THAT(told_, ElementsAre("192.0.2.1"));
}

TEST_F(OpeningsTest, TellsWhenAViewerWasEnded) {
  Add("192.0.2.1");
  const ViewerPtr viewer = viewers_.Open(Key("192.0.2.1"), now_, kUtc);
  Sweep();
  viewers_.End({.paths = {viewer->path()}, .ids = {}}, "over", now_);
  Sweep();
  EXPECT_THAT(told_, ElementsAre("192.0.2.1"));
}

TEST_F(OpeningsTest, TellsOfThoseWhoNeverCame) {
  Add("192.0.2.1");
  Sweep();
  now_ += 59s;
  Sweep();
  EXPECT_THAT(told_, IsEmpty());
  now_ += 1s;
  Sweep();
  EXPECT_THAT(told_, ElementsAre("192.0.2.1"));
}

TEST_F(OpeningsTest, EachOpeningHasItsClosing) {
  Add("192.0.2.1");
  Add("192.0.2.1");
  Add("192.0.2.2");
  openings_.TellAll();
  EXPECT_THAT(told_, ElementsAre("192.0.2.1", "192.0.2.1", "192.0.2.2"));
  EXPECT_EQ(openings_.size(), 0U);
}

TEST_F(OpeningsTest, LooksAtAFewAtATime) {
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3"})
    Add(address);
  viewers_.Open(Key("192.0.2.1"), now_, kUtc);
  Sweep();
  now_ += 61s;
  openings_.Sweep(now_, 2);
  EXPECT_THAT(told_, ElementsAre("192.0.2.2"));
  openings_.Sweep(now_, 2);
  EXPECT_THAT(told_, ElementsAre("192.0.2.2", "192.0.2.3"));
}

TEST_F(OpeningsTest, IsBounded) {
  for (size_t i = 0; i <= Openings::kMax; ++i)
    Add(std::to_string(i));
  EXPECT_EQ(openings_.size(), Openings::kMax);
  EXPECT_THAT(told_, ElementsAre("0"));
}

}  // namespace
}  // namespace weir::edge

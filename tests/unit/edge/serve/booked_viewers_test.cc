#include "edge/serve/booked_viewers.h"

#include <chrono>

#include <gmock/gmock.h>

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const stream::StreamPath kHere{.vhost = "default", .app = "app", .name = "stream"};
const stream::StreamPath kThere{.vhost = "default", .app = "live", .name = "camera"};

class BookedViewersTest : public ::testing::Test {
 protected:
  ViewerPtr Open(std::string_view address, std::string_view stream = "stream") {
    return book_.Open({.vhost = "default",
                       .app = "app",
                       .stream = stream,
                       .token = {},
                       .address = address,
                       .user_agent = "player"},
                      Clock::now(), UtcTime(1'700'000'000s));
  }

  ViewerBook book_{{}};
  BookedViewers desk_{book_};
  const relay::ViewerDesk::Names names_{{kHere, kThere}};
};

TEST_F(BookedViewersTest, ListsThemByTheOriginsNames) {
  const ViewerPtr viewer = Open("192.0.2.1");
  Open("192.0.2.1", "another origin's");
  viewer->Seen(Clock::now());
  viewer->AddBytes(100);
  const relay::ViewersPage page = desk_.Find(names_, {.ask = 7, .limit = 10});
  EXPECT_EQ(page.ask, 7);
  EXPECT_EQ(page.last, "");
  ASSERT_THAT(page.viewers, SizeIs(1));
  const relay::ViewerRecord& record = page.viewers[0];
  EXPECT_EQ(record.id, viewer->id());
  EXPECT_EQ(record.path, kThere);
  EXPECT_EQ(record.protocol, "hls");
  EXPECT_EQ(record.address, "192.0.2.1");
  EXPECT_EQ(record.user_agent, "player");
  EXPECT_EQ(record.created_ms, 1'700'000'000'000);
  EXPECT_EQ(record.requests, 1);
  EXPECT_EQ(record.bytes_out, 100);
}

TEST_F(BookedViewersTest, ListsOnlyWhoIsMeant) {
  const ViewerPtr viewer = Open("192.0.2.1");
  Open("192.0.2.2");
  const relay::FindViewers one{.ask = 1, .choice = {.ids = {viewer->id(), "none"}}, .limit = 10};
  EXPECT_THAT(desk_.Find(names_, one).viewers, SizeIs(1));
  EXPECT_THAT(desk_.Find({}, {.ask = 2, .limit = 10}).viewers, IsEmpty());
  const relay::ViewersPage first = desk_.Find(names_, {.ask = 3, .limit = 1});
  EXPECT_THAT(first.viewers, SizeIs(1));
  EXPECT_EQ(first.last, first.viewers[0].id);
}

TEST_F(BookedViewersTest, EndsThem) {
  Open("192.0.2.1");
  const ViewerPtr other = Open("192.0.2.1", "another origin's");
  const relay::ViewersEnded ended = desk_.End(names_, {.ask = 7, .reason = "over"});
  EXPECT_EQ(ended, (relay::ViewersEnded{.ask = 7, .count = 1}));
  EXPECT_EQ(desk_.End(names_, {.ask = 8, .reason = "over"}).count, 0);
  EXPECT_TRUE(other->watching());
}

}  // namespace
}  // namespace weir::edge

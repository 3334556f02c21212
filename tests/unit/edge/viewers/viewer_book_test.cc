#include "edge/viewers/viewer_book.h"

#include <gmock/gmock.h>

#include "edge/viewers/viewer_table.h"

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const stream::StreamPath kPath{.vhost = "default", .app = "app", .name = "stream"};
constexpr UtcTime kUtc{1'700'000'000s};

ViewerKey Key(std::string_view address, std::string_view stream = "stream",
              std::string_view token = {}, std::string_view user_agent = "player") {
  return {.vhost = "default",
          .app = "app",
          .stream = stream,
          .token = token,
          .address = address,
          .user_agent = user_agent};
}

class ViewerBookTest : public ::testing::Test {
 protected:
  ViewerPtr Open(const ViewerKey& key) { return book_.Open(key, now_, kUtc); }

  void SweepAll() {
    for (int i = 0; i < 20; ++i)
      book_.Sweep(now_, 7);
  }

  ViewerChoice All() const { return {.paths = {kPath}, .ids = {}}; }

  Clock::time_point now_{100s};
  ViewerBook book_{{.viewers_max = 50, .keeps_changes = true}};
};

TEST_F(ViewerBookTest, AViewerIsOneWhereverItAsks) {
  const ViewerPtr one = Open(Key("192.0.2.1"));
  EXPECT_EQ(Open(Key("192.0.2.1")), one);
  EXPECT_EQ(book_.Find(Key("192.0.2.1")), one);
  EXPECT_EQ(book_.Find(Key("192.0.2.2")), nullptr);
  ViewerTable loops[2]{ViewerTable(book_), ViewerTable(book_)};
  for (ViewerTable& table : loops)
    EXPECT_EQ(table.Find(Key("192.0.2.1")), one);
  EXPECT_EQ(one->path(), kPath);
  EXPECT_EQ(one->created(), kUtc);
}

TEST_F(ViewerBookTest, EachPartOfTheKeyTellsViewersApart) {
  const ViewerKey keys[] = {Key("192.0.2.1"), Key("192.0.2.2"), Key("192.0.2.1", "other"),
                            Key("192.0.2.1", "stream", "t~1"),
                            Key("192.0.2.1", "stream", "", "another player")};
  std::set<std::string> ids;
  for (const ViewerKey& key : keys)
    ids.insert(Open(key)->id());
  EXPECT_THAT(ids, SizeIs(5));
  EXPECT_EQ(book_.watching(), 5U);
  EXPECT_EQ(book_.Watching(kPath), 4U);
}

TEST_F(ViewerBookTest, WhoIsSilentHasLeft) {
  const ViewerPtr quiet = Open(Key("192.0.2.1"));
  const ViewerPtr busy = Open(Key("192.0.2.2"));
  book_.SetPatience(kPath, 11s);
  now_ += 6s;
  busy->Seen(now_);
  now_ += 6s;
  SweepAll();
  EXPECT_TRUE(quiet->gone());
  EXPECT_TRUE(busy->watching());
  EXPECT_EQ(book_.Watching(kPath), 1U);
  EXPECT_NE(Open(Key("192.0.2.1"))->id(), quiet->id());
}

TEST_F(ViewerBookTest, ManyAreSweptInTurn) {
  for (int i = 0; i < 40; ++i)
    Open(Key("192.0.2." + std::to_string(i)));
  now_ += 1min;
  book_.Sweep(now_, 39);
  EXPECT_EQ(book_.watching(), 1U);
  book_.Sweep(now_, 39);
  EXPECT_EQ(book_.watching(), 0U);
}

TEST_F(ViewerBookTest, WhoWasEndedIsRefusedAndMayComeBack) {
  const ViewerPtr viewer = Open(Key("192.0.2.1"));
  EXPECT_EQ(book_.End(All(), "Stopped by rest /terminate", now_), 1U);
  EXPECT_EQ(book_.End(All(), "again", now_), 0U) << "nobody is left";
  EXPECT_EQ(book_.Watching(kPath), 0U);
  EXPECT_EQ(viewer->At(now_ + 2s, true), Viewer::Standing::kRefused);
  EXPECT_EQ(viewer->At(now_ + 4s, true), Viewer::Standing::kOver) << "it starts over";
  EXPECT_EQ(viewer->At(now_ + 29s, false), Viewer::Standing::kRefused);
  EXPECT_EQ(viewer->At(now_ + 31s, false), Viewer::Standing::kOver);

  now_ += 29s;
  SweepAll();
  EXPECT_EQ(book_.Find(Key("192.0.2.1")), viewer) << "known, so that it can be refused";
  const ViewerPtr again = Open(Key("192.0.2.1"));
  EXPECT_NE(again->id(), viewer->id());
  EXPECT_TRUE(viewer->gone());
  EXPECT_EQ(book_.ended(), 1U);
}

TEST_F(ViewerBookTest, EndedViewersAreForgottenInTheEnd) {
  Open(Key("192.0.2.1"));
  book_.End(All(), "over", now_);
  now_ += 31s;
  SweepAll();
  EXPECT_EQ(book_.Find(Key("192.0.2.1")), nullptr);
}

TEST_F(ViewerBookTest, EndsOnlyWhoIsMeant) {
  const ViewerPtr one = Open(Key("192.0.2.1"));
  const ViewerPtr two = Open(Key("192.0.2.2"));
  const ViewerPtr other = Open(Key("192.0.2.1", "other"));
  const std::set<std::string> ids{one->id(), other->id()};
  EXPECT_EQ(book_.End({.paths = {kPath}, .ids = ids}, "over", now_), 1U);
  EXPECT_FALSE(one->watching());
  EXPECT_TRUE(two->watching());
  EXPECT_TRUE(other->watching());
}

TEST_F(ViewerBookTest, ListsPageByPage) {
  std::set<std::string> made;
  for (int i = 0; i < 25; ++i)
    made.insert(Open(Key("192.0.2." + std::to_string(i)))->id());
  Open(Key("192.0.2.1", "other"));
  std::set<std::string> listed;
  std::string after;
  int pages = 0;
  do {
    const ViewerBook::Page page = book_.List(All(), after, 10);
    EXPECT_LE(page.viewers.size(), 10U);
    for (const ViewerPtr& viewer : page.viewers)
      listed.insert(viewer->id());
    after = page.last;
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(listed, made);
  EXPECT_LE(pages, 4);
}

TEST_F(ViewerBookTest, PastItsBoundTheIdleGo) {
  const ViewerPtr busy = Open(Key("192.0.2.200"));
  for (int i = 0; i < 49; ++i)
    Open(Key("192.0.2." + std::to_string(i)));
  now_ += 1s;
  busy->Seen(now_);
  const ViewerPtr newcomer = Open(Key("192.0.2.201"));
  EXPECT_EQ(book_.watching(), 50U);
  EXPECT_EQ(book_.pushed_out(), 1U);
  EXPECT_TRUE(busy->watching());
  EXPECT_TRUE(newcomer->watching());
}

TEST_F(ViewerBookTest, TellsWhoCameAndWent) {
  const ViewerPtr one = Open(Key("192.0.2.1"));
  const ViewerPtr two = Open(Key("192.0.2.2"));
  EXPECT_THAT(book_.TakeChanges().came, ElementsAre(one, two));
  book_.End({.paths = {kPath}, .ids = {one->id()}}, "over", now_);
  now_ += 1min;
  SweepAll();
  const ViewerBook::Changes changes = book_.TakeChanges();
  ASSERT_THAT(changes.went, SizeIs(2));
  EXPECT_EQ(changes.went[0].viewer, one);
  EXPECT_EQ(changes.went[0].info, "over");
  EXPECT_EQ(changes.went[1].viewer, two);
  EXPECT_THAT(changes.went[1].info, IsEmpty());
  EXPECT_THAT(book_.TakeChanges().came, IsEmpty());
}

TEST_F(ViewerBookTest, ATableFollowsTheBook) {
  ViewerTable table(book_);
  const ViewerPtr first = table.Open(Key("192.0.2.1"), now_, kUtc);
  now_ += 1min;
  SweepAll();
  EXPECT_EQ(table.Find(Key("192.0.2.1")), nullptr) << "it has left the book";
  const ViewerPtr second = table.Open(Key("192.0.2.1"), now_, kUtc);
  EXPECT_NE(first->id(), second->id());
  EXPECT_EQ(table.size(), 1U);
  now_ += 1min;
  SweepAll();
  table.Sweep(1'000);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(ViewerBookTest, ATableIsSweptInTurn) {
  ViewerTable table(book_);
  for (int i = 0; i < 40; ++i)
    table.Open(Key("192.0.2." + std::to_string(i)), now_, kUtc);
  const ViewerPtr stays = table.Open(Key("192.0.2.200"), now_, kUtc);
  now_ += 1min;
  stays->Seen(now_);
  SweepAll();
  EXPECT_EQ(table.size(), 41U);
  table.Sweep(5);
  EXPECT_GT(table.size(), 1U) << "a few at a time";
  for (int i = 0; i < 100; ++i)
    table.Sweep(5);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.Find(Key("192.0.2.200")), stays);
}

}  // namespace
}  // namespace weir::edge

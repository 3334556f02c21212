#include "origin/dump/dump.h"

#include <optional>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "fake_disk.h"
#include "origin/dump/dump_source.h"
#include "stream/stream.h"
#include "support/manual_executor.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::dump {
namespace {

using hls::testing::FramePtr;
using hls::testing::FramesOf;
using hls::testing::IndexOfMark;
using hls::testing::kAudio;
using hls::testing::kVideo;
using hls::testing::Lines;
using hls::testing::Shape;
using hls::testing::TracksOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr UtcTime kNow{std::chrono::seconds(1'700'000'000)};

class DumpTest : public ::testing::Test {
 protected:
  static inline const stream::StreamPath kPath{.vhost = "v", .app = "a", .name = "s"};

  /// What is known of one dump.
  struct Started {
    testing::FakeFiles files{};
    std::optional<Status> opened{};
    std::optional<std::optional<Error>> ending{};
    std::vector<Status> done{};
    uint64_t number = 0;
  };

  DumpTest() { stream_.OnTracks(TracksOf(shape_)); }

  Started& Start(DumpSpec spec = {.id = "1"}, size_t queue_bytes = size_t{64} << 20,
                 int64_t segments_max = 1'000) {
    if (source_ == nullptr) source_ = std::make_unique<DumpSource>(kPath, stream_.ref(), loop_);
    Started& started = *started_.emplace_back(std::make_unique<Started>());
    started.number = started_.size();
    auto dump = std::make_unique<Dump>(
        Dump::Setup{.stream = kPath,
                    .spec = std::move(spec),
                    .disk = std::make_unique<testing::FakeDisk>(started.files),
                    .utc = [] { return kNow; },
                    .queue_bytes = queue_bytes,
                    .segments_max = segments_max},
        worker_,
        Dump::Listener{
            .opened = [&started](Status opened) { started.opened = std::move(opened); },
            .ending = [&started](std::optional<Error> why) { started.ending = std::move(why); },
            .done = [&started](Status written) { started.done.push_back(std::move(written)); }});
    source_->Add(started.number, std::move(dump));
    loop_.RunAll();
    return started;
  }

  void Publish(const std::vector<FramePtr>& frames, size_t begin, size_t end) {
    for (size_t i = begin; i < std::min(end, frames.size()); ++i)
      stream_.OnFrame(frames[i]);
    loop_.RunAll();
  }

  void Publish(double seconds) { Publish(FramesOf(shape_, seconds), 0, ~size_t{0}); }

  /// The same stream as edges package it.
  hls::testing::Recorder Packaged(const std::vector<FramePtr>& frames) const {
    hls::testing::Recorder recorder;
    hls::Packager packager({.path = kPath.text()}, recorder);
    packager.OnTracks(TracksOf(shape_));
    hls::testing::PlayAll(frames, packager);
    return recorder;
  }

  static std::string ListOf(const Started& started, media::TrackId track) {
    for (const auto& [name, text] : started.files.files)
      if (name.starts_with(fmt::format("chunklist_{}_", track))) return text;
    return {};
  }

  /// Numbers of the segments a list names: "1000", "gap 1001", "discontinuity".
  static std::vector<std::string> Outline(const Started& started, media::TrackId track) {
    std::vector<std::string> outline;
    bool gap = false;
    for (const std::string& line : Lines(ListOf(started, track))) {
      if (line == "#EXT-X-DISCONTINUITY") outline.emplace_back("discontinuity");
      if (line == "#EXT-X-GAP") gap = true;
      if (!line.starts_with("seg_")) continue;
      outline.push_back((gap ? "gap " : "") + line.substr(6, 4));
      gap = false;
    }
    return outline;
  }

  const Shape shape_{};
  test::ManualExecutor loop_;
  test::ManualExecutor worker_;
  stream::Stream stream_{kPath, loop_, {}};
  std::vector<std::unique_ptr<Started>> started_;
  std::unique_ptr<DumpSource> source_;
};

TEST_F(DumpTest, BeginsWithTheNewestSegmentThatAllTracksHave) {
  Publish(7);  // 1000 to 1002 are whole
  Started& dump = Start();
  worker_.RunAll();
  ASSERT_TRUE(dump.opened && *dump.opened);
  EXPECT_THAT(Outline(dump, kVideo), ElementsAre("1002"));
  EXPECT_THAT(Outline(dump, kAudio), ElementsAre("1002"));
  EXPECT_TRUE(dump.files.Has("init_0_video_0123456789abcdef_llhls.m4s"));
  EXPECT_TRUE(dump.files.Has("init_1_audio_0123456789abcdef_llhls.m4s"));
  EXPECT_THAT(ListOf(dump, kAudio), HasSubstr("\n#EXT-X-MEDIA-SEQUENCE:1002\n"));
}

TEST_F(DumpTest, WaitsForTheTrackThatIsBehind) {
  const auto frames = FramesOf(shape_, 9);
  const size_t video_next = IndexOfMark(frames, kVideo, 1003);
  Publish(frames, 0, video_next + 1);
  Started& dump = Start();
  worker_.RunAll();
  EXPECT_THAT(dump.files.order, IsEmpty());
  Publish(frames, video_next + 1, frames.size());
  worker_.RunAll();
  EXPECT_THAT(Outline(dump, kVideo).front(), "1002");
  EXPECT_THAT(Outline(dump, kAudio).front(), "1002");
}

TEST_F(DumpTest, ASecondOneBeginsWithWhatTheFirstMadeLast) {
  const auto frames = FramesOf(shape_, 9);
  const size_t video_next = IndexOfMark(frames, kVideo, 1003);
  Publish(frames, 0, 20);
  Start();
  Publish(frames, 20, video_next + 1);
  Started& second = Start({.id = "2"});
  worker_.RunAll();
  // The video of 1002 is whole, its audio is not.
  EXPECT_THAT(Outline(second, kVideo), ElementsAre("1001", "1002"));
  EXPECT_THAT(Outline(second, kAudio), ElementsAre("1001"));
}

TEST_F(DumpTest, IsQueuedUntilThereIsAStream) {
  Started& dump = Start();
  worker_.RunAll();
  EXPECT_TRUE(dump.opened && *dump.opened);
  EXPECT_THAT(dump.files.order, IsEmpty());
  Publish(5);
  worker_.RunAll();
  EXPECT_THAT(Outline(dump, kVideo), ElementsAre("1000", "1001"));
}

TEST_F(DumpTest, FilesAreThoseThatEdgesServe) {
  const auto frames = FramesOf(shape_, 7);
  Started& dump = Start({.id = "1", .playlists = {"master.m3u8"}});
  Publish(frames, 0, frames.size());
  worker_.RunAll();
  const hls::testing::Recorder served = Packaged(frames);
  ASSERT_THAT(served.closed, SizeIs(6));
  for (const auto& [key, segment] : served.segments)
    EXPECT_EQ(dump.files.files[segment.entry.uri], segment.media->bytes.text())
        << segment.entry.uri;
  for (const auto& [track, init] : served.runs.at(0).inits)
    EXPECT_EQ(dump.files.files[fmt::format("init_{}_{}_{}_llhls.m4s", track,
                                           track == kVideo ? "video" : "audio", shape_.run)],
              init->bytes.text());
  EXPECT_EQ(dump.files.files["master.m3u8"],
            served.runs.at(0).multivariants->find("master")->second.usual->bytes.text());
}

TEST_F(DumpTest, ListsArePlainAndNameWhatIsThere) {
  Started& dump = Start({.id = "1", .playlists = {"llhls.m3u8"}});
  Publish(7);
  worker_.RunAll();
  for (const media::TrackId track : {kVideo, kAudio}) {
    const std::string list = ListOf(dump, track);
    for (const char* tag : {"PART", "SERVER-CONTROL", "PRELOAD", "REPORT", "SKIP", "ENDLIST"})
      EXPECT_THAT(list, Not(HasSubstr(tag)));
    for (const std::string& line : Lines(list))
      EXPECT_TRUE(line.starts_with('#') || dump.files.Has(line)) << line;
  }
  // Whoever follows the playlists finds the files.
  const auto lists = Lines(dump.files.files["llhls.m3u8"], "chunklist");
  ASSERT_THAT(lists, SizeIs(1));
  const size_t list = dump.files.IndexOf("chunklist" + lists[0]);
  EXPECT_LT(dump.files.IndexOf("seg_0_1000_video_0123456789abcdef_llhls.m4s"), list);
  EXPECT_LT(list, dump.files.IndexOf("llhls.m3u8"));
}

TEST_F(DumpTest, StopEndsTheLists) {
  const auto frames = FramesOf(shape_, 9);
  Started& dump = Start({.id = "1", .info_file = "info.xml", .user_data = "<&>"});
  const size_t next = IndexOfMark(frames, kAudio, 1002);
  Publish(frames, 0, next + 1);
  worker_.RunAll();
  EXPECT_THAT(dump.files.info, HasSubstr("<Status>Running</Status>"));
  source_->Stop(dump.number);
  ASSERT_TRUE(dump.ending);
  EXPECT_FALSE(*dump.ending);
  Publish(frames, next + 1, frames.size());
  worker_.RunAll();
  for (const media::TrackId track : {kVideo, kAudio}) {
    EXPECT_THAT(Outline(dump, track), ElementsAre("1000", "1001"));
    EXPECT_THAT(ListOf(dump, track), ::testing::EndsWith("\n#EXT-X-ENDLIST\n"));
  }
  EXPECT_THAT(dump.files.lasting, SizeIs(2));
  ASSERT_THAT(dump.done, SizeIs(1));
  EXPECT_TRUE(dump.done[0]);
  EXPECT_THAT(dump.files.info,
              StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<HLSDumpInfo>\n"
                         "  <UserData>&lt;&amp;&gt;</UserData>\n  <Stream>/v/a/s</Stream>\n"
                         "  <Status>Completed</Status>\n  <Items>\n    <Item>\n"
                         "      <Seq>0</Seq>\n"));
  EXPECT_THAT(dump.files.info,
              HasSubstr("<File>/dumps/one/seg_0_1000_video_0123456789abcdef_llhls.m4s</File>"));
  // Two init segments, four segments, two lists.
  EXPECT_THAT(dump.files.info, HasSubstr("<Seq>7</Seq>"));
  EXPECT_THAT(dump.files.info, Not(HasSubstr("<Seq>8</Seq>")));
}

TEST_F(DumpTest, EndsWithItsStreamWithAllThereWas) {
  Started& dump = Start();
  Publish(5);
  stream_.OnEnd(media::EndReason::kFinished);
  loop_.RunAll();
  worker_.RunAll();
  EXPECT_THAT(Outline(dump, kVideo), ElementsAre("1000", "1001", "1002"));
  EXPECT_THAT(ListOf(dump, kAudio), HasSubstr("#EXT-X-ENDLIST"));
  EXPECT_THAT(dump.done, SizeIs(1));
  Started& late = Start({.id = "2"});
  worker_.RunAll();
  EXPECT_TRUE(late.ending);
  EXPECT_THAT(late.done, SizeIs(1));
}

TEST_F(DumpTest, EndsWhenThePlaylistsAreConcluded) {
  auto frames = FramesOf(shape_, 9);
  Started& dump = Start();
  const size_t at = IndexOfMark(frames, kVideo, 1002) + 10;
  media::Frame concluding = *frames[at];
  concluding.events = std::make_shared<const media::EventList>(
      media::EventList{{.kind = media::Event::Kind::kConclude}});
  frames[at] = std::make_shared<const media::Frame>(std::move(concluding));
  Publish(frames, 0, frames.size());
  worker_.RunAll();
  ASSERT_TRUE(dump.ending);
  EXPECT_FALSE(*dump.ending);
  EXPECT_THAT(Outline(dump, kVideo), ElementsAre("1000", "1001", "1002"));
  EXPECT_THAT(ListOf(dump, kVideo), HasSubstr("#EXT-X-ENDLIST"));
}

TEST_F(DumpTest, GoesOnOverANewRun) {
  Started& dump = Start({.id = "1", .playlists = {"master.m3u8"}});
  Publish(5);
  Shape next = shape_;
  next.run = "fedcba9876543210";
  next.first_number = 1'004;  // 1003 was never there
  next.discontinuity_sequence += 5;
  next.sample_rate = 44'100;
  stream_.OnTracks(TracksOf(next));
  const auto frames = FramesOf(next, 5);
  Publish(frames, 0, frames.size());
  worker_.RunAll();
  for (const media::TrackId track : {kVideo, kAudio}) {
    EXPECT_THAT(Outline(dump, track),
                ElementsAre("1000", "1001", "1002", "gap 1003", "discontinuity", "1004", "1005"));
  }
  EXPECT_THAT(Lines(ListOf(dump, kVideo), "#EXT-X-MAP"), SizeIs(2));
  EXPECT_TRUE(dump.files.Has("init_0_video_fedcba9876543210_llhls.m4s"));
  EXPECT_EQ(dump.files.Count("init_"), 4U);
  EXPECT_EQ(std::count(dump.files.order.begin(), dump.files.order.end(), "master.m3u8"), 2);
}

TEST_F(DumpTest, ALostSegmentIsAGap) {
  const auto frames = FramesOf(shape_, 9);
  Started& dump = Start();
  const size_t hole = IndexOfMark(frames, kVideo, 1002) + 20;
  Publish(frames, 0, hole);
  stream_.OnGap();
  Publish(frames, hole, frames.size());
  worker_.RunAll();
  for (const media::TrackId track : {kVideo, kAudio})
    EXPECT_THAT(Outline(dump, track), ElementsAre("1000", "1001", "gap 1002", "1003"));
  EXPECT_EQ(dump.files.Count("seg_0_1002"), 0U);
}

TEST_F(DumpTest, AFullDiskEndsItAlone) {
  const auto frames = FramesOf(shape_, 9);
  Started& dump = Start({.id = "1", .info_file = "info.xml"});
  Started& other = Start({.id = "2"});
  dump.files.failing = "seg_0_1001";
  for (size_t i = 0; i < frames.size(); ++i) {
    Publish(frames, i, i + 1);
    worker_.RunAll();
  }
  ASSERT_TRUE(dump.ending && *dump.ending);
  EXPECT_EQ((**dump.ending).detail,
            "Could not dump segment: cannot write: No space left on device");
  EXPECT_THAT(Outline(dump, kVideo), ElementsAre("1000"));
  EXPECT_THAT(ListOf(dump, kVideo), HasSubstr("#EXT-X-ENDLIST"));
  EXPECT_THAT(dump.files.info, HasSubstr("<Status>Error</Status>"));
  EXPECT_THAT(dump.done, SizeIs(1));
  EXPECT_FALSE(other.ending);
  EXPECT_THAT(Outline(other, kVideo), ElementsAre("1000", "1001", "1002", "1003"));
}

TEST_F(DumpTest, AFolderThatCannotBeMadeIsToldAtOnce) {
  Started& dump = Start();
  dump.files.opens = false;
  worker_.RunAll();
  ASSERT_TRUE(dump.opened && !*dump.opened);
  EXPECT_EQ(dump.opened->error().detail,
            "Could not dump init segment: cannot make the folder: Permission denied");
  EXPECT_TRUE(dump.ending);
  EXPECT_THAT(dump.done, SizeIs(1));
  Publish(5);
  worker_.RunAll();
  EXPECT_THAT(dump.files.order, IsEmpty());
}

TEST_F(DumpTest, ASlowDiskEndsItAndNothingWaitsBeyondTheBound) {
  Started& dump = Start({.id = "1"}, 20'000);
  Publish(60);
  ASSERT_TRUE(dump.ending && *dump.ending);
  EXPECT_EQ((**dump.ending).detail, "the disk is too slow");
  EXPECT_LT(worker_.pending(), 12U);
  EXPECT_THAT(dump.done, IsEmpty());
  worker_.RunAll();
  EXPECT_THAT(dump.done, SizeIs(1));
  EXPECT_THAT(ListOf(dump, kVideo), HasSubstr("#EXT-X-ENDLIST"));
}

TEST_F(DumpTest, HasABoundInSegments) {
  Started& dump = Start({.id = "1"}, size_t{64} << 20, 3);
  Publish(9);
  worker_.RunAll();
  ASSERT_TRUE(dump.ending && *dump.ending);
  EXPECT_EQ((**dump.ending).detail, "it has 3 segments");
  EXPECT_EQ(dump.files.Count("seg_"), 3U);
}

TEST_F(DumpTest, EndsWhereThereIsNoSuchPlaylist) {
  Started& dump = Start({.id = "1", .playlists = {"other.m3u8"}});
  Publish(5);
  worker_.RunAll();
  ASSERT_TRUE(dump.ending && *dump.ending);
  EXPECT_EQ((**dump.ending).detail, "Could not dump master playlist: the stream has no other.m3u8");
}

TEST_F(DumpTest, PlaylistsNameListsByFileNameAlone) {
  media::TrackList tracks = *TracksOf(shape_);
  tracks.playlists.push_back({.name = "abr",
                              .file_name = "abr",
                              .path_depth = -1,
                              .renditions = {{.name = "one", .video = kVideo, .audio = {kAudio}}}});
  stream_.OnTracks(std::make_shared<const media::TrackList>(std::move(tracks)));
  Started& dump = Start({.id = "1", .playlists = {"abr.m3u8"}});
  Publish(5);
  worker_.RunAll();
  EXPECT_THAT(Lines(dump.files.files["abr.m3u8"], "chunklist_0_video_"), SizeIs(1));
  EXPECT_THAT(dump.files.files["abr.m3u8"], Not(HasSubstr("/")));
}

TEST_F(DumpTest, OneThatGoesHasItsEndWritten) {
  Started& dump = Start();
  Publish(5);
  source_.reset();
  worker_.RunAll();
  EXPECT_THAT(ListOf(dump, kVideo), HasSubstr("#EXT-X-ENDLIST"));
  EXPECT_THAT(dump.done, SizeIs(1));
}

}  // namespace
}  // namespace weir::dump

#include "origin/record/recorder.h"

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "probe.h"
#include "record_harness.h"

namespace weir::record {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::FinishingRecorder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Of;
using testing::Probe;
using testing::ProbedPacket;
using testing::SampleStream;
using ::testing::SizeIs;

constexpr double kExact = 0.00002;  // a tick of 90 kHz, and of ffprobe's six digits

/// No file of this process grows past so many bytes.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    WEIR_CHECK(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    WEIR_CHECK(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }

  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_;
};

class RecorderTest : public ::testing::Test {
 protected:
  RecorderSetup SetupFor(RecordSpec spec) {
    spec.id = "id";
    spec.stream = "stream";
    if (spec.file_path.empty()) spec.file_path = "${Stream}_${Sequence}.mp4";
    if (spec.info_path.empty()) spec.info_path = "${Stream}.xml";
    return {.spec = std::move(spec),
            .vhost = "default",
            .app = "app",
            .transaction_id = "transaction",
            .created = SampleStream::kBegin,
            .root = folder_.root(),
            .journal_folder = folder_.journals()};
  }

  /// Records so many seconds.
  void Record(FinishingRecorder& to, int from, int count) {
    ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
    const Status taken = to.Take(source_.Seconds(from, count));
    ASSERT_TRUE(taken) << taken.error().detail;
  }

  std::string Journal() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.journals()))
      return entry.path().string();
    return "";
  }

  testing::RecordFolder folder_;
  SampleStream source_;
};

TEST_F(RecorderTest, OneFileWithItsIndexInFront) {
  FinishingRecorder to(SetupFor({}));
  Record(to, 0, 10);
  EXPECT_TRUE(to.recorder->progress().open);
  EXPECT_EQ(to.recorder->progress().time, seconds(10));
  to.recorder->Close(true);
  EXPECT_THAT(folder_.Files(), ElementsAre("stream.xml", "stream_0.mp4"));
  EXPECT_EQ(Journal(), "");
  const std::string file = folder_.Read("stream_0.mp4");
  EXPECT_THAT(file.find("moov"), ::testing::Lt(file.find("mdat")));
  EXPECT_EQ(file.find("moof"), std::string::npos);
  const auto video = Of(0, Probe(folder_.root() + "/stream_0.mp4"));
  ASSERT_THAT(video, SizeIs(250));
  for (size_t i = 0; i < video.size(); ++i) {
    EXPECT_NEAR(video[i].pts, static_cast<double>(i) * 0.04, kExact);
    EXPECT_EQ(video[i].key, i % 25 == 0);
  }
  EXPECT_EQ(to.finished.front().duration, seconds(10));
  EXPECT_TRUE(to.finished.front().last);
}

TEST_F(RecorderTest, IntervalCutsBetweenFramesAndLosesNone) {
  for (const bool continuous : {false, true}) {
    for (const std::string ending : {"mp4", "ts"}) {
      FinishingRecorder to(SetupFor({.file_path = ending + "/${Sequence}." + ending,
                                     .interval = milliseconds(3500),
                                     .continuous = continuous}));
      Record(to, 0, 12);
      to.recorder->Close(true);
      ASSERT_THAT(to.finished, SizeIs(3));  // 4 s each: cut at a key frame
      size_t sounds = 0;
      std::vector<double> sound_ends;
      for (size_t i = 0; i < 3; ++i) {
        const double begin = continuous ? 4.0 * static_cast<double>(i) : 0;
        const auto packets = Probe(folder_.root() + "/" + to.finished[i].final_path);
        const auto video = Of(0, packets);
        const auto audio = Of(1, packets);
        ASSERT_THAT(video, SizeIs(100));
        ASSERT_THAT(audio, ::testing::Not(IsEmpty()));
        EXPECT_TRUE(video.front().key);
        // MPEG-TS counts from where the first picture is decoded, two pictures before.
        const double shown = ending == "ts" ? 0.08 : 0;
        EXPECT_NEAR(video.front().pts, begin + shown, kExact);
        EXPECT_NEAR(video.back().pts, begin + shown + 3.96, kExact);
        EXPECT_GE(audio.front().pts, begin + shown - kExact);
        EXPECT_LT(audio.front().pts, begin + shown + 0.0233);
        EXPECT_LT(audio.back().pts, begin + shown + 4);
        sounds += audio.size();
        if (continuous && !sound_ends.empty()) {
          EXPECT_NEAR(audio.front().pts, sound_ends.back() + 1024 / 44'100.0, 0.001);
        }
        sound_ends.push_back(audio.back().pts);
        EXPECT_EQ(to.finished[i].last, i == 2);
        EXPECT_EQ(to.finished[i].started, SampleStream::kBegin + seconds(4 * i));
      }
      // Those heard before the first picture is shown have no place.
      size_t heard = 0;
      for (const media::Frame& frame : source_.Seconds(0, 12))
        if (frame.track == 1 && frame.pts >= source_.offset + milliseconds(80)) ++heard;
      EXPECT_EQ(sounds, heard);
    }
  }
}

TEST_F(RecorderTest, ScheduleCutsAtTheSecond) {
  // The stream begins 20 s past a whole minute.
  FinishingRecorder to(SetupFor(
      {.file_path = "${StartTime:ss}_${EndTime:ss}.mp4", .schedule = Schedule::Read("*/5 * *")}));
  source_.begin += seconds(2);
  Record(to, 0, 14);
  to.recorder->Close(true);
  EXPECT_THAT(folder_.Files(),
              ElementsAre("22_25.mp4", "25_30.mp4", "30_35.mp4", "35_36.mp4", "stream.xml"));
}

TEST_F(RecorderTest, BeginsWithAKeyFrame) {
  FinishingRecorder to(SetupFor({}));
  ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
  auto frames = source_.Seconds(0, 3);
  frames.erase(frames.begin(), frames.begin() + 10);
  ASSERT_TRUE(to.Take(frames));
  // Without a mark nobody knows what time it is.
  to.recorder->Close(true);
  ASSERT_THAT(to.finished, SizeIs(1));
  EXPECT_EQ(to.finished.front().duration, seconds(2));
  EXPECT_EQ(to.finished.front().started, SampleStream::kBegin + seconds(1));
}

TEST_F(RecorderTest, SomeOfTheTracks) {
  FinishingRecorder to(SetupFor({.variant_names = {"aac"}, .variant_audio = true}));
  source_.tracks.tracks[1].id = 1;
  ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
  auto frames = source_.Seconds(0, 5);
  for (media::Frame& frame : frames)
    if (frame.track == 1) frame.mark = media::SegmentMark{.number = 1, .utc = source_.begin};
  ASSERT_TRUE(to.Take(frames));
  to.recorder->Close(true);
  const auto packets = Probe(folder_.root() + "/stream_0.mp4");
  EXPECT_THAT(Of(1, packets), IsEmpty());
  EXPECT_NEAR(packets.front().pts, 0, kExact);
  EXPECT_THAT(packets, SizeIs(::testing::Ge(210U)));

  FinishingRecorder none(SetupFor({.variant_names = {"720p"}}));
  const Status refused = none.recorder->OnTracks(source_.tracks);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_F(RecorderTest, AnotherConfigurationIsAnotherFile) {
  FinishingRecorder to(SetupFor({}));
  Record(to, 0, 2);
  Record(to, 2, 2);  // The same tracks again are no news.
  std::vector<uint8_t> other(sample::kAvcConfig720p.begin(), sample::kAvcConfig720p.end());
  other[3] = 0x20;  // the level
  source_.tracks.tracks[0].config = SharedBytes(other);
  Record(to, 4, 3);
  to.recorder->Close(true);
  ASSERT_THAT(to.finished, SizeIs(2));
  EXPECT_EQ(to.finished[0].sequence, 0U);
  EXPECT_EQ(to.finished[1].sequence, 1U);
  EXPECT_THAT(Of(0, Probe(folder_.root() + "/stream_0.mp4")), SizeIs(100));
  EXPECT_THAT(Of(0, Probe(folder_.root() + "/stream_1.mp4")), SizeIs(75));
}

TEST_F(RecorderTest, ALaterPublicationGoesOnByTheClock) {
  FinishingRecorder to(SetupFor({.continuous = true}));
  Record(to, 0, 2);
  to.recorder->OnNewStream();
  source_.offset = seconds(7);   // Its own times,
  source_.begin += seconds(60);  // a minute later.
  Record(to, 0, 2);
  to.recorder->Close(true);
  EXPECT_NEAR(Probe(folder_.root() + "/stream_0.mp4").front().pts, 0, kExact);
  EXPECT_NEAR(Probe(folder_.root() + "/stream_1.mp4").front().pts, 60, kExact);
}

TEST_F(RecorderTest, WhatWasFlushedBeforeAKillIsRecovered) {
  for (const std::string ending : {"mp4", "ts"}) {
    std::vector<std::pair<RecordedFile, std::string>> closed;
    {
      Recorder recorder(
          SetupFor({.file_path = ending + "." + ending, .info_path = ending + ".xml"}),
          [&](RecordedFile file, std::string journal) {
            closed.emplace_back(std::move(file), std::move(journal));
          });
      ASSERT_TRUE(recorder.OnTracks(source_.tracks));
      for (const media::Frame& frame : source_.Seconds(0, 6))
        ASSERT_TRUE(recorder.OnFrame(frame));
      // What a kill leaves: the files as they are now.
      std::filesystem::copy(folder_.path(), folder_.path() + "-killed",
                            std::filesystem::copy_options::recursive);
    }
    std::filesystem::remove_all(folder_.root());
    std::filesystem::remove_all(folder_.journals());
    std::filesystem::rename(folder_.path() + "-killed/root", folder_.root());
    std::filesystem::rename(folder_.path() + "-killed/journal", folder_.journals());
    std::filesystem::remove_all(folder_.path() + "-killed");

    const std::string journal = Journal();
    std::ifstream stream(journal);
    auto file = DecodeFile({std::istreambuf_iterator<char>(stream), {}});
    ASSERT_TRUE(file);
    // Cut off in the middle of a write, too.
    const std::string temporary = folder_.root() + "/" + file->temporary_path;
    if (ending == "mp4")
      std::filesystem::resize_file(temporary, std::filesystem::file_size(temporary) - 100);
    const std::atomic<bool> stop{false};
    const auto finished = FinishFile(*file, journal, stop);
    ASSERT_TRUE(finished) << finished.error().detail;
    EXPECT_EQ(Journal(), "");
    EXPECT_THAT(folder_.Files(), ElementsAre(ending + "." + ending, ending + ".xml"));
    EXPECT_THAT(folder_.Read(ending + ".xml"), HasSubstr(ending + "." + ending));
    const auto video = Of(0, Probe(folder_.root() + "/" + ending + "." + ending));
    EXPECT_GE(video.size(), 150U - 50U);  // of two seconds less at most
    // Again, as after a kill right behind it: nothing more.
    std::ofstream(journal) << EncodeFile(*finished);
    ASSERT_TRUE(FinishFile(*finished, journal, stop));
    EXPECT_THAT(folder_.Files(), SizeIs(2));
    EXPECT_EQ(Journal(), "");
    std::filesystem::remove_all(folder_.root());
  }
}

TEST_F(RecorderTest, FinishingMayBeLeftOffAndTakenUpAgain) {
  std::pair<RecordedFile, std::string> closed;
  Recorder recorder(SetupFor({}), [&](RecordedFile file, std::string journal) {
    closed = {std::move(file), std::move(journal)};
  });
  ASSERT_TRUE(recorder.OnTracks(source_.tracks));
  for (const media::Frame& frame : source_.Seconds(0, 3))
    ASSERT_TRUE(recorder.OnFrame(frame));
  recorder.Close(true);
  std::atomic<bool> stop{true};
  const auto left = FinishFile(closed.first, closed.second, stop);
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().code, ErrorCode::kEnded);
  stop = false;
  ASSERT_TRUE(FinishFile(closed.first, closed.second, stop));
  EXPECT_THAT(folder_.Files(), ElementsAre("stream.xml", "stream_0.mp4"));
}

TEST_F(RecorderTest, ADiskThatIsFullIsToldAndSurvived) {
  FinishingRecorder to(SetupFor({}));
  ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
  const auto frames = source_.Seconds(0, 20);
  Status taken;
  size_t refused_at = 0;
  {
    const FileSizeLimit full(60'000);
    for (; refused_at < frames.size() && taken; ++refused_at)
      taken = to.recorder->OnFrame(frames[refused_at]);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(taken.error().detail, HasSubstr("cannot write"));
    // Until it is told to go on it takes nothing.
    EXPECT_TRUE(to.recorder->OnFrame(frames[refused_at]));
    EXPECT_FALSE(to.recorder->progress().open);
  }
  to.recorder->Resume();
  ASSERT_TRUE(to.Take(frames));  // From the start: what is written already is passed over.
  to.recorder->Close(true);
  ASSERT_THAT(to.finished, SizeIs(2));
  EXPECT_GT(to.finished[1].started, to.finished[0].started + to.finished[0].duration - seconds(2));
  EXPECT_THAT(Of(0, Probe(folder_.root() + "/stream_0.mp4")), ::testing::Not(IsEmpty()));
  EXPECT_THAT(Of(0, Probe(folder_.root() + "/stream_1.mp4")), ::testing::Not(IsEmpty()));
}

TEST_F(RecorderTest, ANameThatIsTakenGetsANumber) {
  for (int i = 0; i < 3; ++i) {
    FinishingRecorder to(SetupFor({.file_path = "a/b.mp4"}));
    Record(to, 0, 1);
    to.recorder->Close(true);
  }
  EXPECT_THAT(folder_.Files(), ElementsAre("a/b.mp4", "a/b_1.mp4", "a/b_2.mp4", "stream.xml"));
}

TEST_F(RecorderTest, NeverLeavesTheRoot) {
  for (const std::string path : {"../out.mp4", "a/../../out.mp4", "${Stream}/../../out.mp4"}) {
    FinishingRecorder to(SetupFor({.file_path = path}));
    ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
    EXPECT_FALSE(to.Take(source_.Seconds(0, 1))) << path;
  }
  // Nor by a link that somebody has laid.
  std::filesystem::create_directories(folder_.path() + "/elsewhere");
  std::filesystem::create_directories(folder_.root());
  std::filesystem::create_directory_symlink(folder_.path() + "/elsewhere",
                                            folder_.root() + "/link");
  FinishingRecorder to(SetupFor({.file_path = "link/out.mp4"}));
  ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
  EXPECT_FALSE(to.Take(source_.Seconds(0, 1)));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/elsewhere"));
  // An absolute path is one below the root.
  FinishingRecorder absolute(SetupFor({.file_path = "/path/to/file.mp4"}));
  Record(absolute, 0, 1);
  absolute.recorder->Close(true);
  EXPECT_THAT(folder_.Files(), ::testing::Contains("path/to/file.mp4"));
}

TEST_F(RecorderTest, WhatMpegTsHasNoPlaceForIsAnError) {
  source_.tracks.tracks[0].codec = media::CodecId::kAv1;
  FinishingRecorder to(SetupFor({.file_path = "a.ts"}));
  ASSERT_TRUE(to.recorder->OnTracks(source_.tracks));
  EXPECT_FALSE(to.Take(source_.Seconds(0, 2)));
  to.recorder->Close(true);
  EXPECT_THAT(folder_.Files(), IsEmpty());
  EXPECT_EQ(Journal(), "");
}

TEST_F(RecorderTest, AHoleInTheStreamIsAHoleInTheFile) {
  FinishingRecorder to(SetupFor({}));
  Record(to, 0, 2);
  ASSERT_TRUE(to.Take(source_.Seconds(5, 2)));
  to.recorder->Close(true);
  const auto packets = Probe(folder_.root() + "/stream_0.mp4");
  EXPECT_NEAR(Of(0, packets).at(50).pts, 5, kExact);
  EXPECT_NEAR(Of(1, packets).back().pts, 6.9, 0.1);
  EXPECT_NEAR(Of(0, packets).back().pts, 6.96, kExact);
}

}  // namespace
}  // namespace weir::record

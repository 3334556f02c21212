#include "origin/record/recording.h"

#include <gmock/gmock.h>

#include "record_harness.h"
#include "stream/stream.h"
#include "support/run_until.h"

namespace weir::record {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RunUntil;
using testing::SampleStream;

class RecordingTest : public ::testing::Test {
 protected:
  RecordingTest()
      : stream_({.vhost = "default", .app = "app", .name = "stream"}, loop_, {}),
        finishing_(*FinishQueue::Open(loop_, folder_.journals(), [this](const RecordedFile& file) {
          finished_.push_back(file.final_path);
        })) {
    stream_.OnTracks(std::make_shared<const media::TrackList>(source_.tracks));
  }

  std::unique_ptr<Recording> Record(size_t queue_bytes) {
    RecorderSetup setup{.spec = {.id = "id",
                                 .stream = "stream",
                                 .file_path = "${Sequence}.mp4",
                                 .info_path = "info.xml"},
                        .vhost = "default",
                        .app = "app",
                        .transaction_id = "transaction",
                        .root = folder_.root(),
                        .journal_folder = folder_.journals()};
    auto recording = std::make_unique<Recording>(
        loop_, *finishing_, std::move(setup),
        Recording::Options{.queue_bytes = queue_bytes, .random = [] { return 0.0; }}, [] {});
    recording->Follow(stream_.ref());
    return recording;
  }

  void Publish(int from, int count) {
    for (const media::Frame& frame : source_.Seconds(from, count))
      stream_.OnFrame(std::make_shared<const media::Frame>(frame));
  }

  void End(Recording& recording) {
    bool done = false;
    recording.End(true, [&] { done = true; });
    ASSERT_TRUE(RunUntil(loop_, [&] { return done && finishing_->idle(); }));
  }

  testing::RecordFolder folder_;
  SampleStream source_;
  net::EventLoop loop_;
  stream::Stream stream_;
  std::vector<std::string> finished_;
  std::unique_ptr<FinishQueue> finishing_;
};

TEST_F(RecordingTest, BeginsWithTheOpenSegmentAndTellsHowFarItIs) {
  Publish(0, 2);
  const auto recording = Record(size_t{64} << 20);
  EXPECT_EQ(recording->status().state, Recording::State::kReady);
  Publish(2, 1);
  ASSERT_TRUE(RunUntil(loop_, [&] { return recording->status().progress.time >= seconds(2); }));
  EXPECT_EQ(recording->status().state, Recording::State::kRecording);
  End(*recording);
  ASSERT_TRUE(RunUntil(loop_, [&] { return !finished_.empty(); }));
  EXPECT_THAT(finished_, ElementsAre("0.mp4"));
}

TEST_F(RecordingTest, ADiskThatFallsBehindIsAnErrorThatPasses) {
  const auto recording = Record(1);  // Not even one frame may wait.
  Publish(0, 1);
  ASSERT_TRUE(
      RunUntil(loop_, [&] { return recording->status().state == Recording::State::kError; }));
  EXPECT_THAT(recording->status().reason, HasSubstr("too slow"));
  EXPECT_TRUE(recording->following());  // The stream is none the worse for it.
  const Clock::time_point now = Clock::now();
  recording->Look(now);
  EXPECT_EQ(recording->status().state, Recording::State::kError);
  recording->Look(now + seconds(40));
  EXPECT_EQ(recording->status().state, Recording::State::kReady);
  End(*recording);
}

TEST_F(RecordingTest, AStreamThatEndsEndsTheFile) {
  Publish(0, 2);
  const auto recording = Record(size_t{64} << 20);
  ASSERT_TRUE(RunUntil(loop_, [&] { return recording->status().progress.open; }));
  stream_.OnEnd(media::EndReason::kFinished);
  ASSERT_TRUE(RunUntil(loop_, [&] { return !recording->following() && !finished_.empty(); }));
  EXPECT_EQ(recording->status().state, Recording::State::kReady);
  recording->Follow(stream_.ref());  // The same one again has nothing more.
  EXPECT_FALSE(recording->following());
}

TEST_F(RecordingTest, FilesOfAnEarlierLifeAreFinishedFirst) {
  {
    Recorder recorder({.spec = {.id = "id", .stream = "stream", .file_path = "left.mp4"},
                       .vhost = "default",
                       .app = "app",
                       .transaction_id = "transaction",
                       .root = folder_.root(),
                       .journal_folder = folder_.journals()},
                      [](const RecordedFile& /*file*/, const std::string& /*journal*/) {});
    ASSERT_TRUE(recorder.OnTracks(source_.tracks));
    for (const media::Frame& frame : source_.Seconds(0, 2))
      ASSERT_TRUE(recorder.OnFrame(frame));
  }
  finishing_ = *FinishQueue::Open(loop_, folder_.journals(), [this](const RecordedFile& file) {
    finished_.push_back(file.final_path);
  });
  ASSERT_TRUE(RunUntil(loop_, [&] { return !finished_.empty(); }));
  EXPECT_THAT(folder_.Files(), ElementsAre("left.mp4"));
}

}  // namespace
}  // namespace weir::record

#include "edge/dvr/dvr_recorder.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/hls/naming.h"
#include "protocols/hls/packager_resource.h"
#include "support/manual_executor.h"

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kRun = "aaaa";

/// Files in memory, with as much room as the test says.
class FakeDisk final : public DvrDisk {
 public:
  struct Shared {
    std::mutex mutex;
    std::map<std::string, std::vector<uint8_t>> files;
    std::vector<DvrFile> listed;
    size_t room = 1'000'000;
    bool broken = false;
  };

  explicit FakeDisk(Shared& shared) : shared_(shared) {}

  Status Open() override { return {}; }

  Status Write(const DvrFile& file, std::span<const uint8_t> bytes) override {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.broken) return Fail(ErrorCode::kUnavailable, "broken");
    if (bytes.size() > shared_.room) return Fail(ErrorCode::kLimitExceeded, "full");
    shared_.room -= bytes.size();
    shared_.files[file.path()] = {bytes.begin(), bytes.end()};
    return {};
  }

  Result<std::vector<uint8_t>> Read(const DvrFile& file) const override {
    const std::lock_guard lock(shared_.mutex);
    const auto found = shared_.files.find(file.path());
    if (found == shared_.files.end()) return Fail(ErrorCode::kNotFound, "gone");
    return found->second;
  }

  void Remove(const DvrFile& file) override {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.files.erase(file.path()) > 0) shared_.room += file.size;
  }

  std::vector<DvrFile> List(const std::string& /*key*/) override {
    const std::lock_guard lock(shared_.mutex);
    return shared_.listed;
  }

  uint64_t Sweep(std::chrono::seconds /*age*/) override { return 0; }

 private:
  Shared& shared_;
};

/// Only counts.
class NullSink final : public hls::PublishedSink {
 public:
  void OnRunOpened(const hls::RunOpened& opened) override { run = opened; }

  void OnPart(const hls::PartAdded& /*part*/) override {}

  void OnSegment(const hls::SegmentClosed& /*segment*/) override { ++segments; }

  void OnExpired(const hls::SegmentExpired& /*expired*/) override {}

  void OnEnd(media::EndReason /*reason*/) override {}

  hls::RunOpened run;
  int segments = 0;
};

class DvrRecorderTest : public ::testing::Test {
 protected:
  void Start(DvrLimits limits = {}) {
    recorder_.reset();
    store_ = std::make_unique<DvrStore>(std::make_unique<FakeDisk>(disk_), limits);
    ASSERT_TRUE(store_->Open());
    recorder_ = std::make_unique<DvrRecorder>(
        DvrRecorder::Options{.path = "default/app/stream", .length = 100s}, home_, *store_, worker_,
        sink_);
    auto tracks = std::make_shared<media::TrackList>();
    tracks->tracks.resize(1);
    tracks->run = media::Run{.id = kRun};
    auto playlists = std::make_shared<hls::Multivariants>();
    (*playlists)["llhls"] = {.usual = hls::MakePlaylist("video.m3u8\n"),
                             .legacy = hls::MakePlaylist("video.m3u8?_HLS_legacy=YES\n")};
    hls::RunOpened opened;
    opened.tracks = tracks;
    opened.multivariants = playlists;
    opened.inits = {{0, Media("init")}};
    recorder_->OnRunOpened(opened);
    Settle();
  }

  /// Until both threads of the store have done what they were told, and the loop knows.
  void Settle() {
    for (int i = 0; i < 3; ++i) {
      store_->List("", here_, [](const std::vector<DvrFile>&) {});
      store_->Read({}, here_, [](const Result<hls::ResourcePtr>&) {});
      here_.Wait(2);
      home_.RunAll();
      worker_.RunAll();
      home_.RunAll();
    }
  }

  static hls::ResourcePtr Media(std::string text) {
    return hls::MakeMedia(SharedBytes(std::move(text)), media::MediaKind::kVideo);
  }

  void Close(int64_t number, size_t size = 100) {
    hls::SegmentClosed segment;
    segment.number = number;
    segment.media = Media(std::string(size, static_cast<char>('a' + number % 26)));
    segment.entry.map_uri = hls::FileName{.type = hls::FileName::Type::kInit, .key = kRun}.text();
    segment.entry.duration = 2s;
    segment.entry.program_date_time = UtcTime(number * 2s);
    segment.entry.uri = "seg_" + std::to_string(number);
    recorder_->OnSegment(segment);
  }

  std::string Ask(hls::Demand demand) {
    std::optional<Result<hls::ResourcePtr>> answer;
    recorder_->OnDemand(demand, [&](Result<hls::ResourcePtr> result) { answer = result; });
    Settle();
    if (!answer) return "none";
    return *answer ? std::string((**answer)->bytes.text()) : (*answer).error().detail;
  }

  std::string Segment(int64_t number) {
    return Ask({.type = hls::Demand::Type::kPastSegment, .run = kRun, .number = number});
  }

  std::string Playlist(int64_t first_live) {
    return Ask({.type = hls::Demand::Type::kRewindList,
                .live = hls::MakePlaylist("#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first_live) +
                                          "\n#EXT-X-DISCONTINUITY-SEQUENCE:0\nlive\n")});
  }

  /// Runs what the store's threads post, on the test's own thread.
  class Here final : public Executor {
   public:
    void Post(std::function<void()> task) override {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      came_.notify_one();
    }

    bool IsCurrent() const override { return true; }

    void Wait(int count) {
      for (; count > 0; --count) {
        std::unique_lock lock(mutex_);
        came_.wait(lock, [this] { return !tasks_.empty(); });
        const auto task = std::move(tasks_.front());
        tasks_.erase(tasks_.begin());
        lock.unlock();
        task();
      }
    }

    void RunAll() {
      for (;;) {
        std::unique_lock lock(mutex_);
        if (tasks_.empty()) return;
        const auto task = std::move(tasks_.front());
        tasks_.erase(tasks_.begin());
        lock.unlock();
        task();
      }
    }

   private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::vector<std::function<void()>> tasks_;
  };

  FakeDisk::Shared disk_;
  Here here_;
  Here home_;
  test::ManualExecutor worker_;
  NullSink sink_;
  std::unique_ptr<DvrStore> store_;
  std::unique_ptr<DvrRecorder> recorder_;
};

TEST_F(DvrRecorderTest, BringsBackWhatHasLeftThePlaylist) {
  Start();
  for (int64_t number = 10; number < 20; ++number)
    Close(number);
  Settle();
  EXPECT_EQ(sink_.segments, 10);
  EXPECT_EQ(Segment(11), std::string(100, 'a' + 11));
  EXPECT_EQ(Segment(9), "this is not kept");
  EXPECT_EQ(Ask({.type = hls::Demand::Type::kPastInit, .run = kRun}), "init");
  const std::string text = Playlist(15);
  EXPECT_THAT(text, HasSubstr("#EXT-X-MEDIA-SEQUENCE:10\n"));
  EXPECT_THAT(text, HasSubstr("seg_14\nlive\n"));
  EXPECT_THAT(text, Not(HasSubstr("seg_15")));
  EXPECT_THAT(std::string(sink_.run.rewind_multivariants->at("llhls").legacy->bytes.text()),
              HasSubstr("video.m3u8?_HLS_legacy=YES&_HLS_rewind=YES"));
}

TEST_F(DvrRecorderTest, OnAFullDiskTheOldestMakesRoom) {
  disk_.room = 350;
  Start();
  for (int64_t number = 10; number < 20; ++number) {
    Close(number);
    Settle();
    Settle();
  }
  EXPECT_EQ(sink_.segments, 10);
  EXPECT_EQ(Segment(19), std::string(100, 'a' + 19));
  EXPECT_EQ(Segment(17), std::string(100, 'a' + 17));
  EXPECT_EQ(Segment(16), "this is not kept");
  EXPECT_THAT(Playlist(19), Not(HasSubstr("GAP")));
  EXPECT_GT(store_->stats().segments_lost, 0U);
}

TEST_F(DvrRecorderTest, ABrokenDiskLeavesGapsAndHarmsNobody) {
  Start();
  Close(10);
  Settle();
  disk_.broken = true;
  Close(11);
  Close(12);
  Settle();
  EXPECT_EQ(sink_.segments, 3);
  EXPECT_THAT(Playlist(12), HasSubstr("#EXT-X-GAP\n#EXTINF:2.000000,\nseg_11\n"));
  EXPECT_EQ(Segment(11), "this is not kept");
}

TEST_F(DvrRecorderTest, ASlowDiskIsNotWaitedFor) {
  Start({.queued_bytes_max = 50});
  Close(10);
  EXPECT_EQ(store_->stats().segments_lost, 1U);
  EXPECT_EQ(sink_.segments, 1);
}

TEST_F(DvrRecorderTest, TheStoreHasABound) {
  Start({.bytes_max = 350});
  for (int64_t number = 10; number < 20; ++number) {
    Close(number);
    Settle();
    Settle();
  }
  EXPECT_LE(store_->stats().bytes, 350U);
  EXPECT_EQ(Segment(19), std::string(100, 'a' + 19));
}

TEST_F(DvrRecorderTest, FindsWhatWasKeptBeforeARestart) {
  Start();
  for (int64_t number = 10; number < 16; ++number)
    Close(number);
  Settle();
  for (const auto& [path, bytes] : disk_.files)
    disk_.listed.push_back(*ParseDvrPath(path));
  Start();
  EXPECT_THAT(Playlist(18), HasSubstr("SEQUENCE:18"));  // nothing to put it before yet
  Close(18);
  Close(19);
  Settle();
  EXPECT_EQ(Segment(11), std::string(100, 'a' + 11));
  const std::string text = Playlist(19);
  EXPECT_THAT(text, HasSubstr("#EXT-X-MEDIA-SEQUENCE:10\n"));
  EXPECT_THAT(text, HasSubstr("#EXT-X-GAP"));  // 16 and 17, while it was down
}

TEST_F(DvrRecorderTest, ASegmentToldAgainIsKeptOnce) {
  Start();
  Close(10);
  Close(10);
  Settle();
  EXPECT_EQ(store_->stats().segments_written, 2U);  // and the init segment
}

}  // namespace
}  // namespace weir::edge

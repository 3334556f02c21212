#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/message.h"
#include "http/shared_fields.h"
#include "protocols/hls/chunklist.h"
#include "protocols/hls/published.h"

namespace weir::hls {

inline constexpr media::TrackId kVideo = 0;
inline constexpr media::TrackId kAudio = 1;
inline constexpr Clock::time_point kStart{std::chrono::hours(1)};

inline ResourcePtr TextResource(std::string text, std::string_view type = "video/mp4") {
  const std::string etag = "\"" + text + "\"";
  return std::make_shared<const Resource>(
      Resource{.bytes = SharedBytes(text),
               .gzip = SharedBytes("gzip of " + text),
               .etag = etag,
               .content_type = type,
               .fields = http::ShareFields({{"Content-Type", std::string(type)}, {"ETag", etag}}),
               .gzip_fields = http::ShareFields({{"Content-Type", std::string(type)},
                                                 {"ETag", "W/" + etag},
                                                 {"Content-Encoding", "gzip"}})});
}

/// Publishes a stream of video and audio as a packager does, with resources that say what they are:
/// "playlist v7.2" is the video's chunklist as it stood when part 2 of segment 7 was complete,
/// "playlist v7" when that segment was.
class FakePackager {
 public:
  explicit FakePackager(PublishedSink& sink) : sink_(sink) {}

  /// Segments of two seconds with four parts each.
  void Open(std::string run, int64_t first_number) {
    auto tracks = std::make_shared<media::TrackList>();
    tracks->tracks.resize(2);
    for (media::Track& track : tracks->tracks)
      track.part_target = FromTicks<1'000>(500);
    tracks->tracks[0].id = kVideo;
    tracks->tracks[1].id = kAudio;
    tracks->tracks[1].codec = media::CodecId::kAac;
    tracks->run = media::Run{.id = run,
                             .first_number = first_number,
                             .target_duration = std::chrono::seconds(2),
                             .segment_duration = FromTicks<1'000>(2'000),
                             .segment_count = 5};
    sink_.OnRunOpened({.tracks = std::move(tracks),
                       .multivariants = MultivariantsOf(run),
                       .inits = {{kVideo, TextResource("init v " + run)},
                                 {kAudio, TextResource("init a " + run, "audio/mp4")}}});
  }

  void Part(media::TrackId track, int64_t number, int part) {
    const std::string name = Name(track, number) + "." + std::to_string(part);
    sink_.OnPart({.track = track,
                  .number = number,
                  .part = part,
                  .media = TextResource("part " + name),
                  .playlist = Current("playlist " + name)});
  }

  void Close(media::TrackId track, int64_t number, int parts) {
    const std::string name = Name(track, number);
    sink_.OnSegment({.track = track,
                     .number = number,
                     .parts = parts,
                     .media = parts == 0 ? nullptr : TextResource("segment " + name),
                     .playlist = Current("playlist " + name),
                     .legacy = Playlist("legacy " + name)});
  }

  /// A whole segment of both tracks.
  void Segment(int64_t number, int parts = 4) {
    for (const media::TrackId track : {kVideo, kAudio}) {
      for (int part = 0; part < parts; ++part)
        Part(track, number, part);
      Close(track, number, parts);
    }
  }

 private:
  static ResourcePtr Playlist(std::string text) {
    return TextResource(std::move(text), "application/vnd.apple.mpegurl");
  }

  static std::shared_ptr<const Multivariants> MultivariantsOf(const std::string& run) {
    const Multivariant usual{.usual = Playlist("multivariant " + run),
                             .legacy = Playlist("legacy multivariant " + run)};
    const Multivariant other{.usual = Playlist("other multivariant " + run),
                             .legacy = Playlist("legacy other multivariant " + run)};
    return std::make_shared<const Multivariants>(
        Multivariants{{"llhls", usual}, {"master", usual}, {"other", other}});
  }

  static ChunklistPtr Current(const std::string& text) {
    return std::make_shared<const Chunklist>(Playlist(text));
  }

  static std::string Name(media::TrackId track, int64_t number) {
    return (track == kVideo ? "v" : "a") + std::to_string(number);
  }

  PublishedSink& sink_;
};

/// One requester, who keeps its answer and may leave.
class Requester {
 public:
  std::unique_ptr<http::Responder> responder() { return std::make_unique<Side>(*this); }

  void Leave() {
    const auto gone = std::exchange(gone_, nullptr);
    if (gone) gone();
  }

  bool answered() const { return answers_ > 0; }

  int answers() const { return answers_; }

  const http::Response& response() const { return response_; }

  std::string Field(std::string_view name) const { return std::string(response_.Field(name)); }

  /// "200 part v7.1", or "-" before the answer.
  std::string text() const {
    if (!answered()) return "-";
    std::string body(response_.body.text());
    while (!body.empty() && body.back() == '\n')
      body.pop_back();
    return std::to_string(response_.status) + " " + body;
  }

 private:
  class Side final : public http::Responder {
   public:
    explicit Side(Requester& requester) : requester_(requester) {}

    void Respond(http::Response response) override {
      requester_.response_ = std::move(response);
      ++requester_.answers_;
      requester_.gone_ = nullptr;
    }

    void OnGone(std::function<void()> gone) override { requester_.gone_ = std::move(gone); }

   private:
    Requester& requester_;
  };

  http::Response response_;
  int answers_ = 0;
  std::function<void()> gone_;
};

}  // namespace weir::hls

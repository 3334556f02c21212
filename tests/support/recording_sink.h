#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "media/media_sink.h"

namespace weir::test {

/// A MediaSink that keeps all it was told, in order.
class RecordingSink final : public media::MediaSink {
 public:
  struct Call {
    enum class Kind { kTracks, kFrame, kGap, kEnd };
    Kind kind = Kind::kFrame;
    std::shared_ptr<const media::TrackList> tracks;
    std::shared_ptr<const media::Frame> frame;
    std::optional<media::EndReason> reason;
  };

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    Keep({.kind = Call::Kind::kTracks, .tracks = std::move(tracks), .frame = {}, .reason = {}});
  }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    Keep({.kind = Call::Kind::kFrame, .tracks = {}, .frame = std::move(frame), .reason = {}});
  }

  void OnEvent(std::shared_ptr<const media::Event> event) override { events.push_back(*event); }

  void OnPresent() override { presents.push_back(calls_.size()); }

  void OnGap() override {
    Keep({.kind = Call::Kind::kGap, .tracks = {}, .frame = {}, .reason = {}});
  }

  void OnEnd(media::EndReason reason) override {
    Keep({.kind = Call::Kind::kEnd, .tracks = {}, .frame = {}, .reason = reason});
  }

  std::vector<media::Event> events;

  /// How many calls had come before each OnPresent.
  std::vector<size_t> presents;

  /// Called after each call was kept: for a test that reacts.
  std::function<void(const Call&)> on_call;

  const std::vector<Call>& calls() const { return calls_; }

  std::vector<std::shared_ptr<const media::Frame>> frames() const {
    std::vector<std::shared_ptr<const media::Frame>> frames;
    for (const Call& call : calls_)
      if (call.frame) frames.push_back(call.frame);
    return frames;
  }

  std::vector<std::shared_ptr<const media::Frame>> frames(media::TrackId track) const {
    std::vector<std::shared_ptr<const media::Frame>> frames;
    for (const Call& call : calls_)
      if (call.frame && call.frame->track == track) frames.push_back(call.frame);
    return frames;
  }

  std::vector<std::shared_ptr<const media::TrackList>> track_lists() const {
    std::vector<std::shared_ptr<const media::TrackList>> lists;
    for (const Call& call : calls_)
      if (call.tracks) lists.push_back(call.tracks);
    return lists;
  }

  /// Why it ended, if it did.
  std::optional<media::EndReason> end() const {
    if (calls_.empty()) return std::nullopt;
    return calls_.back().reason;
  }

 private:
  void Keep(Call call) {
    calls_.push_back(std::move(call));
    const Call kept = calls_.back();
    if (on_call) on_call(kept);
  }

  std::vector<Call> calls_;
};

}  // namespace weir::test

#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "service/publish_gate.h"

namespace weir::service {

/// A publication that passes everything on to another, for a gate that stands before a gate: its
/// heirs change what they are about.
///
/// Thread: one loop.
class PublicationWrapper : public Publication {
 public:
  PublicationWrapper(const PublicationWrapper&) = delete;
  PublicationWrapper& operator=(const PublicationWrapper&) = delete;

  const stream::StreamPath& path() const override { return inner_->path(); }

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    inner_->OnTracks(std::move(tracks));
  }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    inner_->OnFrame(std::move(frame));
  }

  void OnEvent(std::shared_ptr<const media::Event> event) override {
    inner_->OnEvent(std::move(event));
  }

  void OnGap() override { inner_->OnGap(); }

  void OnEnd(media::EndReason reason) override { inner_->OnEnd(reason); }

  void OnStop(std::function<void(Error)> end) override {
    end_ = std::move(end);
    inner_->OnStop([this](Error reason) { Stop(std::move(reason)); });
  }

 protected:
  explicit PublicationWrapper(std::unique_ptr<Publication> inner) : inner_(std::move(inner)) {}

  /// Asks the publisher to go, if it was not asked before. Perhaps the end of this.
  void Stop(Error reason) {
    if (end_) std::exchange(end_, nullptr)(std::move(reason));
  }

  /// Ends the inner one: the last call, for destructors that have something to do after that.
  void EndInner() { inner_.reset(); }

 private:
  std::unique_ptr<Publication> inner_;
  std::function<void(Error)> end_;
};

}  // namespace weir::service

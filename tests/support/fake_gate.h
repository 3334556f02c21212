#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "media/media_sink.h"
#include "service/publish_gate.h"
#include "support/recording_sink.h"

namespace weir::test {

/// A PublishGate that lets in whom the test says, and keeps what they publish.
///
/// It outlives the publications.
class FakeGate final : public service::PublishGate {
 public:
  /// What became of one publisher that was let in.
  struct Publisher {
    stream::StreamPath path;
    RecordingSink sink;
    std::function<void(Error)> stop;  ///< Set by the session; empty once it is destroyed.
    bool destroyed = false;
  };

  void Open(const service::PublishRequest& request, Answer answer) override {
    requests.push_back(request);
    if (hold_answers) {
      held.push_back(std::move(answer));
    } else {
      answer(Decide(request));
    }
  }

  /// Answers the oldest held request.
  void AnswerHeld() {
    const service::PublishRequest& request = requests.at(requests.size() - held.size());
    const Answer answer = std::move(held.front());
    held.erase(held.begin());
    answer(Decide(request));
  }

  std::optional<Error> refusal;  ///< Refuses everybody when set.
  bool hold_answers = false;     ///< Answers only when AnswerHeld() is called.
  std::vector<Answer> held;
  std::vector<service::PublishRequest> requests;
  std::vector<std::unique_ptr<Publisher>> publishers;

 private:
  class FakePublication final : public service::Publication {
   public:
    explicit FakePublication(Publisher& publisher) : publisher_(publisher) {}

    ~FakePublication() override {
      publisher_.destroyed = true;
      publisher_.stop = nullptr;
    }

    FakePublication(const FakePublication&) = delete;
    FakePublication& operator=(const FakePublication&) = delete;

    const stream::StreamPath& path() const override { return publisher_.path; }

    void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
      publisher_.sink.OnTracks(std::move(tracks));
    }

    void OnFrame(std::shared_ptr<const media::Frame> frame) override {
      publisher_.sink.OnFrame(std::move(frame));
    }

    void OnEvent(std::shared_ptr<const media::Event> event) override {
      publisher_.sink.OnEvent(std::move(event));
    }

    void OnGap() override { publisher_.sink.OnGap(); }

    void OnEnd(media::EndReason reason) override { publisher_.sink.OnEnd(reason); }

    void OnStop(std::function<void(Error)> end) override { publisher_.stop = std::move(end); }

   private:
    Publisher& publisher_;
  };

  Result<std::unique_ptr<service::Publication>> Decide(const service::PublishRequest& request) {
    if (refusal) return tl::unexpected(*refusal);
    publishers.push_back(std::make_unique<Publisher>());
    publishers.back()->path = {.vhost = "default", .app = request.app, .name = request.stream};
    return std::make_unique<FakePublication>(*publishers.back());
  }
};

}  // namespace weir::test

#include "origin/wcs/publisher_gate.h"

#include <chrono>
#include <utility>

#include "hooks/entry_question.h"
#include "http/date.h"
#include "service/letters.h"
#include "service/publication_wrapper.h"

namespace weir::wcs {
namespace {

void NoteTracks(const media::TrackList& tracks, hooks::StreamObject& stream) {
  stream.video_codec.clear();
  stream.audio_codec.clear();
  stream.bitrate = 0;
  for (const media::Track& track : tracks.tracks) {
    stream.bitrate += track.bitrate;
    const bool is_video = track.kind() == media::MediaKind::kVideo;
    (is_video ? stream.video_codec : stream.audio_codec) = media::NameOf(track.codec);
    if (!is_video) continue;
    stream.width = track.width;
    stream.height = track.height;
  }
}

}  // namespace

/// A publication that is in the book.
class PublisherGate::BookedPublication final : public service::PublicationWrapper {
 public:
  BookedPublication(PublisherGate& gate, hooks::StreamObject stream,
                    std::unique_ptr<service::Publication> inner)
      : service::PublicationWrapper(std::move(inner)), gate_(gate), stream_(std::move(stream)) {
    gate_.Add(*this);
  }

  ~BookedPublication() override {
    EndInner();
    gate_.Remove(*this);
  }

  BookedPublication(const BookedPublication&) = delete;
  BookedPublication& operator=(const BookedPublication&) = delete;

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    hooks::StreamObject changed = stream_;
    NoteTracks(*tracks, changed);
    if (changed != stream_) {
      stream_ = std::move(changed);
      gate_.in_.control.Post([&book = gate_.in_.book, stream = stream_] { book.Changed(stream); });
    }
    service::PublicationWrapper::OnTracks(std::move(tracks));
  }

  /// By order. Perhaps the end of this.
  void End(const std::string& info) {
    info_ = info;
    OnEnd(media::EndReason::kStopped);
    Stop({.code = ErrorCode::kEnded, .detail = info});
  }

  const hooks::StreamObject& stream() const { return stream_; }

  const std::string& info() const { return info_; }

 private:
  PublisherGate& gate_;
  hooks::StreamObject stream_;
  std::string info_;
};

PublisherGate::PublisherGate(Surroundings surroundings, service::PublishGate& inner)
    : in_(std::move(surroundings)), inner_(inner) {}

PublisherGate::~PublisherGate() = default;

void PublisherGate::Open(const service::PublishRequest& request, Answer answer) {
  const hooks::StreamObject stream = Describe(request);
  const hooks::HookApp* const app = in_.options.AppOf(stream.path);
  if (app == nullptr || !hooks::WantsToBeAsked(*app, hooks::kPublishStream))
    return Enter(request, stream, answer);
  hooks::AskToEnter(in_.caller, *app, hooks::kPublishStream, stream,
                    [this, request, stream, answer = std::move(answer)](const Status& may) {
                      if (may) return Enter(request, stream, answer);
                      refusals_.Write(http::SystemUtc(), stream.path.text(), request.peer,
                                      may.error().detail);
                      answer(Fail(ErrorCode::kRefused, "access denied"));
                    });
}

void PublisherGate::Enter(const service::PublishRequest& request, const hooks::StreamObject& stream,
                          const Answer& answer) {
  inner_.Open(request, [this, stream, answer](Result<std::unique_ptr<service::Publication>> inner) {
    if (!inner) return answer(std::move(inner));
    answer(std::make_unique<BookedPublication>(*this, stream, *std::move(inner)));
  });
}

hooks::StreamObject PublisherGate::Describe(const service::PublishRequest& request) const {
  const auto now = http::SystemUtc().time_since_epoch();
  std::string vhost = request.vhost.empty() ? in_.vhost_of(request.host) : request.vhost;
  return {.path = {.vhost = std::move(vhost), .app = request.app, .name = request.stream},
          .media_session_id = request.id,
          .session_id = "/" + request.peer,
          .published = true,
          .provider = service::UpperCase(request.protocol),
          .status = hooks::kPublishing,
          .created_ms = std::chrono::floor<std::chrono::milliseconds>(now).count()};
}

void PublisherGate::Add(BookedPublication& publication) {
  const hooks::StreamObject& stream = publication.stream();
  publications_[stream.media_session_id] = &publication;
  const auto stop = [this, id = stream.media_session_id](std::string info) {
    in_.loop.Post([this, id, info = std::move(info)] { Stop(id, info); });
  };
  in_.control.Post([&book = in_.book, stream, stop] { book.Came(stream, stop); });
}

void PublisherGate::Remove(const BookedPublication& publication) {
  const std::string& id = publication.stream().media_session_id;
  publications_.erase(id);
  in_.control.Post([&book = in_.book, id, info = publication.info()] { book.Went(id, info); });
}

void PublisherGate::Stop(const std::string& media_session_id, const std::string& info) {
  const auto found = publications_.find(media_session_id);
  if (found != publications_.end()) found->second->End(info);
}

}  // namespace weir::wcs

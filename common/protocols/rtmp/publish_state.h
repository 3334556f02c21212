#pragma once

#include <array>
#include <optional>

namespace weir::rtmp {

/// How far a publisher's connection has come.
///
///   kConnecting --connect--> kConnected --publish--> kOpening --admitted--> kPublishing
///                            kConnected <--unpublish-- kOpening, kPublishing, kConnected
enum class PublishState {
  kConnecting,  ///< Waiting for the connect command.
  kConnected,
  kOpening,  ///< The gate has been asked.
  kPublishing,
};

/// What moves it on. FCUnpublish, closeStream and deleteStream are all kUnpublish.
enum class PublishEvent { kConnect, kPublish, kAdmitted, kUnpublish };

/// Nothing when the event is out of turn.
constexpr std::optional<PublishState> Next(PublishState from, PublishEvent on) {
  struct Step {
    PublishState from;
    PublishEvent on;
    PublishState to;
  };

  constexpr std::array kSteps{
      Step{PublishState::kConnecting, PublishEvent::kConnect, PublishState::kConnected},
      Step{PublishState::kConnected, PublishEvent::kPublish, PublishState::kOpening},
      Step{PublishState::kConnected, PublishEvent::kUnpublish, PublishState::kConnected},
      Step{PublishState::kOpening, PublishEvent::kAdmitted, PublishState::kPublishing},
      Step{PublishState::kOpening, PublishEvent::kUnpublish, PublishState::kConnected},
      Step{PublishState::kPublishing, PublishEvent::kUnpublish, PublishState::kConnected},
  };
  for (const Step& step : kSteps) {
    if (step.from == from && step.on == on) return step.to;
  }
  return std::nullopt;
}

static_assert(!Next(PublishState::kConnecting, PublishEvent::kPublish));
static_assert(!Next(PublishState::kPublishing, PublishEvent::kPublish));

}  // namespace weir::rtmp

#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "origin/push/destination.h"
#include "origin/push/progress.h"
#include "origin/push/track_choice.h"
#include "origin/tasks/task.h"
#include "stream/stream_path.h"

namespace weir::push {

/// A push as it was asked for.
struct Spec {
  std::string id;
  stream::StreamPath stream;
  WantedTracks tracks;
  std::string protocol;
  std::string url;         ///< May hold secrets.
  std::string stream_key;  ///< A secret.
  bool from_config = false;
  UtcTime created;

  tasks::TaskKey key() const { return {.vhost = stream.vhost, .app = stream.app, .id = id}; }
};

/// Reads the body of startPush, for the application that the call names. kMalformed and
/// kUnsupported have a text for whoever asked; kNotFound: there is no such protocol.
Result<Spec> ReadSpec(const nlohmann::json& body, std::string_view vhost, std::string_view app,
                      UtcTime created);

/// A spec as a task keeps it, and back. kMalformed: not written by this.
nlohmann::json EncodeSpec(const Spec& spec);
Result<Spec> DecodeSpec(const tasks::TaskKey& key, const nlohmann::json& kept);

/// Progress as a task keeps it, and back; anything else is no progress.
nlohmann::json EncodeProgress(const Progress& progress);
Progress DecodeProgress(const nlohmann::json& kept);

/// A push as the API shows it: all of OvenMediaEngine's fields, and `reason` where there is one.
nlohmann::json ShowPush(const Spec& spec, const Progress& progress);

/// "2023-03-15T23:02:34.371+09:00", in the machine's zone.
std::string LocalTime(UtcTime time);

}  // namespace weir::push

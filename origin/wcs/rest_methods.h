#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "origin/wcs/pulls.h"
#include "origin/wcs/pushes.h"
#include "origin/wcs/stream_desk.h"

namespace weir::wcs {

/// The methods of WCS's REST API, by their path below /rest-api.
///
/// Thread: the control loop.
class RestMethods {
 public:
  struct Answer {
    int status = 200;
    nlohmann::json body{};  ///< Null: none.
  };

  using Reply = std::function<void(Answer)>;

  struct Method {
    std::string path;     ///< "/stream/terminate"
    std::string summary;  ///< One sentence.
    bool has_body = true;
    nlohmann::json body{};  ///< Its schema, which describes only.
    std::function<void(const nlohmann::json& body, Reply reply)> call;
  };

  /// All outlive it. `pushes` and `pulls` are null where there is nothing of the kind: that is
  /// answered 501.
  RestMethods(StreamDesk& desk, Pushes* pushes, Pulls* pulls);

  RestMethods(const RestMethods&) = delete;
  RestMethods& operator=(const RestMethods&) = delete;

  /// They refer to this.
  const std::vector<Method>& list() const { return methods_; }

 private:
  void AddStreams();
  void AddConnections();
  void AddPushes();
  void AddPulls();
  void AddWhatIsNotThere();
  void StartPush(const nlohmann::json& body, Reply reply);
  void FindPushes(const nlohmann::json& body, bool all, const Reply& reply);
  void StartPull(const nlohmann::json& body, Reply reply);
  void EndPulls(const nlohmann::json& body, Reply reply);

  StreamDesk& desk_;
  Pushes* const pushes_;
  Pulls* const pulls_;
  std::vector<Method> methods_;
};

}  // namespace weir::wcs

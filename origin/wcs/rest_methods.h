#pragma once

#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

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

  /// Both outlive it. `pushes` is null where nothing is sent on: that is answered 501.
  RestMethods(StreamDesk& desk, Pushes* pushes);

  RestMethods(const RestMethods&) = delete;
  RestMethods& operator=(const RestMethods&) = delete;

  /// They refer to this.
  const std::vector<Method>& list() const { return methods_; }

 private:
  void AddStreams();
  void AddConnections();
  void AddPushes();
  void AddWhatIsNotThere();
  void StartPush(const nlohmann::json& body, Reply reply);
  void FindPushes(const nlohmann::json& body, bool all, const Reply& reply);

  StreamDesk& desk_;
  Pushes* const pushes_;
  std::vector<Method> methods_;
};

}  // namespace weir::wcs

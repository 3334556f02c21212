#pragma once

#include <string>

namespace weir::origin {

/// Who has something of its own in an application: recordings, pushes.
///
/// Thread: the control loop.
class AppListener {
 public:
  virtual ~AppListener() = default;

  /// Before its streams end. OnAppDeleted follows, or, of one that is started anew, OnAppStarted.
  virtual void OnAppEnding(const std::string& vhost, const std::string& app) = 0;

  /// It is gone for good, and so are its streams.
  virtual void OnAppDeleted(const std::string& /*vhost*/, const std::string& /*app*/) {}

  /// It is there, with what its configuration says now.
  virtual void OnAppStarted(const std::string& /*vhost*/, const std::string& /*app*/) {}
};

}  // namespace weir::origin

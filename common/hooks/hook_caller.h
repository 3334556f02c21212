#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "hooks/hook_options.h"
#include "http/client.h"
#include "net/event_loop.h"

namespace weir::hooks {

/// Calls backends from one loop, each by a bounded number of connections:
///
///   POST <app url>/<method>            {"nodeId":...,"appKey":...,<fields>}
///   Authorization: WCS <HMAC-MD5>      of the body, where there is a secret
///
/// Thread: its loop's. Destroying it drops what is under way unanswered.
class HookCaller {
 public:
  /// The status of the answer, or why there is none.
  using Answer = std::function<void(const Result<int>&)>;

  /// `options` and `tls`, which may be null where no backend
  /// is called by https, outlive it.
  HookCaller(net::EventLoop& loop, const WcsOptions& options, const net::TlsClientContext* tls);
  ~HookCaller();

  HookCaller(const HookCaller&) = delete;
  HookCaller& operator=(const HookCaller&) = delete;

  /// Calls `answer` once, from a later turn. `app` is one of the options'.
  void Call(const HookApp& app, std::string_view method, nlohmann::json fields, Answer answer);

 private:
  const WcsOptions& options_;
  std::map<const HookApp*, std::unique_ptr<http::Client>> clients_;
};

}  // namespace weir::hooks

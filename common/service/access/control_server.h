#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/client.h"
#include "service/access/access_options.h"
#include "service/access/access_request.h"
#include "service/access/admission_message.h"

namespace weir::service {

/// Asks one <AdmissionWebhooks>' control server from one loop.
///
/// A viewer's question that differs from another's by the client's port alone is asked once,
/// however many wait for the answer. Thread: its loop's. Destroying it drops what is under way
/// unanswered.
class ControlServer {
 public:
  using Answer = std::function<void(const Result<AdmissionAnswer>&)>;

  /// `client` outlives it.
  ControlServer(http::Client& client, AdmissionOptions options);
  ~ControlServer();

  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  /// Calls `answer` once, from a later turn. An error where the server gave no usable answer in
  /// time, which is as good as a no.
  void AskOpening(const AccessRequest& request, Answer answer);

  /// Tells that what was let in has ended. `told` is called once, from a later turn, when the
  /// server has answered or the time for it is over: nothing depends on the answer.
  void TellClosing(const AccessRequest& request, const std::string& new_url,
                   std::function<void()> told);

 private:
  struct State;
  std::shared_ptr<State> state_;  // held weakly by what the client may call after our end
};

}  // namespace weir::service

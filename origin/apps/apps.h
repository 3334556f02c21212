#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "origin/api/answer.h"
#include "origin/apps/api_storage.h"
#include "origin/apps/app_listener.h"
#include "origin/apps/json_form.h"
#include "origin/apps/server_model.h"
#include "service/host_book.h"

namespace weir::origin {

/// The virtual hosts and applications as they are now, and the one place that changes them.
///
/// Changes happen one after another. Each is checked as the whole configuration is at a start, then
/// kept by the storage, then in force; the applications it touches end what they have, and only
/// then it is answered. What does not pass a step leaves everything as it was.
///
/// Thread: the control loop, but for the constructor, which runs before it.
class Apps {
 public:
  /// What it needs done by others, who outlive it.
  struct Surroundings {
    service::HostBook& book;
    ApiStorage& storage;
    /// What the program's modules say of a configuration. No side effects.
    std::function<Status(const config::Node& server, const service::VirtualHosts& hosts)> check;
    /// Reads and checks the configuration file anew; answers on the control loop.
    std::function<void(std::function<void(Result<ServerModel>)>)> read_file;
    /// Ends an application's streams; `done` is called on the control loop.
    std::function<void(const std::string& vhost, const std::string& app,
                       std::function<void()> done)>
        end_streams;
  };

  struct AppName {
    std::string vhost;
    std::string app;

    bool operator==(const AppName&) const = default;
  };

  /// One record of the storage: without a value, removed.
  struct Write {
    std::string key;
    std::optional<nlohmann::json> value;
  };

  /// What follows from a change.
  struct Plan {
    std::vector<Write> writes{};      ///< In this order; the last one makes the change last.
    std::vector<Write> clearance{};   ///< Afterwards, and no harm if not.
    std::vector<AppName> ending{};    ///< Applications that end all they have.
    std::vector<AppName> starting{};  ///< Those that are new, or anew.
  };

  /// Makes a change to the copy it is given, or says why not.
  using Edit = std::function<std::optional<api::Answer>(ServerModel& next, Plan& plan)>;

  /// The answer when it is in force.
  using Report = std::function<api::Answer(const ServerModel& now)>;

  static constexpr size_t kChangesMax = 100;  ///< Waiting.
  static constexpr size_t kHostsMax = 1'000;
  static constexpr size_t kAppsMax = 1'000;  ///< Of one virtual host.

  /// `server` is what the book has now.
  Apps(ServerModel server, JsonForm form, Surroundings around);

  Apps(const Apps&) = delete;
  Apps& operator=(const Apps&) = delete;

  /// It outlives this.
  void AddListener(AppListener& listener) { listeners_.push_back(&listener); }

  /// Takes in what the storage has. Call it first of all; where the error is one that may pass,
  /// again later: changes are refused until it worked. Tells listeners of what has come.
  void Load(std::function<void(Status)> done);

  /// Calls `call` when the first Load has been answered: perhaps at once.
  void WhenLoaded(std::function<void()> call);

  void Change(Edit edit, Report report, api::Reply reply);

  /// Reads its configuration anew and starts it again.
  void Restart(const std::string& vhost, const std::string& app, api::Reply reply);

  const ServerModel& now() const { return now_; }

  const JsonForm& form() const { return form_; }

 private:
  struct Step;  // one change under way

  void Enqueue(std::function<void()> job, const api::Reply& reply);
  void RunNext();
  void Finish(const api::Reply& reply, api::Answer answer);
  void Begin(const Edit& edit, Report report, api::Reply reply);
  void WriteNext(const std::shared_ptr<Step>& step, size_t index);
  void PutInForce(const std::shared_ptr<Step>& step);
  void EndNext(const std::shared_ptr<Step>& step, size_t index);
  Result<std::shared_ptr<const service::HostsInForce>> Check(const ServerModel& next) const;
  void TakeIn(const std::vector<ApiStorage::Record>& records);

  ServerModel now_;
  const JsonForm form_;
  const Surroundings around_;
  std::vector<AppListener*> listeners_;
  bool loaded_ = false;  // what is stored is known
  bool load_tried_ = false;
  std::vector<std::function<void()>> when_loaded_;
  std::deque<std::function<void()>> jobs_;
  bool busy_ = false;
};

}  // namespace weir::origin

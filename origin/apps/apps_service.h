#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "base/worker_thread.h"
#include "config/node.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/api/routes.h"
#include "origin/apps/api_storage.h"
#include "origin/apps/apps.h"
#include "origin/apps/calls.h"
#include "service/host_book.h"
#include "state/store.h"

namespace weir::origin {

/// The virtual hosts and applications as a program has them: loads what is stored when the control
/// loop begins to turn, and reads the configuration file on a thread that may block.
///
/// Thread: made before the loops run and destroyed after; the rest on the control loop.
class AppsService {
 public:
  /// All that it refers to outlives it.
  struct Context {
    net::EventLoop& control;
    service::HostBook& book;
    const config::Node& server;  ///< The <Server>, which the book has now.
    std::filesystem::path file;  ///< That it was read from.
    state::Store* store;         ///< Null: what the API makes is not kept.
    /// Apps::Surroundings has these; the first is called on a thread of its own as well.
    std::function<Status(const config::Node& server, const service::VirtualHosts& hosts)> check;
    std::function<void(const std::string& vhost, const std::string& app,
                       std::function<void()> done)>
        end_streams;
    /// What is wrong with the files that a configuration file names. On that thread.
    std::function<Status(const service::VirtualHosts& hosts)> check_files;
    // Read certificates anew, on that thread; the latter is null where there is none.
    std::function<Status()> reload_hosts;
    std::function<Status()> reload_api;
  };

  explicit AppsService(Context context);

  AppsService(const AppsService&) = delete;
  AppsService& operator=(const AppsService&) = delete;

  Apps& apps() { return apps_; }

  void AddCalls(api::Routes& routes);

 private:
  void Load();
  void ReadFile(std::function<void(Result<ServerModel>)> done);
  std::function<void(CertificateReloads::Done)> OnWorker(std::function<Status()> reload);

  const Context context_;
  ApiStorage storage_;
  Apps apps_;
  net::Timer retry_;
  // Reads files, which may take its time. Last, so that it has ended before what its tasks use.
  WorkerThread worker_;
};

}  // namespace weir::origin

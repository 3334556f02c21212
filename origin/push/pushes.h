#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "net/loop_group.h"
#include "net/timer.h"
#include "net/tls_context.h"
#include "origin/push/options.h"
#include "origin/push/remote_run.h"
#include "origin/push/spec.h"
#include "origin/tasks/task_book.h"
#include "origin/tasks/task_runner.h"
#include "protocols/rtmp/random_source.h"
#include "service/module.h"
#include "stream/registry.h"

namespace weir::push {

/// All pushes of this node: those asked for, which its task book keeps, and those that a stream map
/// makes, which come and go with their streams.
///
/// Thread: the control loop, which is the task book's; destroyed while all loops stand still.
class Pushes final : public tasks::TaskRunner {
 public:
  /// All of it outlives the pushes.
  struct Context {
    net::EventLoop& control;
    net::LoopGroup& loops;                      ///< For all but SRT, one after another.
    std::function<net::EventLoop&()> srt_loop;  ///< For SRT alone: see srt::Caller.
    const stream::Registry& streams;
    const net::TlsClientContext& tls;
    rtmp::RandomSource random;
    std::function<double()> chance;  ///< Evenly spread over [0, 1).
    std::function<UtcTime()> utc;
    /// As FindOptions, of the virtual hosts as they are now.
    std::function<Result<Options>(std::string_view vhost, std::string_view app)> options;
    std::string node;  ///< As the task book's.
  };

  /// One push, as it stands.
  struct Shown {
    Spec spec;
    Progress progress;
  };

  explicit Pushes(Context context);
  ~Pushes() override;

  Pushes(const Pushes&) = delete;
  Pushes& operator=(const Pushes&) = delete;

  /// Call it first, with the book whose runner this is.
  void SetBook(tasks::TaskBook& book) { book_ = &book; }

  /// Keeps a push and begins with it: kConflict, the id is taken; else as tasks::TaskBook::Add.
  void Add(const Spec& spec, state::Answer<void> answer);

  /// Ends one, and gives it as it was: kNotFound; else as tasks::TaskBook::Remove. One of a stream
  /// map ends until its stream comes again.
  void Remove(const tasks::TaskKey& key, state::Answer<Shown> answer);

  /// Those of an application, by their ids.
  std::vector<Shown> List(std::string_view vhost, std::string_view app) const;

  /// Runs a push that nobody keeps; its key must not be in use.
  void AddMapped(const Spec& spec);
  void RemoveMapped(const tasks::TaskKey& key);
  bool Has(const tasks::TaskKey& key) const;

  /// For /metrics. Any thread.
  std::vector<service::Measure> Measures() const;

  // TaskRunner
  bool Wants(const tasks::Task& task) override;
  void Start(const tasks::Task& task) override;
  void Stop(const tasks::TaskKey& key, tasks::StopReason reason) override;

 private:
  struct Running {
    Spec spec;
    Progress before;  ///< Of earlier runs.
    Progress progress;
    std::unique_ptr<RemoteRun> run;
  };

  using Runs = std::map<tasks::TaskKey, Running>;

  /// What all runs of this life add up to.
  struct Sums {
    size_t runs = 0;
    size_t pushing = 0;
    uint64_t bytes = 0;
    uint64_t frames_dropped = 0;
    uint64_t failures = 0;
  };

  void Begin(Runs& runs, const Spec& spec, const Progress& before);
  void End(Runs& runs, const tasks::TaskKey& key);
  void OnProgress(const tasks::TaskKey& key, const Progress& progress);
  static void AddTo(Sums& sums, const Running& running);
  net::EventLoop& LoopFor(const Destination& destination);
  Shown ShowTask(const tasks::Task& task) const;
  void Count();

  const Context context_;
  tasks::TaskBook* book_ = nullptr;
  size_t next_loop_ = 0;
  Runs kept_;
  Runs mapped_;
  std::list<std::unique_ptr<RemoteRun>> leaving_;
  Sums ended_;                               // Of runs that are over.
  mutable Guarded<Sums> counted_;            // Written by Count, read by any thread.
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  net::Timer timer_;
};

}  // namespace weir::push

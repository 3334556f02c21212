#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/executor.h"
#include "base/result.h"
#include "origin/dump/dump.h"
#include "origin/dump/dump_disk.h"
#include "origin/dump/dump_options.h"
#include "origin/dump/dump_source.h"
#include "origin/dump/dump_spec.h"
#include "origin/publish/live_streams.h"
#include "stream/registry.h"

namespace weir::dump {

/// All dumps of an origin: those asked for, and those that the configuration makes when a stream
/// comes. They end with their streams, and are listed for as long as these live.
///
/// Thread: the control loop's; destroyed while all loops stand still.
class Dumps final : public origin::LiveObserver {
 public:
  /// Of one publication, ended ones included: their ids stay taken.
  static constexpr size_t kDumpsMax = 64;

  struct Context {
    Executor& control;
    std::function<Executor&(const origin::LiveStream& stream)> loop_of;
    const stream::Registry& streams;
    const origin::LiveStreams& live;
    std::string root;  ///< Folder that all dumps lie below.
    /// The application's configured dumps; nothing where its streams cannot be dumped.
    std::function<std::optional<std::vector<ConfiguredDump>>(std::string_view vhost,
                                                             std::string_view app)>
        configured;
    std::function<UtcTime()> utc;  ///< Any thread.
    std::function<std::string()> new_id;
    /// A worker for each dump, and the disk it writes to.
    std::function<std::unique_ptr<Executor>()> make_worker;
    std::function<std::unique_ptr<DumpDisk>(const DumpPlace& place)> make_disk;
  };

  /// What `context` refers to outlives it.
  explicit Dumps(Context context);
  ~Dumps() override;

  Dumps(const Dumps&) = delete;
  Dumps& operator=(const Dumps&) = delete;

  /// Starts a dump of a live stream; answers once its folders are there. kMalformed: a path is not
  /// good, with a text for whoever asked. Else the text is OvenMediaEngine's reason.
  void Start(const origin::LiveStreamPtr& stream, DumpSpec spec,
             std::function<void(Status)> answer);

  /// Ends the dump of that id, or all where it is empty. kNotFound: there is none of that id.
  Status Stop(const origin::LiveStream& stream, const std::string& id);

  /// Those of a stream, or the one of that id, as the API shows them.
  nlohmann::json List(const origin::LiveStream& stream, const std::string& id) const;

  /// Ends all, for good; `done` is called when all are written.
  void Drain(std::function<void()> done);

  // origin::LiveObserver
  void OnStreamStarted(const origin::LiveStreamPtr& stream) override;
  void OnStreamEnded(const origin::LiveStreamPtr& stream) override;

 private:
  struct Entry {
    uint64_t number = 0;
    DumpSpec spec{};
    DumpPlace place{};
    bool enabled = true;
    bool failed = false;
    bool listed = true;                  ///< Not once it turns out that it could not begin.
    std::unique_ptr<Executor> worker{};  ///< While there is something to write.
    std::function<void(Status)> answer{};
  };

  /// Touched on the stream's loop alone.
  struct Remote {
    std::unique_ptr<DumpSource> source;
  };

  /// One stream that has dumps.
  struct Dumped {
    origin::LiveStreamPtr stream;
    Executor& loop;
    bool ended = false;
    std::list<Entry> entries{};
    std::shared_ptr<Remote> remote{};  ///< Shared with posts to `loop`; null: nothing is dumped.
  };

  using DumpedById = std::map<std::string, Dumped>;  // of the publication

  /// `answer` may be null; it is not called where this fails.
  Status Add(const origin::LiveStreamPtr& stream, DumpSpec spec,
             std::function<void(Status)> answer);
  const Dumped* Find(const origin::LiveStream& stream) const;
  Status Check(const origin::LiveStream& stream, const DumpSpec& spec,
               const DumpPlace& place) const;
  Status CheckFiles(const origin::LiveStream& stream, const DumpSpec& spec,
                    const DumpPlace& place) const;
  void Begin(Dumped& dumped, const stream::StreamRef& stream, Entry& entry);
  Dump::Listener ListenerFor(const std::string& id, uint64_t number);
  void ToEntry(const std::string& id, uint64_t number,
               const std::function<void(Dumped&, Entry&)>& act);
  static void OnOpened(Entry& entry, const Status& opened);
  static void OnEnding(const Dumped& dumped, Entry& entry, const std::optional<Error>& error);
  void OnDone(Dumped& dumped, Entry& entry, const Status& written);
  void OnRemoved(const std::string& id, uint64_t number);
  static void StopEntry(const Dumped& dumped, Entry& entry);
  void Tidy(DumpedById::iterator dumped);
  void CheckDrained();

  const Context context_;
  DumpedById dumped_;  // of publications that are over as well, until all is written
  uint64_t last_number_ = 0;
  bool draining_ = false;
  std::function<void()> drained_;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is posted.
};

}  // namespace weir::dump

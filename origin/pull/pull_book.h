#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "origin/apps/api_storage.h"
#include "origin/pull/runner.h"
#include "origin/pull/spec.h"
#include "service/origins.h"
#include "stream/stream_path.h"

namespace weir::pull {

/// The streams that the API has pulled. Persistent ones are kept in the storage once they have
/// worked, and go on in the next life of the program.
///
/// An application that ends takes its pulls along; kept ones begin again when it starts again, and
/// are forgotten when it is gone.
///
/// Thread: the control loop.
class PullBook final : public Runner::Observer {
 public:
  /// All that it refers to outlives it.
  struct Surroundings {
    Runner& runner;
    origin::ApiStorage& storage;
    std::string prefix;                                    ///< The storage's.
    std::function<bool(const stream::StreamPath&)> taken;  ///< There is such a stream.
    /// How an application's pulls are looked after. kNotFound: there is no such application;
    /// kUnsupported: it takes no OVT in.
    std::function<Result<service::OriginProperties>(const std::string& vhost,
                                                    const std::string& app)>
        properties;
  };

  using Done = std::function<void(Status)>;

  static constexpr size_t kPullsMax = 10'000;

  explicit PullBook(Surroundings surroundings) : in_(std::move(surroundings)) {}

  PullBook(const PullBook&) = delete;
  PullBook& operator=(const PullBook&) = delete;

  /// Takes in what the storage has, and begins it. Once the applications are known; again where it
  /// failed: until it worked nothing is kept, so persistent pulls are refused.
  void Load(Done done);

  /// `done` is called once, perhaps inside the call, when it works, or will not. kNotFound and
  /// kUnsupported as of the application, kConflict: the name is taken, kLimitExceeded,
  /// kRefused: it could not be kept; all else: no URL gives it.
  void Add(const Spec& spec, Done done);

  /// For good. kNotFound: there is none. Other errors: it goes on, since it could not be removed
  /// from the storage.
  void Remove(const stream::StreamPath& path, Done done);

  /// As Surroundings::properties.
  Result<service::OriginProperties> PropertiesOf(const std::string& vhost,
                                                 const std::string& app) const {
    return in_.properties(vhost, app);
  }

  /// Those that work, or did.
  std::vector<Spec> List() const;

  // As origin::AppListener has them.
  void OnAppEnding(const std::string& vhost, const std::string& app);
  void OnAppDeleted(const std::string& vhost, const std::string& app);
  void OnAppStarted(const std::string& vhost, const std::string& app);

  /// The program ends: what is kept stays so.
  void Close();

  // Runner::Observer
  void OnLive(uint64_t id) override;
  void OnOver(uint64_t id, const Error& reason) override;

 private:
  struct Entry {
    Spec spec;
    uint64_t id = 0;  ///< Of the runner; 0: it waits for its application.
    Done done{};      ///< Until it works.
    bool kept = false;
  };

  using Entries = std::map<stream::StreamPath, Entry>;

  std::string KeyOf(const stream::StreamPath& path) const { return in_.prefix + path.text(); }

  void TakeIn(const origin::ApiStorage::Record& record);
  void Begin(Entry& entry, const service::OriginProperties& properties, bool has_worked);
  void OnKept(uint64_t id, const stream::StreamPath& path, const Status& kept);
  void Stop(Entry& entry);
  void Erase(Entries::iterator entry, const Status& answer);
  void Unkeep(const stream::StreamPath& path);
  Entries::iterator Find(uint64_t id);

  const Surroundings in_;
  Entries pulls_;
  std::map<uint64_t, stream::StreamPath> running_;
  uint64_t last_id_ = 0;
  bool loaded_ = false;
  bool closed_ = false;
};

/// What begins the keys of one node's pulls, in a store that others may share.
std::string PullPrefix(std::string_view node);

}  // namespace weir::pull

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "service/origin_url.h"
#include "service/origins.h"
#include "stream/stream_path.h"

namespace weir::pull {

/// A stream that is to be pulled, as it was asked for.
struct Spec {
  stream::StreamPath path;                 ///< What it is called here.
  std::vector<service::OriginUrl> urls{};  ///< In order of preference; at least one, all "ovt".
  bool persistent = false;                 ///< Kept until it is ended by order.
  // Nothing: as the virtual host's <Origins><Properties> have it.
  std::optional<std::chrono::milliseconds> no_input_failover{};
  std::optional<std::chrono::milliseconds> unused_deletion{};
  std::optional<int64_t> retry_count{};
};

/// Reads {"name", "urls", "properties"}. kMalformed in OvenMediaEngine's words where there is one;
/// kUnsupported for URLs that are not ovt. Properties of a wrong type are as if they were not
/// there.
Result<Spec> ReadSpec(const nlohmann::json& body, const std::string& vhost, const std::string& app);

// As it is kept. Has the URLs' queries, which may be secrets.
nlohmann::json Keep(const Spec& spec);
Result<Spec> ReadKept(const nlohmann::json& kept);

/// How the stream is looked after.
struct Plan {
  std::vector<service::OriginUrl> urls;
  /// Without a frame for this long the next URL is tried.
  Clock::duration no_input_failover = std::chrono::seconds(3);
  /// A stream that nobody took for this long is ended.
  Clock::duration unused_deletion = std::chrono::seconds(60);
  /// How often all URLs are tried, without a frame from any, before it is given up.
  int64_t passes = 1;
  bool persistent = false;  ///< Once it worked neither holds.
  bool has_worked = false;  ///< In an earlier life.
};

/// Within bounds that make sense, whatever was asked for.
Plan PlanFor(const Spec& spec, const service::OriginProperties& properties);

}  // namespace weir::pull

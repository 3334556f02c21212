#include "daemon/settings.h"

#include <algorithm>
#include <thread>

namespace weir::daemon {
namespace {

constexpr int64_t kLoopsMax = 256;
constexpr int64_t kDrainSecondsMax = 86'400;

}  // namespace

Result<Settings> ReadSettings(const config::Node& server) {
  Settings settings;
  settings.loops = std::max<size_t>(1, std::thread::hardware_concurrency());
  const config::Node* weir = server.Child("Weir");
  if (weir == nullptr) return settings;
  const Result<int64_t> loops = weir->Integer("Loops", 0, 0, kLoopsMax);
  if (!loops) return tl::unexpected(loops.error());
  if (*loops > 0) settings.loops = static_cast<size_t>(*loops);
  const Result<int64_t> drain =
      weir->Integer("DrainSeconds", settings.drain.count(), 0, kDrainSecondsMax);
  if (!drain) return tl::unexpected(drain.error());
  settings.drain = std::chrono::seconds(*drain);
  return settings;
}

}  // namespace weir::daemon

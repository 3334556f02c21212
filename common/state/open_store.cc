#include "state/open_store.h"

#include <cmath>
#include <utility>

#include "crypto/random.h"
#include "state/embedded_store.h"
#include "state/redis_store.h"

namespace weir::state {
namespace {

/// Evenly spread over [0, 1).
double Random() {
  return std::ldexp(static_cast<double>(crypto::RandomU64() >> 11U), -53);
}

template <class T>
Result<std::unique_ptr<Store>> AsStore(Result<std::unique_ptr<T>> store) {
  if (!store) return tl::unexpected(std::move(store.error()));
  return std::unique_ptr<Store>(std::move(*store));
}

}  // namespace

Result<std::unique_ptr<Store>> OpenStore(const StoreOptions& options, net::EventLoop& loop) {
  if (options.redis) return AsStore(RedisStore::Open(loop, *options.redis, Random));
  return AsStore(EmbeddedStore::Open(loop, options.file));
}

}  // namespace weir::state

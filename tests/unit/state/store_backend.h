#pragma once

#include <memory>
#include <string>

#include "net/event_loop.h"
#include "redis_server.h"
#include "state/embedded_store.h"
#include "state/redis_store.h"
#include "support/temp_folder.h"

namespace weir::testing {

/// Something that stores can be opened on.
class StoreBackend {
 public:
  virtual ~StoreBackend() = default;

  /// Opens the store, which is to be destroyed before the next is opened.
  virtual std::unique_ptr<state::Store> Open(net::EventLoop& loop) = 0;
};

class EmbeddedBackend final : public StoreBackend {
 public:
  std::unique_ptr<state::Store> Open(net::EventLoop& loop) override {
    auto store = state::EmbeddedStore::Open(loop, folder_.File("state.db"));
    WEIR_CHECK(store.has_value());
    return std::move(*store);
  }

 private:
  TempFolder folder_;
};

class RedisBackend final : public StoreBackend {
 public:
  RedisBackend() { server_.Start(); }

  std::unique_ptr<state::Store> Open(net::EventLoop& loop) override {
    state::RedisOptions options;
    options.server = {.host = "127.0.0.1", .port = server_.port()};
    auto store = state::RedisStore::Open(loop, options, [] { return 0.5; });
    WEIR_CHECK(store.has_value());
    return std::move(*store);
  }

 private:
  RedisServer server_;
};

}  // namespace weir::testing

#pragma once

#include <memory>
#include <string>

#include "net/event_loop.h"
#include "state/embedded_store.h"
#include "temp_folder.h"

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

}  // namespace weir::testing

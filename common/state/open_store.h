#pragma once

#include <memory>

#include "base/result.h"
#include "net/event_loop.h"
#include "state/store.h"
#include "state/store_options.h"

namespace weir::state {

/// Makes the configured store, to live on `loop`. Call it before the loop runs, since an embedded
/// store reads its file at once; an Error is one to end the program with. Redis may be away: it is
/// looked for in the background.
Result<std::unique_ptr<Store>> OpenStore(const StoreOptions& options, net::EventLoop& loop);

}  // namespace weir::state

#pragma once

#include "origin/api/routes.h"
#include "origin/dump/dumps.h"
#include "origin/publish/live_streams.h"
#include "service/host_book.h"

namespace weir::dump {

/// Adds startHlsDump, stopHlsDump and hlsDumps, as OvenMediaEngine has them. All outlive the
/// routes.
void AddCalls(api::Routes& routes, Dumps& dumps, const origin::LiveStreams& live,
              const service::HostBook& book);

}  // namespace weir::dump

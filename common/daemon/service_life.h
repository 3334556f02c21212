#pragma once

#include <chrono>

#include "base/result.h"
#include "daemon/program.h"
#include "daemon/settings.h"

namespace weir::daemon {

/// Starts a configured program on its loops, waits for the signal to end, drains and stops it. An
/// Error is why it did not start. Takes over the process' signals meanwhile.
Status Serve(std::unique_ptr<Program> program, const Settings& settings,
             control::Readiness& readiness);

}  // namespace weir::daemon

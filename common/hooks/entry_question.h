#pragma once

#include <functional>

#include "base/result.h"
#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "hooks/stream_object.h"

namespace weir::hooks {

/// Whether a backend wants to be asked before somebody may do `method`.
bool WantsToBeAsked(const HookApp& app, const char* method);

/// Asks the backend whether somebody may publish (kPublishStream) or play (kPlayStream): by
/// `connect` first, then by `method`, as far as the application calls them. Only 200 lets in:
/// kRefused with the reason, for the log, else.
///
/// `answer` is called once, from a later turn unless there is nothing to ask. The arguments but
/// `stream` outlive that.
void AskToEnter(HookCaller& caller, const HookApp& app, const char* method,
                const StreamObject& stream, std::function<void(const Status&)> answer);

}  // namespace weir::hooks

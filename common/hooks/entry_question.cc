#include "hooks/entry_question.h"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace weir::hooks {
namespace {

Status Verdict(const char* method, const Result<int>& status) {
  if (status && *status == 200) return {};
  return Fail(ErrorCode::kRefused, fmt::format("{} was answered {}", method,
                                               status ? std::to_string(*status)
                                                      : "not at all: " + status.error().detail));
}

void Ask(HookCaller& caller, const HookApp& app, const char* method, const StreamObject& stream,
         std::function<void(const Status&)> answer) {
  if (!app.Calls(method)) return answer({});
  caller.Call(app, method, ToJson(stream),
              [method, answer = std::move(answer)](const Result<int>& status) {
                answer(Verdict(method, status));
              });
}

}  // namespace

bool WantsToBeAsked(const HookApp& app, const char* method) {
  return app.Calls(kConnect) || app.Calls(method);
}

void AskToEnter(HookCaller& caller, const HookApp& app, const char* method,
                const StreamObject& stream, std::function<void(const Status&)> answer) {
  Ask(caller, app, kConnect, stream,
      [&caller, &app, method, stream, answer = std::move(answer)](const Status& connected) {
        if (!connected) return answer(connected);
        Ask(caller, app, method, stream, answer);
      });
}

}  // namespace weir::hooks

#include "http/router.h"

#include <utility>

#include "http/text_response.h"

namespace weir::http {

void Router::AddExact(std::string path, Handler& handler) {
  exact_.insert_or_assign(std::move(path), &handler);
}

void Router::AddPrefix(std::string prefix, Handler& handler) {
  prefixes_.insert_or_assign(std::move(prefix), &handler);
}

void Router::AddExact(std::string path, FunctionHandler::Function function) {
  AddExact(std::move(path), Own(std::move(function)));
}

void Router::AddPrefix(std::string prefix, FunctionHandler::Function function) {
  AddPrefix(std::move(prefix), Own(std::move(function)));
}

Handler& Router::Own(FunctionHandler::Function function) {
  return *owned_.emplace_back(std::make_unique<FunctionHandler>(std::move(function)));
}

Handler* Router::Find(std::string_view path) const {
  if (const auto exact = exact_.find(path); exact != exact_.end()) return exact->second;
  // Backwards from the path's own place: of the prefixes that match, the longest sorts last.
  for (auto prefix = prefixes_.upper_bound(path); prefix != prefixes_.begin();) {
    --prefix;
    if (path.starts_with(prefix->first)) return prefix->second;
  }
  return fallback_;
}

void Router::OnRequest(Request request, std::unique_ptr<Responder> responder) {
  Handler* const handler = Find(request.path());
  if (handler == nullptr) {
    return responder->Respond(TextResponse(404, "there is nothing at this address"));
  }
  handler->OnRequest(std::move(request), std::move(responder));
}

}  // namespace weir::http

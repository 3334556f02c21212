#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "http/message.h"

namespace weir::control {

/// Asks a handler that answers at once.
inline http::Response Ask(http::Handler& handler, std::string method, std::string target) {
  class Keeper final : public http::Responder {
   public:
    explicit Keeper(http::Response& kept) : kept_(kept) {}

    void Respond(http::Response response) override { kept_ = std::move(response); }

    void OnGone(std::function<void()> /*gone*/) override {}

   private:
    http::Response& kept_;
  };

  http::Response kept{.status = 0, .fields = {}, .body = {}};
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  handler.OnRequest(std::move(request), std::make_unique<Keeper>(kept));
  return kept;
}

}  // namespace weir::control

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace weir::http {

/// A handler that is a function.
class FunctionHandler final : public Handler {
 public:
  using Function = std::function<void(Request, std::unique_ptr<Responder>)>;

  explicit FunctionHandler(Function function) : function_(std::move(function)) {}

  void OnRequest(Request request, std::unique_ptr<Responder> responder) override {
    function_(std::move(request), std::move(responder));
  }

 private:
  Function function_;
};

/// Hands each request to the handler its path names: an exact path first, then the longest prefix,
/// then the fallback; 404 when there is none of these. Paths are compared as sent, not decoded.
class Router final : public Handler {
 public:
  // The handlers outlive the router. A path added twice keeps the later handler.
  void AddExact(std::string path, Handler& handler);     ///< "/healthz"
  void AddPrefix(std::string prefix, Handler& handler);  ///< "/v1/", with everything below it

  void SetFallback(Handler& handler) { fallback_ = &handler; }

  // The same for functions, which the router owns.
  void AddExact(std::string path, FunctionHandler::Function function);
  void AddPrefix(std::string prefix, FunctionHandler::Function function);

  void OnRequest(Request request, std::unique_ptr<Responder> responder) override;

 private:
  Handler* Find(std::string_view path) const;
  Handler& Own(FunctionHandler::Function function);

  std::map<std::string, Handler*, std::less<>> exact_;
  std::map<std::string, Handler*, std::less<>> prefixes_;
  Handler* fallback_ = nullptr;
  std::vector<std::unique_ptr<Handler>> owned_;
};

}  // namespace weir::http

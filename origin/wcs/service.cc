#include "origin/wcs/service.h"

#include <utility>

namespace weir::wcs {

/// The viewers of all edges that are connected.
class Service::EdgeViewers final : public Viewers {
 public:
  explicit EdgeViewers(net::EventLoop& control) : control_(control) {}

  void Set(relay::ViewerSurvey* edges) { edges_ = edges; }

  void Find(const relay::ViewerChoice& choice, size_t limit,
            relay::ViewerAsker::Found found) override {
    if (edges_ == nullptr) return found({});
    edges_->Find(choice, limit, control_, std::move(found));
  }

  void End(const relay::ViewerChoice& choice, const std::string& info,
           relay::ViewerAsker::Ended ended) override {
    if (edges_ == nullptr) return ended(0);
    edges_->End(choice, info, control_, std::move(ended));
  }

 private:
  net::EventLoop& control_;
  relay::ViewerSurvey* edges_ = nullptr;
};

Service::Service(const hooks::WcsOptions& options, const Surroundings& surroundings)
    : options_(options),
      viewers_(std::make_unique<EdgeViewers>(surroundings.loops.at(0))),
      desk_(book_, *viewers_) {
  net::LoopGroup& loops = surroundings.loops;
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    callers_.push_back(
        std::make_unique<hooks::HookCaller>(loops.at(loop), options, surroundings.tls));
    gates_.push_back(std::make_unique<PublisherGate>(
        PublisherGate::Surroundings{.loop = loops.at(loop),
                                    .control = loops.at(0),
                                    .book = book_,
                                    .options = options,
                                    .caller = *callers_.back(),
                                    .vhost_of = surroundings.vhost_of},
        surroundings.gate(loop)));
  }
  hooks_ = std::make_unique<hooks::StreamHooks>(loops.at(0), options, *callers_.front(), book_);
  book_.Tell(*hooks_, desk_);
}

Service::~Service() = default;

uint64_t Service::Refused() const {
  uint64_t sum = 0;
  for (const auto& gate : gates_)
    sum += gate->refused();
  return sum;
}

void Service::SetEdges(relay::ViewerSurvey* edges) {
  viewers_->Set(edges);
}

void Service::AddTo(api::Routes& routes, Pushes* pushes, Pulls* pulls) {
  methods_ = std::make_unique<RestMethods>(desk_, pushes, pulls);
  for (const RestMethods::Method& method : methods_->list()) {
    const auto handler = [&method](const api::Call& call, const api::Reply& reply) {
      method.call(call.body, [reply](RestMethods::Answer answer) {
        reply(api::Answer::Bare(answer.status, std::move(answer.body)));
      });
    };
    api::Route route{.method = "POST",
                     .pattern = "/rest-api" + method.path,
                     .summary = method.summary,
                     .body = method.body,
                     .checked = false,
                     .bad = {400, 404, 409, 500, 501},
                     .tags = {"wcs"},
                     .optional_body = true,
                     .open = !options_.auth};
    routes.Add(route, handler);
    if (method.has_body) continue;
    route.method = "GET";
    routes.Add(std::move(route), handler);
  }
}

}  // namespace weir::wcs

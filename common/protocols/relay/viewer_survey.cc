#include "protocols/relay/viewer_survey.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "net/timer.h"

namespace weir::relay {
namespace {

/// A session as ViewerAsker sees it.
class SessionEdge final : public ViewerAsker::Edge {
 public:
  explicit SessionEdge(ServerSession& session) : session_(session) {}

  void Send(const FindViewers& message) override { session_.Send(message); }

  void Send(const EndViewers& message) override { session_.Send(message); }

 private:
  ServerSession& session_;
};

/// What the loops have answered so far: touched on the asking loop alone.
struct Gathering {
  size_t loops_left = 0;
  size_t limit = 0;
  FoundViewers viewers{};
  int64_t count = 0;
  ViewerAsker::Found found{};
  ViewerAsker::Ended ended{};

  void Take(FoundViewers more) {
    const size_t room = limit - viewers.viewers.size();
    if (more.viewers.size() > room) {
      more.viewers.resize(room);
      more.complete = false;
    }
    std::ranges::move(more.viewers, std::back_inserter(viewers.viewers));
    viewers.complete = viewers.complete && more.complete;
    if (--loops_left == 0) found(std::move(viewers));
  }

  void Take(int64_t more) {
    count += more;
    if (--loops_left == 0) ended(count);
  }
};

}  // namespace

class ViewerSurvey::LoopPart final : public Part {
 public:
  explicit LoopPart(net::EventLoop& loop) : loop_(loop), timer_(loop, [this] { OnTimer(); }) {}

  void OnEdgeOpened(ServerSession& session) override {
    if (!session.knows_viewers()) return;
    const auto& edge = edges_[&session] = std::make_unique<SessionEdge>(session);
    asker_.OnEdgeOpened(*edge);
  }

  void OnEdgeClosed(ServerSession& session) override {
    const auto node = edges_.extract(&session);
    if (!node.empty()) asker_.OnEdgeClosed(*node.mapped());
  }

  void OnViewers(ServerSession& session, ViewersPage page) override {
    const auto edge = edges_.find(&session);
    if (edge != edges_.end()) asker_.OnPage(*edge->second, std::move(page));
  }

  void OnViewersEnded(ServerSession& session, const ViewersEnded& answer) override {
    const auto edge = edges_.find(&session);
    if (edge != edges_.end()) asker_.OnEnded(*edge->second, answer);
  }

  void Find(const ViewerChoice& choice, size_t limit, ViewerAsker::Found found) {
    asker_.Find(choice, limit, loop_.now() + kPatience, std::move(found));
    Arm();
  }

  void End(const ViewerChoice& choice, const std::string& reason, ViewerAsker::Ended ended) {
    asker_.End(choice, reason, loop_.now() + kPatience, std::move(ended));
    Arm();
  }

 private:
  void OnTimer() {
    asker_.OnDeadline(loop_.now());
    Arm();
  }

  void Arm() {
    if (const auto next = asker_.NextDeadline()) timer_.StartAt(*next);
  }

  net::EventLoop& loop_;
  ViewerAsker asker_;
  std::map<ServerSession*, std::unique_ptr<SessionEdge>> edges_;
  net::Timer timer_;
};

ViewerSurvey::ViewerSurvey(net::LoopGroup& loops) : loops_(loops) {
  for (size_t i = 0; i < loops.size(); ++i)
    parts_.push_back(std::make_unique<LoopPart>(loops.at(i)));
}

ViewerSurvey::~ViewerSurvey() = default;

ViewerSurvey::Part& ViewerSurvey::part(size_t loop) {
  return *parts_.at(loop);
}

void ViewerSurvey::Find(const ViewerChoice& choice, size_t limit, net::EventLoop& home,
                        ViewerAsker::Found found) {
  auto gathering = std::make_shared<Gathering>(
      Gathering{.loops_left = parts_.size(), .limit = limit, .found = std::move(found)});
  for (size_t i = 0; i < parts_.size(); ++i) {
    loops_.at(i).Post([part = parts_[i].get(), choice, limit, &home, gathering] {
      part->Find(choice, limit, [&home, gathering](FoundViewers viewers) {
        home.Post([gathering, viewers = std::move(viewers)] { gathering->Take(viewers); });
      });
    });
  }
}

void ViewerSurvey::End(const ViewerChoice& choice, const std::string& reason, net::EventLoop& home,
                       ViewerAsker::Ended ended) {
  auto gathering = std::make_shared<Gathering>(
      Gathering{.loops_left = parts_.size(), .ended = std::move(ended)});
  for (size_t i = 0; i < parts_.size(); ++i) {
    loops_.at(i).Post([part = parts_[i].get(), choice, reason, &home, gathering] {
      part->End(choice, reason, [&home, gathering](int64_t count) {
        home.Post([gathering, count] { gathering->Take(count); });
      });
    });
  }
}

}  // namespace weir::relay

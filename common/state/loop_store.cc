#include "state/loop_store.h"

#include <deque>
#include <utility>

#include "base/guarded.h"

namespace weir::state {
namespace {

constexpr size_t kChangesMax = 4096;

/// Carries what one watch is told from one loop to the other.
class Relay final : public Watcher, public std::enable_shared_from_this<Relay> {
 public:
  Relay(Executor& here, Watcher& watcher) : here_(here), watcher_(&watcher) {}

  // Watcher: at home.
  void OnScanNeeded() override {
    Add([](Mail& mail) {
      mail.changes.clear();
      mail.scan = true;
    });
  }

  void OnChanged(const Change& change) override {
    Add([&](Mail& mail) {
      if (mail.changes.size() < kChangesMax) return mail.changes.push_back(change);
      mail.changes.clear();
      mail.scan = true;
    });
  }

  /// Here: the watcher is told no more.
  void Silence() { watcher_ = nullptr; }

  /// At home: the watch that tells this; it ends at home too.
  std::unique_ptr<Watch> watch;

 private:
  struct Mail {
    bool posted = false;
    bool scan = false;  ///< To be told before the changes.
    std::deque<Change> changes;
  };

  template <class Put>
  void Add(Put put) {
    const bool first = mail_.With([&](Mail& mail) {
      put(mail);
      return !std::exchange(mail.posted, true);
    });
    if (first) here_.Post([self = shared_from_this()] { self->Deliver(); });
  }

  void Deliver() {
    const Mail mail = mail_.With([](Mail& waiting) { return std::exchange(waiting, {}); });
    if (mail.scan && watcher_ != nullptr) watcher_->OnScanNeeded();
    for (const Change& change : mail.changes) {
      if (watcher_ == nullptr) return;
      watcher_->OnChanged(change);
    }
  }

  Executor& here_;
  Watcher* watcher_;  // Here.
  Guarded<Mail> mail_;
};

class RelayedWatch final : public Watch {
 public:
  RelayedWatch(Executor& home, std::shared_ptr<Relay> relay)
      : home_(home), relay_(std::move(relay)) {}

  ~RelayedWatch() override {
    relay_->Silence();
    home_.Post([relay = std::move(relay_)] { relay->watch.reset(); });
  }

  RelayedWatch(const RelayedWatch&) = delete;
  RelayedWatch& operator=(const RelayedWatch&) = delete;

 private:
  Executor& home_;
  std::shared_ptr<Relay> relay_;
};

}  // namespace

LoopStore::LoopStore(Store& store, Executor& home, Executor& here)
    : store_(store), home_(home), here_(here), alive_(std::make_shared<const bool>(true)) {}

void LoopStore::Call(Request request, Clock::duration patience, Answer<Reply> answer) {
  Answer<Reply> answer_here = [&here = here_, alive = std::weak_ptr<const bool>(alive_),
                               answer = std::move(answer)](Result<Reply> reply) {
    here.Post([alive, answer, reply = std::move(reply)]() mutable {
      if (!alive.expired()) answer(std::move(reply));
    });
  };
  home_.Post([&store = store_, request = std::move(request), patience,
              answer = std::move(answer_here)]() mutable {
    store.Call(std::move(request), patience, std::move(answer));
  });
}

std::unique_ptr<Watch> LoopStore::StartWatch(std::string prefix, Watcher& watcher) {
  auto relay = std::make_shared<Relay>(here_, watcher);
  home_.Post([&store = store_, relay, prefix = std::move(prefix)]() mutable {
    relay->watch = store.StartWatch(std::move(prefix), *relay);
  });
  return std::make_unique<RelayedWatch>(home_, std::move(relay));
}

}  // namespace weir::state

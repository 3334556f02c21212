#include "edge/serve/access_log.h"

#include <functional>
#include <utility>

#include "http/conditional.h"
#include "http/date.h"
#include "http/status.h"

namespace weir::edge {
namespace {

constexpr Clock::duration kGatherTime = std::chrono::milliseconds(200);
constexpr size_t kGatherBytes = size_t{64} << 10;

constexpr int kDropped = 500;
constexpr int kRequesterLeft = 499;  // as nginx has it

/// What of an answer is logged, in the form in which it will leave.
void Note(const http::Conditions& conditions, const http::Response& response,
          http::AccessEntry& entry) {
  http::Response sent{.status = response.status,
                      .fields = {{"ETag", std::string(response.Field("ETag"))}},
                      .body = response.body,
                      .ranges = response.ranges};
  http::ApplyConditions(conditions, sent);
  const bool bodyless = conditions.head || http::IsBodyless(sent.status);
  entry.status = sent.status;
  entry.body_bytes = bodyless ? 0 : sent.body.size();
}

}  // namespace

class AccessLog::Follower final : public http::Responder {
 public:
  Follower(AccessLog& log, const http::Request& request, std::unique_ptr<http::Responder> inner)
      : log_(log),
        began_(log.loop_.now()),
        conditions_(http::ConditionsOf(request)),
        entry_(http::AccessEntryOf(request)),
        inner_(std::move(inner)) {
    inner_->OnGone([this] {
      Tell(kRequesterLeft);
      // Last, since this may go in it.
      if (const auto gone = std::exchange(gone_, nullptr)) gone();
    });
  }

  ~Follower() override { Tell(kDropped); }

  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void Respond(http::Response response) override {
    Note(conditions_, response, entry_);
    Tell(entry_.status);
    inner_->Respond(std::move(response));
  }

  void OnGone(std::function<void()> gone) override { gone_ = std::move(gone); }

 private:
  void Tell(int status) {
    if (std::exchange(told_, true)) return;
    entry_.status = status;
    entry_.took = log_.loop_.now() - began_;
    log_.Tell(entry_);
  }

  AccessLog& log_;
  const Clock::time_point began_;
  const http::Conditions conditions_;
  http::AccessEntry entry_;
  bool told_ = false;
  std::function<void()> gone_;
  const std::unique_ptr<http::Responder> inner_;
};

AccessLog::AccessLog(net::EventLoop& loop, LineFile* file)
    : loop_(loop), file_(file), timer_(loop, [this] { HandOver(); }) {}

AccessLog::~AccessLog() {
  HandOver();
}

std::unique_ptr<http::Responder> AccessLog::Follow(const http::Request& request,
                                                   std::unique_ptr<http::Responder> responder) {
  if (file_ == nullptr) return responder;
  return std::make_unique<Follower>(*this, request, std::move(responder));
}

void AccessLog::Tell(const http::AccessEntry& entry) {
  if (lines_.empty()) timer_.Start(kGatherTime);
  writer_.Append(entry, http::SystemUtc(), lines_);
  if (lines_.size() >= kGatherBytes) HandOver();
}

void AccessLog::HandOver() {
  timer_.Stop();
  if (lines_.empty()) return;
  file_->Write(lines_);
  lines_.clear();
}

}  // namespace weir::edge

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/load/commands.h"
#include "bench/load/delays.h"
#include "bench/load/file_limit.h"
#include "bench/load/http_client.h"
#include "bench/load/playlist.h"
#include "bench/load/settings.h"
#include "bench/load/shelf.h"
#include "net/timer.h"

namespace weir::load {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTick{10};
constexpr size_t kConnectAtOnce = 50;  // per tick

class Crowd;

/// One connection, and what it last asked for.
class Waiter final : HttpClient::Owner {
 public:
  Waiter(Crowd& crowd, net::EventLoop& loop, const Address& server)
      : crowd_(crowd), client_(loop, server, "gzip", *this) {}

  ~Waiter() override = default;

  void Ask(std::string_view target) {
    body_.clear();
    client_.Get(target);
  }

 private:
  void OnBody(const AnswerHead& head, std::span<const uint8_t> piece) override;
  void OnAnswer(const AnswerHead& head) override;
  void OnNoAnswer(const Error& reason) override;

  Crowd& crowd_;
  std::vector<uint8_t> body_;  // of the first connection only: the others get the same
  HttpClient client_;
};

/// All the connections, and what they do together: connect, then round after round ask for a
/// playlist that is a segment away and wait for it.
class Crowd {
 public:
  Crowd(net::EventLoop& loop, const Settings& settings)
      : loop_(loop),
        server_(GetAddress(settings, "to")),
        folder_("/" + Get(settings, "stream") + "/"),
        count_(static_cast<size_t>(GetNumber(settings, "connections"))),
        rounds_(GetNumber(settings, "rounds")),
        frame_(GetNumber(settings, "frame-us")),
        timer_(loop, [this] { Connect(); }) {
    timer_.Start(kTick);
  }

  bool IsFirst(const Waiter& waiter) const { return waiters_.front().get() == &waiter; }

  void OnAnswer(const AnswerHead& head, const std::vector<uint8_t>& body) {
    if (head.status != 200) return OnFault(fmt::format("status {}", head.status));
    if (stage_ == Stage::kParked) arrivals_.push_back(UtcNow());
    if (!body.empty()) text_ = head.gzip ? Unpacked(body) : std::string(body.begin(), body.end());
    if (++answered_ < asked_) return;
    answered_ = 0;
    GoOn();
  }

  void OnFault(std::string_view what) {
    fmt::print(stderr, "parked: {}\n", what);
    std::exit(1);  // a measurement with one missing measures something else
  }

 private:
  enum class Stage { kConnecting, kChunklist, kEdge, kParked };

  void Connect() {
    for (size_t i = 0; i < kConnectAtOnce && waiters_.size() < count_; ++i) {
      waiters_.push_back(std::make_unique<Waiter>(*this, loop_, server_));
      asked_ = count_;
      waiters_.back()->Ask(folder_ + "llhls.m3u8");
    }
    if (waiters_.size() < count_) timer_.Start(kTick);
  }

  /// All that was asked for has come.
  void GoOn() {
    switch (stage_) {
      case Stage::kConnecting:
        Say("connected");
        chunklist_ = folder_ + ReadMultivariant(text_).at(0);
        return AskOne(Stage::kChunklist, chunklist_);
      case Stage::kChunklist:  // to the beginning of a segment
        return AskOne(Stage::kEdge, Reload(ReadPlaylist(text_).next_number + 1));
      case Stage::kEdge:
        return Park();
      case Stage::kParked:
        return EndRound();
    }
  }

  void AskOne(Stage stage, const std::string& target) {
    stage_ = stage;
    asked_ = 1;
    waiters_.front()->Ask(target);
  }

  std::string Reload(int64_t number) const {
    return fmt::format("{}?_HLS_msn={}&_HLS_part=0", chunklist_, number);
  }

  void Park() {
    stage_ = Stage::kParked;
    waited_for_ = ReadPlaylist(text_).next_number + 1;
    asked_ = count_;
    arrivals_.clear();
    arrivals_.reserve(count_);
    for (const auto& waiter : waiters_)
      waiter->Ask(Reload(waited_for_));
    Say("parked");
  }

  void EndRound() {
    const Playlist playlist = ReadPlaylist(text_);
    const auto part =
        std::find_if(playlist.parts.begin(), playlist.parts.end(), [this](const auto& p) {
          return p.place == Place{waited_for_, 0};
        });
    if (part == playlist.parts.end()) return OnFault("an old playlist");
    std::vector<float> delays;
    for (const UtcTime arrival : arrivals_)
      delays.push_back(
          std::chrono::duration<float, std::milli>(arrival - (part->end - frame_)).count());
    Say(fmt::format(
        "result {}",
        nlohmann::json{{"answers", delays.size()}, {"delay_ms", Summary(delays)}}.dump()));
    if (--rounds_ == 0) return loop_.Stop();
    AskOne(Stage::kChunklist, chunklist_);
  }

  static void Say(std::string_view text) {
    fmt::print("{}\n", text);
    (void)std::fflush(stdout);
  }

  net::EventLoop& loop_;
  const Address server_;
  const std::string folder_;
  const size_t count_;
  int rounds_;
  const std::chrono::microseconds frame_;
  Stage stage_ = Stage::kConnecting;
  size_t asked_ = 0;
  size_t answered_ = 0;
  std::string text_;  // the last playlist
  std::string chunklist_;
  int64_t waited_for_ = 0;
  std::vector<UtcTime> arrivals_;
  std::vector<std::unique_ptr<Waiter>> waiters_;
  net::Timer timer_;
};

void Waiter::OnBody(const AnswerHead& /*head*/, std::span<const uint8_t> piece) {
  if (crowd_.IsFirst(*this)) body_.insert(body_.end(), piece.begin(), piece.end());
}

void Waiter::OnAnswer(const AnswerHead& head) {
  crowd_.OnAnswer(head, body_);
}

void Waiter::OnNoAnswer(const Error& reason) {
  crowd_.OnFault(reason.detail);
}

}  // namespace

int RunParked(const Settings& settings) {
  RaiseFileLimit();
  net::EventLoop loop;
  const Crowd crowd(loop, settings);
  loop.Run();
  return 0;
}

}  // namespace weir::load

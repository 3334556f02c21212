// Any bytes to an HTTP/2 server, in pieces, with answers at once, later and never, a client that
// takes what is written at times, and time that passes. The first byte says how; where its highest
// bit is set, the opening of a connection goes in front of the others.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "http/server_session.h"

namespace {

using namespace weir;  // NOLINT(google-build-using-namespace): a program of one file

constexpr size_t kFrameHead = 9;

/// Looks at the frames that the server writes.
class FrameOutput final : public net::ByteOutput {
 public:
  void Write(SharedBytes bytes) override {
    unsent_ += bytes.size();
    rest_ += bytes.text();
    while (rest_.size() >= kFrameHead) {
      const auto at = [this](size_t i) {
        return static_cast<size_t>(static_cast<uint8_t>(rest_[i]));
      };
      const size_t size = at(0) << 16 | at(1) << 8 | at(2);
      if (size > 16'384 || at(3) > 9) std::abort();
      if (rest_.size() < kFrameHead + size) return;
      rest_.erase(0, kFrameHead + size);
    }
  }

  size_t unsent_bytes() const override { return unsent_; }

  void Finish(Error /*reason*/) override { finished_ = true; }

  bool finished() const { return finished_; }

  bool cut() const { return !rest_.empty(); }

  void Drain() { unsent_ = 0; }

 private:
  std::string rest_;
  size_t unsent_ = 0;
  bool finished_ = false;
};

/// Answers one in two at once, the others when told to, by some never.
class SlowHandler final : public http::Handler {
 public:
  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override {
    if (request.target.empty() || request.fields.size() > 8) std::abort();
    responder->OnGone([this] { ++gone_; });
    waiting_.push_back({std::move(responder), request.target.size() * 10'000});
    if (++asked_ % 2 == 0) AnswerLast();
  }

  void AnswerLast() {
    if (waiting_.empty()) return;
    auto [responder, size] = std::move(waiting_.back());
    waiting_.pop_back();
    if (size % 30'000 == 0) return;  // dropped
    responder->Respond({.fields = {{"ETag", "\"a\""}, {"X", "\r\n"}},
                        .body = SharedBytes(std::string(size, 'b')),
                        .ranges = true});
  }

 private:
  std::vector<std::pair<std::unique_ptr<http::Responder>, size_t>> waiting_;
  size_t asked_ = 0;
  size_t gone_ = 0;
};

void Talk(std::span<const uint8_t> bytes, uint8_t how) {
  SlowHandler handler;
  FrameOutput output;
  const http::ServerLimits limits{
      .head_bytes = 512, .fields = 8, .target_bytes = 64, .body_bytes = 256, .streams = 8};
  Clock::time_point now{std::chrono::hours(1)};
  auto session = http::MakeServerFactory(handler, limits, [] { return UtcTime(); })(
      output, {.address = "fuzz", .secure = true, .alpn = "h2"}, now);
  const size_t piece = how % 8 == 0 ? SIZE_MAX : size_t{1} << (how % 8);
  while (!bytes.empty() && !output.finished()) {
    const auto taken = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(taken.size());
    if (!session->OnBytes(taken, now)) break;
    if ((how & 0x08) != 0) handler.AnswerLast();
    if ((how & 0x10) != 0) {
      output.Drain();
      if (!session->OnWritable(now)) break;
    }
    if ((how & 0x20) == 0) continue;
    now += std::chrono::milliseconds(10);
    const auto due = session->NextDeadline();
    if (!due) std::abort();
    if (*due <= now && !session->OnDeadline(now)) break;
  }
  for (int i = 0; i < 8 && !output.finished(); ++i) {
    now = std::max(now, session->NextDeadline().value_or(now));
    if (!session->OnDeadline(now)) break;
  }
  if (output.cut()) std::abort();
  session.reset();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool quiet = [] {
    log::Configure(log::Level::kError, log::Format::kText);
    return true;
  }();
  if (!quiet || size < 1 || size > 64 * 1024) return 0;
  constexpr std::string_view kOpening("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  std::vector<uint8_t> bytes;
  if ((data[0] & 0x80) != 0) bytes.assign(kOpening.begin(), kOpening.end());
  bytes.insert(bytes.end(), data + 1, data + size);
  Talk(bytes, data[0]);
  return 0;
}

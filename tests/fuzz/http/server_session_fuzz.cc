// Any bytes to an HTTP/1.1 server, whole and cut: the answers are the same, and whatever is
// answered is well begun.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "http/server_session.h"

namespace {

using namespace weir;  // NOLINT(google-build-using-namespace): a program of one file

constexpr Clock::time_point kNow{std::chrono::hours(1)};

class TextOutput final : public net::ByteOutput {
 public:
  void Write(SharedBytes bytes) override { writes.emplace_back(bytes.text()); }

  size_t unsent_bytes() const override { return 0; }

  void Finish(Error /*reason*/) override { std::abort(); }

  /// What was written, with the words of a refusal left out.
  std::string Text() const {
    std::string text;
    for (size_t i = 0; i < writes.size(); ++i) {
      const std::string& write = writes[i];
      const bool error = write.starts_with("HTTP/1.1 4") || write.starts_with("HTTP/1.1 5");
      if (error && i + 2 == writes.size() && write.ends_with("close\r\n\r\n")) {
        return text + "refused";
      }
      text += write;
    }
    return text;
  }

  std::vector<std::string> writes;
};

/// Answers with what it was asked.
class EchoHandler final : public http::Handler {
 public:
  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override {
    std::string body = request.method + " " + request.host + " " + request.target + "\n";
    for (const auto& [name, value] : request.fields)
      body += name + "=" + value + "\n";
    body += request.body;
    responder->Respond({.fields = {{"ETag", "\"a\""}, {"X-Path", std::string(request.path())}},
                        .body = SharedBytes(std::move(body)),
                        .ranges = true});
  }
};

/// A client that sends its body at once is not told to go on with it, so this depends on the cut.
void EraseContinue(std::string& text) {
  const std::string told = "HTTP/1.1 100 Continue\r\n\r\n";
  for (size_t at = text.find(told); at != std::string::npos; at = text.find(told))
    text.erase(at, told.size());
}

std::string AnswersTo(std::span<const uint8_t> bytes, size_t piece) {
  EchoHandler handler;
  TextOutput output;
  const http::ServerLimits limits{
      .head_bytes = 512, .fields = 8, .target_bytes = 64, .body_bytes = 256};
  const auto session = http::MakeServerFactory(handler, limits, [] { return UtcTime(); })(
      output, {.address = "fuzz"}, kNow);
  while (!bytes.empty()) {
    const auto taken = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(taken.size());
    if (!session->OnBytes(taken, kNow)) break;
  }
  if (session->NextDeadline() && *session->NextDeadline() < kNow) std::abort();
  return output.Text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool quiet = [] {
    log::Configure(log::Level::kError, log::Format::kText);
    return true;
  }();
  if (!quiet || size > 64 * 1024) return 0;
  std::string whole = AnswersTo({data, size}, std::max<size_t>(size, 1));
  if (!whole.empty() && whole != "refused" && !whole.starts_with("HTTP/1.1 ")) std::abort();
  const size_t piece = size == 0 ? 1 : data[0] % 7 + 1;
  std::string cut = AnswersTo({data, size}, piece);
  EraseContinue(whole);
  EraseContinue(cut);
  if (cut != whole) std::abort();
  return 0;
}

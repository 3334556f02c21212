#include "protocols/srt/caller_options.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"
#include "http/query.h"
#include "net/endpoint_url.h"

namespace weir::srt {
namespace {

using Milliseconds = CallerOptions::Milliseconds;

constexpr size_t kPassphraseMin = 10;
constexpr size_t kPassphraseMax = 79;
constexpr size_t kStreamIdMax = 512;
constexpr int64_t kTsPacket = 188;
constexpr int64_t kPayloadMax = 1'456;
constexpr int64_t kMicroseconds = 1'000;  // in a millisecond
constexpr int64_t kLatencyMax = 60'000;
constexpr int64_t kTimeoutMin = 100;
constexpr int64_t kTimeoutMax = 60'000;
constexpr int64_t kOverheadMin = 5;
constexpr int64_t kOverheadMax = 100;

/// Reads parameters one after another; the first that is wrong is the error.
class Parameters {
 public:
  explicit Parameters(std::string_view query) : query_(query) {}

  std::optional<std::string_view> Text(std::string_view name) const { return query_.Get(name); }

  /// A number from `least` to `most`, in units of which `divisor` make one of the result.
  std::optional<int64_t> Number(std::string_view name, int64_t least, int64_t most,
                                int64_t divisor = 1) {
    const auto text = query_.Get(name);
    if (!text || text->empty()) return std::nullopt;
    const auto number = ReadNumber<int64_t>(*text);
    if (number && *number >= 0 && *number / divisor >= least && *number / divisor <= most)
      return *number / divisor;
    if (fault_.empty()) fault_ = fmt::format("'{}' is out of range", name);
    return std::nullopt;
  }

  const std::string& fault() const { return fault_; }

 private:
  http::Query query_;
  std::string fault_;
};

void ReadTimes(Parameters& parameters, CallerOptions& options) {
  // Negative numbers stand for the usual.
  const auto latency = [&](std::string_view name) -> std::optional<Milliseconds> {
    const auto read = parameters.Number(name, 0, kLatencyMax, kMicroseconds);
    return read ? std::optional(Milliseconds(*read)) : std::nullopt;
  };
  const auto both = latency("latency");
  const auto receive = latency("rcvlatency");
  const auto peer = latency("peerlatency");
  options.receive_latency = receive ? receive : both;
  options.peer_latency = peer ? peer : both;
  const auto within = [](int64_t timeout) {
    return Milliseconds(std::clamp(timeout, kTimeoutMin, kTimeoutMax));
  };
  constexpr int64_t kAny = std::numeric_limits<int64_t>::max();
  if (const auto timeout = parameters.Number("timeout", 0, kAny, kMicroseconds))
    options.connect_timeout = within(*timeout);
  if (const auto timeout = parameters.Number("connect_timeout", 0, kAny))
    options.connect_timeout = within(*timeout);
}

Status ReadSecrets(Parameters& parameters, CallerOptions& options) {
  options.passphrase = parameters.Text("passphrase").value_or("");
  const size_t size = options.passphrase.size();
  if (size != 0 && (size < kPassphraseMin || size > kPassphraseMax))
    return Fail(ErrorCode::kMalformed, "the passphrase must have 10 to 79 characters");
  options.key_length = static_cast<int>(parameters.Number("pbkeylen", 0, 32).value_or(0));
  if (options.key_length % 8 != 0 || options.key_length == 8)
    return Fail(ErrorCode::kMalformed, "'pbkeylen' must be 16, 24 or 32");
  options.stream_id =
      parameters.Text("streamid").value_or(parameters.Text("srt_streamid").value_or(""));
  if (options.stream_id.size() > kStreamIdMax)
    return Fail(ErrorCode::kMalformed, "'streamid' is longer than 512 characters");
  return {};
}

}  // namespace

Result<CallerOptions> ReadCallerUrl(std::string_view text) {
  const auto url = net::ParseEndpointUrl(text);
  if (!url) return tl::unexpected(url.error());
  if (url->scheme != "srt") return Fail(ErrorCode::kMalformed, "not an srt URL");
  Parameters parameters(url->query);
  if (parameters.Text("mode").value_or("caller") != "caller")
    return Fail(ErrorCode::kUnsupported, "only the mode 'caller' is supported");
  CallerOptions options{.host = url->host, .port = url->port};
  ReadTimes(parameters, options);
  if (Status read = ReadSecrets(parameters, options); !read) return tl::unexpected(read.error());
  options.max_bandwidth =
      parameters.Number("maxbw", 0, std::numeric_limits<int64_t>::max()).value_or(0);
  options.overhead_percent =
      static_cast<int>(parameters.Number("oheadbw", kOverheadMin, kOverheadMax).value_or(0));
  options.drop_late = parameters.Number("tlpktdrop", 0, 1).value_or(1) != 0;
  const auto size = parameters.Number("pkt_size", kTsPacket, kPayloadMax);
  // Whole packets only.
  if (size) options.payload_size = static_cast<size_t>(*size / kTsPacket * kTsPacket);
  if (!parameters.fault().empty()) return Fail(ErrorCode::kMalformed, parameters.fault());
  return options;
}

}  // namespace weir::srt

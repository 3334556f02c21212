#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::srt {

/// Where a caller calls, and how; what is not set is left to libsrt.
struct CallerOptions {
  using Milliseconds = std::chrono::milliseconds;

  std::string host;
  uint16_t port = 0;
  /// Name look-up and handshake together.
  Milliseconds connect_timeout{5'000};
  std::optional<Milliseconds> receive_latency{};
  std::optional<Milliseconds> peer_latency{};
  std::string passphrase{};     ///< 10 to 79 bytes, or none. A secret.
  int key_length = 0;           ///< 16, 24 or 32 bytes; 0 is the usual one.
  std::string stream_id{};      ///< At most 512 bytes. May be a secret.
  int64_t max_bandwidth = 0;    ///< Bytes per second; 0 is by the input.
  int overhead_percent = 0;     ///< Of retransmission over the input; 0 is the usual one.
  bool drop_late = true;        ///< Packets that would come too late are not sent.
  size_t payload_size = 1'316;  ///< Most bytes in one message.
};

/// Reads "srt://host:port?name=value&...": `mode` (caller alone), `latency`, `rcvlatency`,
/// `peerlatency` and `timeout` in microseconds, `connect_timeout` in milliseconds, `passphrase`,
/// `pbkeylen`, `streamid`, `maxbw`, `oheadbw`, `tlpktdrop`, `pkt_size`: the names and units that
/// FFmpeg has. Others are left to those who know them.
///
/// kUnsupported: another mode than caller. kMalformed: anything else that is wrong.
Result<CallerOptions> ReadCallerUrl(std::string_view text);

}  // namespace weir::srt

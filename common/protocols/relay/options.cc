#include "protocols/relay/options.h"

#include <utility>

#include "protocols/relay/messages/credit.h"

namespace weir::relay {
namespace {

/// Takes an integer child into `value` unless an earlier one was wrong.
template <class T>
void Take(const config::Node& node, std::string_view child, int64_t min, int64_t max, T& value,
          Status& status) {
  if (!status) return;
  const Result<int64_t> read = node.Integer(child, static_cast<int64_t>(value), min, max);
  if (!read) {
    status = tl::unexpected(read.error());
    return;
  }
  value = static_cast<T>(*read);
}

constexpr int64_t kKilobyte = 1024;
constexpr int64_t kGigabyte = int64_t{1} << 30;

}  // namespace

Result<Options> ReadOptions(const config::Node& node) {
  Options options;
  Result<std::string> secret = node.Text("Secret", "");
  if (!secret) return tl::unexpected(secret.error());
  options.secret = *std::move(secret);
  Result<std::string> name = node.Text("Node", "");
  if (!name) return tl::unexpected(name.error());
  if (name->size() > 255) return node.Wrong("Node is longer than 255 bytes");
  options.node = *std::move(name);
  Status status;
  Take(node, "QueueBytes", 64 * kKilobyte, kGigabyte, options.queue_bytes, status);
  Take(node, "QueueSegments", 1, 1000, options.queue_segments, status);
  Take(node, "StartBytes", 0, kGigabyte, options.start_bytes, status);
  Take(node, "ConnectionBytes", 64 * kKilobyte, 64 * kGigabyte, options.connection_bytes, status);
  Take(node, "WindowBytes", 64 * kKilobyte, kCreditMax, options.window_bytes, status);
  Take(node, "ChannelsMax", 1, 65'536, options.channels_max, status);
  if (!status) return tl::unexpected(status.error());
  const Result<std::chrono::milliseconds> patience = node.Millis(
      "HandshakeTimeout",
      std::chrono::duration_cast<std::chrono::milliseconds>(options.handshake_patience));
  if (!patience) return tl::unexpected(patience.error());
  if (patience->count() <= 0) return node.Wrong("HandshakeTimeout is not above 0");
  options.handshake_patience = *patience;
  return options;
}

}  // namespace weir::relay

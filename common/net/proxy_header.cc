#include "net/proxy_header.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "base/text.h"
#include "net/crc32c.h"
#include "net/ip_address.h"

namespace weir::net {
namespace {

constexpr std::string_view kLineStart = "PROXY ";
constexpr size_t kLineMax = 107;

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kFixedSize = 16;  // up to the length, and with it

constexpr uint8_t kLocal = 0x20;
constexpr uint8_t kProxy = 0x21;

constexpr uint8_t kUnspecified = 0x00;
constexpr uint8_t kTcp4 = 0x11;
constexpr uint8_t kTcp6 = 0x21;
constexpr uint8_t kUnixStream = 0x31;
constexpr size_t kUnixSize = 216;

constexpr uint8_t kCrcType = 0x03;

tl::unexpected<Error> Malformed(std::string_view what) {
  return Fail(ErrorCode::kMalformed, fmt::format("PROXY header: {}", what));
}

/// Whether `text` is, as far as it goes, the same as `start`.
bool MayBecome(std::string_view text, std::string_view start) {
  const size_t size = std::min(text.size(), start.size());
  return text.substr(0, size) == start.substr(0, size);
}

std::optional<uint16_t> ReadPort(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return ReadNumber<uint16_t>(text);
}

/// Goes through the extensions: type (1), length (2), value. Only the checksum says anything to us.
Status CheckExtensions(std::span<const uint8_t> header, size_t offset) {
  while (offset < header.size()) {
    ByteReader reader(header.subspan(offset));
    const uint8_t type = reader.U8();
    const auto value = reader.Bytes(reader.U16());
    if (!reader.ok()) return Malformed("an extension is cut short");
    const size_t at = offset + 3;
    offset = at + value.size();
    if (type != kCrcType) continue;
    if (value.size() != 4) return Malformed("a checksum of other than 4 bytes");
    // Made with zeros in its own place.
    const std::array<uint8_t, 4> zeros{};
    uint32_t crc = Crc32c(header.first(at));
    crc = Crc32c(zeros, crc);
    crc = Crc32c(header.subspan(offset), crc);
    if (crc != ByteReader(value).U32()) return Malformed("the checksum is wrong");
  }
  return {};
}

}  // namespace

Result<size_t> ProxyHeaderReader::Feed(std::span<const uint8_t> bytes) {
  if (done_ || bytes.empty()) return size_t{0};
  const char first = held_.empty() ? static_cast<char>(bytes.front()) : held_.front();
  if (first == kLineStart.front()) return FeedLine(bytes);
  if (first == kSignature.front()) return FeedBinary(bytes);
  return Malformed("there is none");
}

size_t ProxyHeaderReader::Take(std::span<const uint8_t> bytes, size_t size) {
  size = std::min(size, bytes.size());
  held_.append(reinterpret_cast<const char*>(bytes.data()), size);
  return size;
}

Result<size_t> ProxyHeaderReader::FeedLine(std::span<const uint8_t> bytes) {
  const auto end = std::find(bytes.begin(), bytes.end(), '\n');
  const auto size = static_cast<size_t>(end - bytes.begin()) + (end == bytes.end() ? 0 : 1);
  const size_t taken = Take(bytes, std::min(size, kLineMax - held_.size()));
  if (!MayBecome(held_, kLineStart)) return Malformed("there is none");
  if (held_.ends_with('\n')) {
    if (Status read = ReadLine(); !read) return tl::unexpected(read.error());
    done_ = true;
  } else if (held_.size() == kLineMax) {
    return Malformed("a line of more than 107 bytes");
  }
  return taken;
}

/// "PROXY TCP4 <source> <destination> <source port> <destination port>\r\n"
Status ProxyHeaderReader::ReadLine() {
  std::string_view line = held_;
  if (!line.ends_with("\r\n")) return Malformed("the line does not end with CR LF");
  line.remove_suffix(2);
  if (line.size() < kLineStart.size()) return Malformed("there is none");
  line.remove_prefix(kLineStart.size());
  const std::string_view family = TakeUntil(line, ' ');
  if (family == "UNKNOWN") return {};
  if (family != "TCP4" && family != "TCP6") return Malformed("neither TCP4, TCP6 nor UNKNOWN");
  const auto source = IpAddress::Parse(TakeUntil(line, ' '));
  const auto destination = IpAddress::Parse(TakeUntil(line, ' '));
  const auto source_port = ReadPort(TakeUntil(line, ' '));
  const auto destination_port = ReadPort(line);
  if (!source || !destination || !source_port || !destination_port) {
    return Malformed("no address or port where one must be");
  }
  if (family == "TCP4" && !(source->is_v4() && destination->is_v4())) {
    return Malformed("an IPv6 address in TCP4");
  }
  client_ = SocketAddress::Of(*source, *source_port);
  return {};
}

Result<size_t> ProxyHeaderReader::FeedBinary(std::span<const uint8_t> bytes) {
  size_t taken = 0;
  if (held_.size() < kFixedSize) {
    taken = Take(bytes, kFixedSize - held_.size());
    if (!MayBecome(held_, kSignature)) return Malformed("there is none");
    if (held_.size() < kFixedSize) return taken;
    if (Status good = CheckBinaryStart(); !good) return tl::unexpected(good.error());
  }
  const size_t size = kFixedSize + ByteReader(held().subspan(kFixedSize - 2)).U16();
  taken += Take(bytes.subspan(taken), size - held_.size());
  if (held_.size() < size) return taken;
  if (Status read = ReadBinary(); !read) return tl::unexpected(read.error());
  done_ = true;
  return taken;
}

/// Before any byte behind the first sixteen is kept.
Status ProxyHeaderReader::CheckBinaryStart() {
  ByteReader reader(held().subspan(kSignature.size()));
  const uint8_t command = reader.U8();
  const uint8_t family = reader.U8();
  const size_t length = reader.U16();
  if (command != kLocal && command != kProxy) return Malformed("an unknown version or command");
  if (kFixedSize + length > kBytesMax) {
    return Fail(ErrorCode::kLimitExceeded,
                fmt::format("PROXY header: more than {} bytes", kBytesMax));
  }
  if (command == kLocal) return {};
  switch (family) {
    case kUnspecified:
    case kTcp4:
    case kTcp6:
    case kUnixStream:
      return {};
    default:
      return Malformed("neither TCP nor a unix stream");
  }
}

Status ProxyHeaderReader::ReadBinary() {
  const uint8_t command = held()[kSignature.size()];
  const uint8_t family = held()[kSignature.size() + 1];
  if (command == kLocal || family == kUnspecified) return {};
  ByteReader reader(held().subspan(kFixedSize));
  if (family == kUnixStream) {
    (void)reader.Bytes(kUnixSize);
  } else {
    const size_t address_size = family == kTcp4 ? 4 : 16;
    const auto source = reader.Bytes(address_size);
    (void)reader.Bytes(address_size);
    const uint16_t port = reader.U16();
    (void)reader.U16();
    if (reader.ok()) {
      client_ = SocketAddress::Of(
          family == kTcp4 ? IpAddress::V4(source.first<4>()) : IpAddress::V6(source.first<16>()),
          port);
    }
  }
  if (!reader.ok()) return Malformed("too short for its addresses");
  return CheckExtensions(held(), held_.size() - reader.remaining());
}

}  // namespace weir::net

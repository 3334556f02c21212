#include "net/proxy_header.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "net/crc32c.h"
#include "support/proxy_bytes.h"

namespace weir::net {
namespace {

using testing::Bytes;
using testing::Extension;
using ::testing::HasSubstr;
using testing::ProxyBinary;
using testing::Tcp4Addresses;

std::span<const uint8_t> View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// What becomes of a header and of what follows it.
struct Outcome {
  std::string error{};
  bool done = false;
  size_t taken = 0;
  std::string client{};
  bool operator==(const Outcome&) const = default;
};

/// In pieces of `piece` bytes, the first of `first` bytes.
Outcome Read(std::string_view bytes, size_t first, size_t piece) {
  ProxyHeaderReader reader;
  Outcome outcome;
  size_t size = first;
  while (outcome.taken < bytes.size() && !reader.done()) {
    const Result<size_t> taken = reader.Feed(View(bytes.substr(outcome.taken, size)));
    if (!taken) return {.error = taken.error().detail};
    outcome.taken += *taken;
    size = piece;
  }
  outcome.done = reader.done();
  if (reader.client()) outcome.client = reader.client()->Text();
  return outcome;
}

/// Whole, and the same however it is cut.
Outcome ReadEveryWay(const std::string& bytes) {
  const Outcome whole = Read(bytes, bytes.size(), bytes.size());
  for (size_t piece = 1; piece <= std::min<size_t>(bytes.size(), 20); ++piece)
    EXPECT_EQ(Read(bytes, piece, piece).error, whole.error) << "in pieces of " << piece;
  for (size_t first = 1; first < bytes.size(); ++first)
    EXPECT_EQ(Read(bytes, first, bytes.size()), whole) << "cut at " << first;
  return whole;
}

/// The client of a good header, which must be taken to its last byte and no further.
std::string ClientOf(const std::string& header) {
  for (const std::string& behind : {std::string(), std::string("PROXY \r\n\r\n and more")}) {
    const Outcome outcome = ReadEveryWay(header + behind);
    EXPECT_EQ(outcome.error, "");
    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.taken, header.size());
    if (!behind.empty()) return outcome.client;
  }
  return {};
}

std::string ErrorOf(const std::string& bytes) {
  return ReadEveryWay(bytes).error;
}

TEST(ProxyHeaderLine, NamesTheClient) {
  EXPECT_EQ(ClientOf("PROXY TCP4 192.0.2.1 198.51.100.9 50123 1935\r\n"), "192.0.2.1:50123");
  EXPECT_EQ(ClientOf("PROXY TCP6 2001:db8::1 2001:db8::9 1 65535\r\n"), "[2001:db8::1]:1");
  EXPECT_EQ(ClientOf("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.9 0 80\r\n"), "192.0.2.1:0");
}

TEST(ProxyHeaderLine, MayNotKnowTheClient) {
  EXPECT_EQ(ClientOf("PROXY UNKNOWN\r\n"), "");
  EXPECT_EQ(ClientOf("PROXY UNKNOWN ffff:: and what not 65535 65535\r\n"), "");
}

TEST(ProxyHeaderLine, TakesTheLongestThereIs) {
  const std::string longest =
      "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
  ASSERT_EQ(longest.size(), 107U);
  EXPECT_EQ(ClientOf(longest), "");
  std::string longer = longest;
  longer.insert(14, "f");
  EXPECT_EQ(ErrorOf(longer), "PROXY header: a line of more than 107 bytes");
  EXPECT_EQ(ErrorOf("PROXY TCP4 " + std::string(1000, ' ')),
            "PROXY header: a line of more than 107 bytes");
}

TEST(ProxyHeaderLine, RefusesWhatIsNotWrittenAsItMustBe) {
  for (const char* line : {"PROXY TCP4 192.0.2.1 198.51.100.9 50123 1935\n",      // no CR
                           "PROXY TCP4 192.0.2.1 198.51.100.9 50123\r\n",         // no second port
                           "PROXY TCP4 192.0.2.1 198.51.100.9 50123 \r\n",        // the same
                           "PROXY TCP4 192.0.2.1 198.51.100.9 50123 1935 1\r\n",  // one too many
                           "PROXY TCP4 192.0.2.1  198.51.100.9 50123 1935\r\n",   // two spaces
                           "PROXY TCP4 192.0.2.1 198.51.100.9 65536 1935\r\n",    // no port
                           "PROXY TCP4 192.0.2.1 198.51.100.9 -1 1935\r\n",       // no port
                           "PROXY TCP4 192.0.2.1 198.51.100.9 050123 1935\r\n",   // a leading zero
                           "PROXY TCP4 192.0.2.1 198.51.100.999 50123 1935\r\n",  // no address
                           "PROXY TCP4 2001:db8::1 2001:db8::9 50123 1935\r\n",   // IPv6
                           "PROXY TCP5 192.0.2.1 198.51.100.9 50123 1935\r\n",    // no such family
                           "PROXY tcp4 192.0.2.1 198.51.100.9 50123 1935\r\n",    // lower case
                           "PROXY UNKNOWNS\r\n",                                  // no such family
                           "PROXY \r\n",                                          // nothing
                           "PROXY\r\n", "P\r\n", "POST / HTTP/1.1\r\n", "proxy TCP4 192.0.2.1"}) {
    EXPECT_THAT(ErrorOf(line), HasSubstr("PROXY header: ")) << line;
  }
}

TEST(ProxyHeaderBinary, NamesTheClient) {
  EXPECT_EQ(ClientOf(ProxyBinary(0x21, 0x11, Tcp4Addresses())), "192.0.2.1:50123");
  const std::string v6 = Bytes({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}) +
                         std::string(16, '\0') + Bytes({0xc3, 0xcb, 1, 0xbb});
  EXPECT_EQ(ClientOf(ProxyBinary(0x21, 0x21, v6)), "[2001:db8::1]:50123");
}

TEST(ProxyHeaderBinary, MayHaveNoClient) {
  EXPECT_EQ(ClientOf(ProxyBinary(0x20, 0x00, "")), "") << "LOCAL";
  EXPECT_EQ(ClientOf(ProxyBinary(0x20, 0x11, Tcp4Addresses())), "") << "LOCAL";
  EXPECT_EQ(ClientOf(ProxyBinary(0x20, 0xff, "anything")), "") << "LOCAL";
  EXPECT_EQ(ClientOf(ProxyBinary(0x21, 0x00, "anything")), "") << "UNSPEC";
  EXPECT_EQ(ClientOf(ProxyBinary(0x21, 0x31, std::string(216, '/'))), "") << "a unix socket";
}

TEST(ProxyHeaderBinary, SkipsExtensions) {
  const std::string all = Tcp4Addresses() + Extension(0x01, "h2") +
                          Extension(0x02, "live.example.com") + Extension(0x04, "") +
                          Extension(0xea, std::string(300, 'x'));
  EXPECT_EQ(ClientOf(ProxyBinary(0x21, 0x11, all)), "192.0.2.1:50123");
  for (size_t size = Tcp4Addresses().size() + 1; size < Tcp4Addresses().size() + 5; ++size) {
    EXPECT_EQ(ErrorOf(ProxyBinary(0x21, 0x11, all.substr(0, size))),
              "PROXY header: an extension is cut short");
  }
}

TEST(ProxyHeaderBinary, ComparesTheChecksum) {
  const std::string before = Tcp4Addresses() + Extension(0x04, "abc");
  const std::string after = Extension(0x01, "h2");
  std::string header =
      ProxyBinary(0x21, 0x11, before + Extension(0x03, std::string(4, '\0')) + after);
  const uint32_t crc = Crc32c(View(header));
  const size_t at = 16 + before.size() + 3;
  for (size_t i = 0; i < 4; ++i)
    header[at + i] = static_cast<char>(crc >> (24 - 8 * i));
  EXPECT_EQ(ClientOf(header), "192.0.2.1:50123");
  std::string forged = header;
  forged[16] = '\x0a';
  EXPECT_EQ(ErrorOf(forged), "PROXY header: the checksum is wrong");
  EXPECT_EQ(ErrorOf(ProxyBinary(0x21, 0x11, before + Extension(0x03, "abc"))),
            "PROXY header: a checksum of other than 4 bytes");
}

TEST(ProxyHeaderBinary, RefusesWhatItDoesNotKnow) {
  const std::string addresses = Tcp4Addresses();
  EXPECT_EQ(ErrorOf(ProxyBinary(0x11, 0x11, addresses)),
            "PROXY header: an unknown version or command");
  EXPECT_EQ(ErrorOf(ProxyBinary(0x22, 0x11, addresses)),
            "PROXY header: an unknown version or command");
  for (const int family : {0x12, 0x22, 0x32, 0x10, 0x41, 0x13, 0x01})
    EXPECT_EQ(ErrorOf(ProxyBinary(0x21, family, addresses)),
              "PROXY header: neither TCP nor a unix stream");
}

TEST(ProxyHeaderBinary, NeedsRoomForItsAddresses) {
  for (const int family : {0x11, 0x21, 0x31}) {
    EXPECT_EQ(ErrorOf(ProxyBinary(0x21, family, Tcp4Addresses().substr(0, 11))),
              "PROXY header: too short for its addresses");
    EXPECT_EQ(ErrorOf(ProxyBinary(0x21, family, "")), "PROXY header: too short for its addresses");
  }
}

TEST(ProxyHeaderBinary, RefusesTooLongAHeaderBeforeItIsKept) {
  const std::string most(ProxyHeaderReader::kBytesMax - 16, 'x');
  EXPECT_EQ(Read(ProxyBinary(0x20, 0, most), 100, 100).error, "");
  const std::string start = ProxyBinary(0x20, 0, most + "x").substr(0, 16);
  EXPECT_EQ(ErrorOf(start), "PROXY header: more than 4096 bytes");
}

TEST(ProxyHeader, IsMissingFromTheFirstByteThatIsNotIts) {
  EXPECT_EQ(ErrorOf("G"), "PROXY header: there is none");
  EXPECT_EQ(ErrorOf("\x16\x03\x01"), "PROXY header: there is none") << "TLS";
  EXPECT_EQ(ErrorOf(std::string(1, '\0')), "PROXY header: there is none");
  EXPECT_EQ(ErrorOf("\r\n\r\n\r"), "PROXY header: there is none");
  EXPECT_EQ(ErrorOf("PROXX"), "PROXY header: there is none");
}

TEST(ProxyHeader, WaitsForItsEnd) {
  for (const std::string& header : {std::string("PROXY TCP4 192.0.2.1 198.51.100.9 5 1\r\n"),
                                    ProxyBinary(0x21, 0x11, Tcp4Addresses())}) {
    for (size_t size = 0; size < header.size(); ++size) {
      const Outcome outcome = Read(header.substr(0, size), 1000, 1000);
      EXPECT_EQ(outcome.error, "");
      EXPECT_FALSE(outcome.done);
      EXPECT_EQ(outcome.taken, size);
    }
  }
}

TEST(Crc32c, IsCastagnolis) {
  EXPECT_EQ(Crc32c(View("123456789")), 0xe3069283U);
  EXPECT_EQ(Crc32c(View("6789"), Crc32c(View("12345"))), 0xe3069283U);
  EXPECT_EQ(Crc32c({}), 0U);
}

}  // namespace
}  // namespace weir::net

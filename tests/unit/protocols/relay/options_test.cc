#include "protocols/relay/options.h"

#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::relay {
namespace {

Result<Options> Read(const std::string& inside) {
  auto document = config::Document::Parse("<Relay>" + inside + "</Relay>", "conf/edge.xml",
                                          {.variable = {}, .home = {}});
  EXPECT_TRUE(document);
  return ReadOptions((*document)->root());
}

TEST(RelayOptions, HaveDefaults) {
  const Result<Options> options = Read("");
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->secret.empty());
  EXPECT_EQ(options->queue_bytes, size_t{8} << 20);
  EXPECT_EQ(options->handshake_patience, std::chrono::seconds(5));
}

TEST(RelayOptions, AreReadFromTheFile) {
  const Result<Options> options = Read(
      "<Secret>s</Secret><Node>edge-1</Node><QueueBytes>65536</QueueBytes>"
      "<QueueSegments>3</QueueSegments><StartBytes>0</StartBytes>"
      "<ConnectionBytes>70000</ConnectionBytes><WindowBytes>65536</WindowBytes>"
      "<ChannelsMax>9</ChannelsMax><HandshakeTimeout>100</HandshakeTimeout>");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->secret, "s");
  EXPECT_EQ(options->node, "edge-1");
  EXPECT_EQ(options->queue_bytes, 65'536U);
  EXPECT_EQ(options->queue_segments, 3);
  EXPECT_EQ(options->start_bytes, 0U);
  EXPECT_EQ(options->connection_bytes, 70'000U);
  EXPECT_EQ(options->window_bytes, 65'536);
  EXPECT_EQ(options->channels_max, 9U);
  EXPECT_EQ(options->handshake_patience, std::chrono::milliseconds(100));
}

TEST(RelayOptions, RefuseWhatIsOutOfRange) {
  EXPECT_FALSE(Read("<QueueBytes>65535</QueueBytes>"));
  EXPECT_FALSE(Read("<QueueSegments>0</QueueSegments>"));
  EXPECT_FALSE(Read("<WindowBytes>1073741825</WindowBytes>"));
  EXPECT_FALSE(Read("<ChannelsMax>65537</ChannelsMax>"));
  EXPECT_FALSE(Read("<HandshakeTimeout>0</HandshakeTimeout>"));
  EXPECT_FALSE(Read("<Node>" + std::string(256, 'n') + "</Node>"));
}

}  // namespace
}  // namespace weir::relay

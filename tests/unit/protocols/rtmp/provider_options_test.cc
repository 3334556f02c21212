#include "protocols/rtmp/provider_options.h"

#include <string>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::rtmp {
namespace {

using ::testing::HasSubstr;

Result<ProviderOptions> Read(const std::string& inside) {
  const auto document = config::Document::Parse("<RTMP>\n" + inside + "</RTMP>", "a.xml", {});
  EXPECT_TRUE(document) << document.error().detail;
  return ReadProviderOptions((*document)->root());
}

TEST(ProviderOptions, AreReadFromTheProvider) {
  const auto read = Read(
      "<PacketSilenceTimeoutMs>2500</PacketSilenceTimeoutMs><EventGenerator><Event>"
      "<Trigger>AMFDataMessage.a.b</Trigger><HLSID3v2><EventType>event</EventType>"
      "<FrameType>TIT2</FrameType><Data>x</Data></HLSID3v2></Event></EventGenerator>");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->packet_silence, std::chrono::milliseconds(2500));
  EXPECT_EQ(read->triggers.size(), 1U);
  EXPECT_EQ(Read("")->packet_silence, std::chrono::milliseconds(0));
}

TEST(ProviderOptions, SayWhereTheyAreWrong) {
  const auto read = Read("<PacketSilenceTimeoutMs>soon</PacketSilenceTimeoutMs>");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().detail, HasSubstr("a.xml:2"));
}

}  // namespace
}  // namespace weir::rtmp

#include "service/bind.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<config::Document> Parse(const std::string& inside) {
  auto document = config::Document::Parse("<Server version=\"8\">\n" + inside + "\n</Server>",
                                          "test.xml", config::Environment{});
  EXPECT_TRUE(document) << (document ? "" : document.error().detail);
  return std::move(*document);
}

TEST(Bind, TakesThePortThatIsGiven) {
  const auto document = Parse(
      "<IP>127.0.0.1</IP><IP>::</IP><Bind><Providers><RTMP><Port>2935</Port>"
      "<TLSPort>2936</TLSPort></RTMP></Providers></Bind>");
  const auto bind = ReadBind(document->root(), "Providers/RTMP", 1935);
  ASSERT_TRUE(bind);
  EXPECT_EQ(bind->port, 2935);
  EXPECT_EQ(bind->tls_port, 2936);
  EXPECT_THAT(bind->addresses, ElementsAre("127.0.0.1", "::"));
}

TEST(Bind, IsOffWithoutItsElementAndUsualWithAnEmptyOne) {
  const auto off = Parse("<IP>*</IP><Bind/>");
  EXPECT_EQ(ReadBind(off->root(), "Providers/RTMP", 1935)->port, std::nullopt);
  const auto usual = Parse("<Bind><Providers><RTMP/></Providers></Bind>");
  const auto bind = ReadBind(usual->root(), "Providers/RTMP", 1935);
  EXPECT_EQ(bind->port, 1935);
  EXPECT_THAT(bind->addresses, ElementsAre("0.0.0.0"));
}

TEST(Bind, RefusesAPortThatIsNoneAndSaysWhere) {
  for (const std::string port : {"0", "65536", "x", "-1"}) {
    const auto document =
        Parse("<Bind><Providers><RTMP>\n<Port>" + port + "</Port></RTMP></Providers></Bind>");
    const auto bind = ReadBind(document->root(), "Providers/RTMP", 1935);
    ASSERT_FALSE(bind) << port;
    EXPECT_THAT(bind.error().detail, HasSubstr("test.xml:3"));
  }
}

}  // namespace
}  // namespace weir::service

#include "service/tls_names.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::service {
namespace {

using ::testing::ElementsAre;

std::string Host(const std::string& name, const std::string& pattern, bool tls) {
  std::string xml =
      "<VirtualHost><Name>" + name + "</Name><Host><Names><Name>" + pattern + "</Name></Names>";
  if (tls) {
    xml += "<TLS><CertPath>/" + name + ".pem</CertPath><KeyPath>/" + name +
           ".key</KeyPath><ChainCertPath>/" + name + ".ca</ChainCertPath></TLS>";
  }
  return xml + "</Host></VirtualHost>";
}

class TlsNames : public ::testing::Test {
 protected:
  std::optional<net::TlsServerOptions> Options(const std::string& hosts) {
    auto document =
        config::Document::Parse("<Server><VirtualHosts>" + hosts + "</VirtualHosts></Server>",
                                "conf/a.xml", {.variable = {}, .home = {}});
    EXPECT_TRUE(document);
    document_ = *std::move(document);
    auto read = VirtualHosts::Read(document_->root());
    EXPECT_TRUE(read);
    hosts_ = *std::move(read);
    return TlsOptionsOf(hosts_, {"h2"});
  }

  /// The certificate that is shown to who asks for `name`.
  static std::string Shown(const net::TlsServerOptions& options, std::string_view name) {
    const auto found = std::find_if(options.names.begin(), options.names.end(),
                                    [&](const auto& one) { return one.serves(name); });
    return found == options.names.end() ? options.certificate_file : found->certificate_file;
  }

 private:
  std::unique_ptr<config::Document> document_;
  VirtualHosts hosts_;
};

TEST_F(TlsNames, AreNothingWithoutCertificates) {
  EXPECT_FALSE(Options(Host("a", "*", false)));
  EXPECT_FALSE(Options(""));
}

TEST_F(TlsNames, ShowEachNameTheCertificateOfItsHost) {
  const auto options =
      Options(Host("plain", "plain.example", false) + Host("first", "*.first.example", true) +
              Host("second", "*.example", true) + Host("rest", "*", true));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->certificate_file, "/first.pem");
  EXPECT_EQ(options->key_file, "/first.key");
  EXPECT_EQ(options->chain_file, "/first.ca");
  EXPECT_THAT(options->alpn, ElementsAre("h2"));
  EXPECT_EQ(Shown(*options, "live.first.example"), "/first.pem");
  EXPECT_EQ(Shown(*options, "Live.Second.Example"), "/second.pem");
  EXPECT_EQ(Shown(*options, "elsewhere.net"), "/rest.pem");
  EXPECT_EQ(Shown(*options, "plain.example"), "/first.pem") << "it has none of its own";
}

}  // namespace
}  // namespace weir::service

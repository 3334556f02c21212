#include "http/forwarded.h"

#include <string>

#include <gmock/gmock.h>

namespace weir::http {
namespace {

net::Networks Of(std::initializer_list<const char*> texts) {
  std::vector<net::Network> list;
  for (const char* text : texts)
    list.push_back(*net::Network::Parse(text));
  return net::Networks(std::move(list));
}

const ForwardingRules kByXff{.proxies = Of({"10.0.0.0/8", "2001:db8::/32"})};
const ForwardingRules kByForwarded{.proxies = kByXff.proxies, .by = ForwardedBy::kForwarded};

/// "192.0.2.1", with " https" or " http" behind it where that is said.
std::string Client(const Fields& fields, const ForwardingRules& rules = kByXff,
                   const char* peer = "10.0.0.1") {
  const ForwardedClient client = ClientBehind(fields, *net::IpAddress::Parse(peer), rules);
  std::string text = client.address ? client.address->Text() : "nobody";
  if (client.secure) text += *client.secure ? " https" : " http";
  return text;
}

std::string Xff(const char* value) {
  return Client({{"X-Forwarded-For", value}});
}

std::string Forwarded(const char* value) {
  return Client({{"Forwarded", value}}, kByForwarded);
}

TEST(XForwardedFor, IsTheRightMostThatIsNotTrusted) {
  EXPECT_EQ(Xff("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(Xff("203.0.113.7, 192.0.2.1"), "192.0.2.1") << "the left one is the client's invention";
  EXPECT_EQ(Xff("203.0.113.7, 192.0.2.1, 10.0.0.2,10.0.0.3"), "192.0.2.1");
  EXPECT_EQ(Xff("192.0.2.1,, ,"), "192.0.2.1");
  EXPECT_EQ(Xff("2001:db9::1, 2001:db8::5"), "2001:db9::1");
}

TEST(XForwardedFor, MayComeFromATrustedNetworkItself) {
  EXPECT_EQ(Xff("10.0.0.9, 10.0.0.2"), "10.0.0.9");
}

TEST(XForwardedFor, TakesPortsAndBrackets) {
  EXPECT_EQ(Xff("192.0.2.1:4711"), "192.0.2.1");
  EXPECT_EQ(Xff("[2001:db9::1]:4711"), "2001:db9::1");
  EXPECT_EQ(Xff("[2001:db9::1]"), "2001:db9::1");
  EXPECT_EQ(Xff("::ffff:192.0.2.1"), "192.0.2.1");
}

TEST(XForwardedFor, SaysNothingOfSomebodyWhoIsNotTrusted) {
  EXPECT_EQ(Client({{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https"}}, kByXff,
                   "203.0.113.9"),
            "nobody");
  EXPECT_EQ(Client({{"X-Forwarded-For", "192.0.2.1"}}, {}), "nobody");
}

TEST(XForwardedFor, StopsWhereAProxyDoesNotTell) {
  EXPECT_EQ(Xff("192.0.2.1, unknown"), "nobody");
  EXPECT_EQ(Xff("192.0.2.1, unknown, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(Xff("192.0.2.1, <script>, 10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(Xff(""), "nobody");
  EXPECT_EQ(Xff("\""), "nobody");
  EXPECT_EQ(Xff("\", 192.0.2.1"), "192.0.2.1") << "quotes mean nothing here";
}

TEST(XForwardedFor, GoesOnFromFieldToField) {
  EXPECT_EQ(Client({{"X-Forwarded-For", "203.0.113.7"},
                    {"Via", "x"},
                    {"x-forwarded-for", "192.0.2.1"},
                    {"X-FORWARDED-FOR", "10.0.0.2"}}),
            "192.0.2.1");
}

TEST(XForwardedProto, IsOfTheSameHop) {
  const auto with = [](const char* addresses, const char* schemes) {
    return Client({{"X-Forwarded-For", addresses}, {"X-Forwarded-Proto", schemes}});
  };
  EXPECT_EQ(with("192.0.2.1", "https"), "192.0.2.1 https");
  EXPECT_EQ(with("192.0.2.1", "HTTP"), "192.0.2.1 http");
  EXPECT_EQ(with("192.0.2.1", "gopher"), "192.0.2.1");
  EXPECT_EQ(with("192.0.2.1, 10.0.0.2", "https, http"), "192.0.2.1 https");
  EXPECT_EQ(with("192.0.2.1, 10.0.0.2", "https"), "192.0.2.1 https") << "one word for all";
  EXPECT_EQ(with("192.0.2.1", "https, http"), "192.0.2.1 http") << "the left is hearsay";
  EXPECT_EQ(Client({{"X-Forwarded-Proto", "https"}}), "nobody https");
}

TEST(OneField, IsBelievedAndTheOtherIsNot) {
  const Fields both{{"X-Forwarded-For", "192.0.2.1"}, {"Forwarded", "for=203.0.113.7"}};
  EXPECT_EQ(Client(both, kByXff), "192.0.2.1");
  EXPECT_EQ(Client(both, kByForwarded), "203.0.113.7");
  EXPECT_EQ(Client({{"X-Forwarded-Proto", "https"}}, kByForwarded), "nobody");
}

// RFC 7239, 4
TEST(Forwarded, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(Forwarded("for=\"_gazonk\""), "nobody");
  EXPECT_EQ(Forwarded("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(Forwarded("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60 http");
  EXPECT_EQ(Forwarded("for=192.0.2.43, for=198.51.100.17"), "198.51.100.17");
  EXPECT_EQ(Forwarded("for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown"), "nobody");
}

TEST(Forwarded, KnowsQuotesAndEscapes) {
  EXPECT_EQ(Forwarded("by=\"a,b;for=203.0.113.7\";for=\"192.0.2.1:80\";proto=\"https\""),
            "192.0.2.1 https");
  EXPECT_EQ(Forwarded("for=\"1\\92.0.2.1\""), "192.0.2.1");
  EXPECT_EQ(Forwarded("for=192.0.2.1;ext=\"a\\\",b\""), "192.0.2.1");
}

TEST(Forwarded, IsNotMisreadByWhatAClientPutsInFront) {
  for (const char* forged :
       {"for=\"", "for=\"\\", "\"", "\\\"", "for=10.0.0.7;by=\"x", ";;=\"", ","}) {
    EXPECT_EQ(Forwarded((std::string(forged) + ", for=192.0.2.1;proto=https").c_str()),
              "192.0.2.1 https")
        << forged;
    EXPECT_EQ(Forwarded((std::string(forged) + ", for=\"[2001:db9::1]:5\", for=10.0.0.2").c_str()),
              "2001:db9::1")
        << forged;
  }
}

TEST(Forwarded, HasTheSchemeOfTheClientsHop) {
  EXPECT_EQ(Forwarded("for=192.0.2.1;proto=https, for=10.0.0.2;proto=http"), "192.0.2.1 https");
  EXPECT_EQ(Forwarded("for=192.0.2.1, for=10.0.0.2;proto=http"), "192.0.2.1")
      << "the scheme between proxies is not the client's";
  EXPECT_EQ(Forwarded("proto=https"), "nobody https");
}

TEST(ApplyForwarding, TellsTheRequest) {
  Request request{.fields = {{"X-Forwarded-For", "192.0.2.1"}, {"X-Forwarded-Proto", "https"}},
                  .peer = "10.0.0.1:5000"};
  EXPECT_EQ(request.client(), "10.0.0.1");
  ApplyForwarding(kByXff, request);
  EXPECT_EQ(request.client(), "192.0.2.1");
  EXPECT_TRUE(request.secure);

  Request stranger{.fields = request.fields, .peer = "[2001:db9::1]:5000"};
  ApplyForwarding(kByXff, stranger);
  EXPECT_EQ(stranger.client(), "2001:db9::1");
  EXPECT_FALSE(stranger.secure);
}

}  // namespace
}  // namespace weir::http

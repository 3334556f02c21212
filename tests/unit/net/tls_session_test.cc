#include "net/tls_session.h"

#include <gmock/gmock.h>

#include "net/tcp_client.h"
#include "net/tcp_listener.h"
#include "support/run_until.h"
#include "support/test_certificate.h"
#include "tls_pair.h"

namespace weir::net {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Pattern(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i * i % 23);
  return text;
}

class Tls : public ::testing::Test {
 protected:
  Tls() {
    EXPECT_TRUE(server_.Load());
    EXPECT_TRUE(client_.Load());
  }

  TlsServerOptions ServerOptions() const {
    return {.certificate_file = certificate_.certificate_file(),
            .key_file = certificate_.key_file(),
            .chain_file = {},
            .alpn = {"h2", "http/1.1"}};
  }

  TlsClientOptions ClientOptions() const {
    return {.ca_file = certificate_.certificate_file(),
            .server_name = {},
            .accept_any = false,
            .alpn = {}};
  }

  testing::TestCertificate certificate_;
  TlsServerContext server_{ServerOptions()};
  TlsClientContext client_{ClientOptions()};
};

class TlsAnyChunking : public Tls, public ::testing::WithParamInterface<size_t> {};

TEST_P(TlsAnyChunking, CarriesTheSameBytes) {
  TlsPair pair(server_, client_);
  pair.Pump(GetParam());
  ASSERT_NE(pair.client.inner, nullptr);
  ASSERT_NE(pair.server.inner, nullptr);
  const std::string question = Pattern(40'000);
  const std::string answer = Pattern(100'001);
  pair.client.Write(question);
  pair.client.Write("?");
  pair.Pump(GetParam());
  EXPECT_EQ(pair.server.inner->received, question + "?");
  pair.server.Write(answer);
  pair.Pump(GetParam());
  EXPECT_EQ(pair.client.inner->received, answer);
  EXPECT_TRUE(pair.client.status);
  EXPECT_TRUE(pair.server.status);
}

INSTANTIATE_TEST_SUITE_P(Sizes, TlsAnyChunking,
                         ::testing::Values(1, 5, 1000, 16 * 1024, 16 * 1024 + 21, SIZE_MAX));

TEST_F(Tls, MakesTheInnerSessionOnceItKnowsWhoIsThere) {
  TlsPair pair(server_, client_);
  EXPECT_EQ(pair.server.inner, nullptr);
  EXPECT_EQ(pair.client.inner, nullptr);
  pair.Pump();
  ASSERT_NE(pair.server.inner, nullptr);
  EXPECT_TRUE(pair.server.peer.secure);
  EXPECT_EQ(pair.server.peer.address, "192.0.2.1:50123");
  EXPECT_EQ(pair.server.peer.alpn, "");
}

TEST_F(Tls, SendsWhatTheInnerSessionsWroteAsTheyWereMade) {
  TlsPair pair(server_, client_);
  pair.client.on_session = [&] { pair.client.Write("hello"); };
  pair.server.on_session = [&] { pair.server.Write("welcome"); };
  pair.Pump();
  EXPECT_EQ(pair.server.inner->received, "hello");
  EXPECT_EQ(pair.client.inner->received, "welcome");
}

TEST_F(Tls, AgreesOnTheServersFavouriteProtocol) {
  for (const auto& [offered, agreed] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"http/1.1", "h2"}, "h2"}, {{"http/1.1"}, "http/1.1"}, {{"gopher"}, ""}}) {
    TlsClientOptions options = ClientOptions();
    options.alpn = offered;
    TlsClientContext client(options);
    ASSERT_TRUE(client.Load());
    TlsPair pair(server_, client);
    pair.Pump();
    ASSERT_NE(pair.server.inner, nullptr);
    EXPECT_EQ(pair.server.peer.alpn, agreed);
    EXPECT_EQ(pair.client.peer.alpn, agreed);
  }
}

TEST_F(Tls, RefusesACertificateOfAStranger) {
  const testing::TestCertificate other;
  TlsClientOptions options = ClientOptions();
  options.ca_file = other.certificate_file();
  TlsClientContext client(options);
  ASSERT_TRUE(client.Load());
  TlsPair pair(server_, client);
  pair.Pump();
  ASSERT_FALSE(pair.client.status);
  EXPECT_THAT(pair.client.status.error().detail, HasSubstr("certificate verify failed"));
  EXPECT_EQ(pair.client.inner, nullptr);
  EXPECT_FALSE(pair.server.status) << "it was told by an alert";
  EXPECT_EQ(pair.server.status.error().code, ErrorCode::kMalformed);
}

TEST_F(Tls, ExpectsTheNameOrAddressItConnectedTo) {
  for (const auto& [host, fine] : std::vector<std::pair<std::string, bool>>{{"localhost", true},
                                                                            {"127.0.0.1", true},
                                                                            {"example.com", false},
                                                                            {"127.0.0.2", false}}) {
    TlsPair pair(server_, client_, host);
    pair.Pump();
    EXPECT_EQ(pair.client.inner != nullptr, fine) << host;
    EXPECT_EQ(pair.client.status.has_value(), fine) << host;
  }
}

TEST_F(Tls, ExpectsTheNameThatWasConfiguredInstead) {
  TlsClientOptions options = ClientOptions();
  options.server_name = "localhost";
  TlsClientContext client(options);
  ASSERT_TRUE(client.Load());
  TlsPair pair(server_, client, "10.1.2.3");
  pair.Pump();
  EXPECT_NE(pair.client.inner, nullptr);
}

TEST_F(Tls, AcceptsAnyCertificateOnlyWhenTold) {
  TlsClientContext client({.ca_file = {}, .server_name = {}, .accept_any = true, .alpn = {}});
  ASSERT_TRUE(client.Load());
  TlsPair pair(server_, client, "example.com");
  pair.Pump();
  EXPECT_NE(pair.client.inner, nullptr);
  EXPECT_NE(pair.server.inner, nullptr);
}

TEST_F(Tls, GivesNewConnectionsTheNewCertificate) {
  TlsPair before(server_, client_);
  before.Pump();
  certificate_.Renew("DNS:new.example");
  ASSERT_TRUE(server_.Load());
  TlsClientContext client(ClientOptions());
  ASSERT_TRUE(client.Load());
  TlsPair after(server_, client, "new.example");
  after.Pump();
  EXPECT_NE(after.client.inner, nullptr);
  before.client.Write("still here");
  before.Pump();
  EXPECT_EQ(before.server.inner->received, "still here");
}

TEST_F(Tls, KeepsItsCertificateWhenTheNewOneCannotBeRead) {
  std::filesystem::rename(certificate_.key_file(), certificate_.key_file() + ".away");
  const Status loaded = server_.Load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().detail, HasSubstr("key.pem"));
  TlsPair pair(server_, client_);
  pair.Pump();
  EXPECT_NE(pair.client.inner, nullptr);
}

TEST_F(Tls, ShowsTheCertificateOfTheNameThatIsAskedFor) {
  const testing::TestCertificate other("DNS:*.other.example");
  TlsServerOptions options = ServerOptions();
  options.names = {{.serves = [](std::string_view name) { return name.ends_with(".example"); },
                    .certificate_file = other.certificate_file(),
                    .key_file = other.key_file(),
                    .chain_file = {}}};
  TlsServerContext server(options);
  ASSERT_TRUE(server.Load());
  for (const auto& [host, ca] :
       std::vector<std::pair<std::string, const testing::TestCertificate*>>{
           {"a.other.example", &other},
           {"localhost", &certificate_},
           {"127.0.0.1", &certificate_}}) {
    TlsClientContext client({.ca_file = ca->certificate_file(),
                             .server_name = {},
                             .accept_any = false,
                             .alpn = {"h2"}});
    ASSERT_TRUE(client.Load());
    TlsPair pair(server, client, host);
    pair.Pump();
    EXPECT_TRUE(pair.client.status) << host;
    ASSERT_NE(pair.server.inner, nullptr) << host;
    EXPECT_EQ(pair.server.peer.alpn, "h2");
  }
}

TEST_F(Tls, KeepsAllCertificatesWhenOneNewOneCannotBeRead) {
  const testing::TestCertificate other("DNS:other.example");
  TlsServerOptions options = ServerOptions();
  options.names = {{.serves = [](std::string_view name) { return name == "other.example"; },
                    .certificate_file = other.certificate_file(),
                    .key_file = other.key_file(),
                    .chain_file = {}}};
  TlsServerContext server(options);
  ASSERT_TRUE(server.Load());
  certificate_.Renew("DNS:new.example");
  std::filesystem::rename(other.key_file(), other.key_file() + ".away");
  const Status loaded = server.Load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().detail, HasSubstr(other.key_file()));
  TlsPair pair(server, client_);
  pair.Pump();
  EXPECT_TRUE(pair.client.status) << "the old one is shown still";
}

/// Shakes hands as a client that has `session` from before; its ticket is good where that is
/// reused.
class TicketHolder {
 public:
  explicit TicketHolder(const std::string& ca_file) : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* ssl, SSL_SESSION* session) {
      static_cast<TicketHolder*>(SSL_get_app_data(ssl))->session_.reset(session);
      return 1;
    });
  }

  /// Whether the server took the ticket.
  bool ShakeHands(const TlsServerContext& server_context, int version) {
    TlsEnd server(server_context);
    server.Start(Clock::time_point() + std::chrono::hours(1));
    const SslPtr ssl(SSL_new(context_.get()));
    SSL_set_app_data(ssl.get(), this);
    SSL_set_max_proto_version(ssl.get(), version);
    SSL_set_connect_state(ssl.get());
    if (session_ != nullptr) SSL_set_session(ssl.get(), session_.get());
    BIO* in = BIO_new(BIO_s_mem());
    BIO* out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), in, out);
    for (int i = 0; i < 6; ++i) {
      char byte = 0;
      SSL_do_handshake(ssl.get());
      SSL_read(ssl.get(), &byte, 1);  // takes the tickets that follow in TLS 1.3
      char* bytes = nullptr;
      const auto size = static_cast<size_t>(BIO_get_mem_data(out, &bytes));
      EXPECT_TRUE(server.session->OnBytes({reinterpret_cast<uint8_t*>(bytes), size}, {}));
      (void)BIO_reset(out);
      const std::vector<uint8_t> answer = server.wire.Take();
      BIO_write(in, answer.data(), static_cast<int>(answer.size()));
    }
    EXPECT_NE(server.inner, nullptr);
    SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN);  // or OpenSSL forgets the session
    return SSL_session_reused(ssl.get()) == 1;
  }

 private:
  SslContextPtr context_;
  CPtr<SSL_SESSION, SSL_SESSION_free> session_;
};

TEST_F(Tls, TakesItsTicketsBackAlsoWithANewCertificate) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TicketHolder holder(certificate_.certificate_file());
    EXPECT_FALSE(holder.ShakeHands(server_, version));
    EXPECT_TRUE(holder.ShakeHands(server_, version));
    ASSERT_TRUE(server_.Load());
    EXPECT_TRUE(holder.ShakeHands(server_, version));
    TlsServerContext stranger(ServerOptions());
    ASSERT_TRUE(stranger.Load());
    EXPECT_FALSE(holder.ShakeHands(stranger, version));
  }
}

TEST_F(Tls, SpeaksNothingOlderThanTls12) {
  TlsEnd server(server_);
  server.Start({});
  const SslContextPtr old(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_security_level(old.get(), 0);
  SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
  SSL_CTX_set_cipher_list(old.get(), "ALL:@SECLEVEL=0");
  const SslPtr ssl(SSL_new(old.get()));
  SSL_set_connect_state(ssl.get());
  BIO* out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
  SSL_do_handshake(ssl.get());
  char* bytes = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(out, &bytes));
  ASSERT_GT(size, 50U);
  const Status read = server.session->OnBytes({reinterpret_cast<uint8_t*>(bytes), size}, {});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().detail, HasSubstr("unsupported protocol"));
}

TEST_F(Tls, RefusesAKeyOfAnotherCertificate) {
  const testing::TestCertificate other;
  TlsServerOptions options = ServerOptions();
  options.key_file = other.key_file();
  TlsServerContext server(options);
  EXPECT_FALSE(server.Load());
}

TEST_F(Tls, AddsAChainAndRefusesAnEmptyOne) {
  const testing::TestCertificate issuer;
  TlsServerOptions options = ServerOptions();
  options.chain_file = issuer.certificate_file();
  EXPECT_TRUE(TlsServerContext(options).Load());
  options.chain_file = issuer.key_file();
  EXPECT_FALSE(TlsServerContext(options).Load());
  options.chain_file = "/nonexistent";
  EXPECT_FALSE(TlsServerContext(options).Load());
}

TEST_F(Tls, FinishesAtOnceWithoutAContext) {
  const TlsServerContext empty(ServerOptions());
  TlsEnd server(empty);
  server.Start({});
  ASSERT_TRUE(server.wire.finished);
  EXPECT_EQ(server.wire.finished->code, ErrorCode::kUnavailable);
}

TEST_F(Tls, EndsAHandshakeThatTakesTooLong) {
  TlsPair pair(server_, client_);
  EXPECT_EQ(pair.server.session->NextDeadline(), pair.now + seconds(10));
  const Status late = pair.server.session->OnDeadline(pair.now + seconds(10));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
}

TEST_F(Tls, PassesDeadlinesAndWritabilityOnOnceItShookHands) {
  TlsPair pair(server_, client_);
  ASSERT_TRUE(pair.server.session->OnWritable(pair.now));
  pair.Pump();
  EXPECT_EQ(pair.server.session->NextDeadline(), std::nullopt);
  pair.server.inner->deadline = pair.now + seconds(3);
  EXPECT_EQ(pair.server.session->NextDeadline(), pair.now + seconds(3));
  EXPECT_TRUE(pair.server.session->OnDeadline(pair.now + seconds(3)));
  EXPECT_EQ(pair.server.inner->deadlines, 1);
  EXPECT_EQ(pair.server.inner->last_told, pair.now + seconds(3));
  EXPECT_TRUE(pair.server.session->OnWritable(pair.now));
  EXPECT_EQ(pair.server.inner->writables, 1);
}

TEST_F(Tls, CountsWhatIsNotSent) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.server.wire.unsent = 1000;
  EXPECT_EQ(pair.server.output->unsent_bytes(), 1000U);
  size_t during = 0;
  pair.server.inner->on_bytes = [&](auto /*bytes*/) {
    pair.server.Write("0123456789");
    during = pair.server.output->unsent_bytes();
    return Status{};
  };
  pair.client.Write("x");
  pair.Pump();
  EXPECT_GE(during, 1010U);
}

TEST_F(Tls, SendsTheSmallWritesOfOneCallInOneRecord) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.server.inner->on_bytes = [&](auto /*bytes*/) {
    for (int i = 0; i < 100; ++i)
      pair.server.Write("0123456789");
    return Status{};
  };
  pair.client.Write("x");
  pair.Carry(pair.client, pair.server, SIZE_MAX);
  EXPECT_EQ(pair.server.wire.writes.size(), 1U);
  EXPECT_LT(pair.server.wire.written.size(), 1100U);
  pair.Pump();
  EXPECT_EQ(pair.client.inner->received.size(), 1000U);
}

TEST_F(Tls, JoinsTheWritesOfATurn) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.server.wire.has_turns = true;
  const std::string large = Pattern(40'000);
  pair.server.Write("small");
  pair.server.Write(large);
  pair.server.Write("end");
  EXPECT_EQ(pair.server.wire.written.size(), 0U);
  EXPECT_EQ(pair.server.output->unsent_bytes(), 40'008U);
  pair.server.session->OnTurnEnd();
  EXPECT_EQ(pair.server.wire.writes.size(), 1U);
  EXPECT_LT(pair.server.wire.written.size(), 40'008U + 3 * 30) << "three records";
  EXPECT_EQ(pair.server.inner->turn_ends, 0) << "it did not ask";
  pair.Pump();
  EXPECT_EQ(pair.client.inner->received, "small" + large + "end");
}

TEST_F(Tls, PassesTheEndOfATurnOnToWhoAskedForIt) {
  TlsPair pair(server_, client_);
  pair.Pump();
  EXPECT_FALSE(pair.server.output->RequestTurnEnd());
  pair.server.wire.has_turns = true;
  EXPECT_TRUE(pair.server.output->RequestTurnEnd());
  pair.server.inner->on_turn_end = [&] { pair.server.Write("now"); };
  pair.server.session->OnTurnEnd();
  EXPECT_EQ(pair.server.inner->turn_ends, 1);
  pair.Pump();
  EXPECT_EQ(pair.client.inner->received, "now");
}

TEST_F(Tls, KeepsSmallAndLargeWritesInOrder) {
  TlsPair pair(server_, client_);
  pair.Pump();
  std::string expected;
  pair.server.inner->on_bytes = [&](auto /*bytes*/) {
    for (const size_t size :
         {10U, 50'000U, 1U, 4095U, 4096U, 20'000U, 4000U, 4000U, 4000U, 4000U, 4000U}) {
      const std::string piece = Pattern(size);
      expected += piece;
      pair.server.Write(piece);
    }
    return Status{};
  };
  pair.client.Write("x");
  pair.Pump();
  EXPECT_EQ(pair.client.inner->received, expected);
}

TEST_F(Tls, PassesTheInnerErrorOnBehindItsLastWords) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.server.inner->on_bytes = [&](auto /*bytes*/) -> Status {
    pair.server.Write("bad request");
    return Fail(ErrorCode::kRefused, "no");
  };
  pair.client.Write("x");
  pair.Pump();
  ASSERT_FALSE(pair.server.status);
  EXPECT_EQ(pair.server.status.error().code, ErrorCode::kRefused);
  EXPECT_EQ(pair.client.inner->received, "bad request");
  ASSERT_FALSE(pair.client.status);
  EXPECT_EQ(pair.client.status.error().code, ErrorCode::kEnded) << "close_notify";
}

TEST_F(Tls, FinishesBehindItsLastWords) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.server.Write("bye");
  pair.server.output->Finish({.code = ErrorCode::kEnded, .detail = "drained"});
  pair.server.Write("too late");
  ASSERT_TRUE(pair.server.wire.finished);
  EXPECT_EQ(pair.server.wire.finished->detail, "drained");
  pair.Pump();
  EXPECT_EQ(pair.client.inner->received, "bye");
  EXPECT_EQ(pair.client.status.error().code, ErrorCode::kEnded);
}

TEST_F(Tls, CallsNoSessionThatFinishedInsideACall) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.server.inner->on_bytes = [&](auto /*bytes*/) {
    pair.server.Write("bye");
    pair.server.output->Finish({.code = ErrorCode::kEnded, .detail = "enough"});
    return Status{};
  };
  pair.client.Write(Pattern(100'000));  // several records
  pair.Pump();
  EXPECT_LE(pair.server.inner->received.size(), 16U * 1024);
  EXPECT_EQ(pair.client.inner->received, "bye");
}

TEST_F(Tls, RefusesPlaintextAndGarbage) {
  for (const std::string& text : {std::string("GET / HTTP/1.1\r\n\r\n"), Pattern(5000),
                                  std::string(100, '\0'), std::string(70'000, '\x16')}) {
    TlsEnd server(server_);
    server.Start({});
    const Status read =
        server.session->OnBytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
    EXPECT_THAT(read.error().detail, HasSubstr("TLS handshake: "));
  }
}

TEST_F(Tls, RefusesARecordThatWasTamperedWith) {
  TlsPair pair(server_, client_);
  pair.Pump();
  pair.client.Write("hello");
  pair.client.wire.written.back() ^= 1;
  pair.Pump();
  ASSERT_FALSE(pair.server.status);
  EXPECT_EQ(pair.server.status.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(pair.server.inner->received, "");
}

TEST_F(Tls, RunsOverRealSockets) {
  EventLoop loop;
  const std::string much = Pattern(5'000'000);
  std::string received;
  std::vector<Error> ended;
  bool client_secure = false;
  const auto echo = [](ByteOutput& output, const Peer& /*peer*/, Clock::time_point /*now*/) {
    auto session = std::make_unique<testing::ScriptedSession>();
    session->on_bytes = [&output](std::span<const uint8_t> bytes) {
      output.Write(SharedBytes::Copy(bytes));
      return Status{};
    };
    return session;
  };
  const auto ask = [&](ByteOutput& output, const Peer& peer, Clock::time_point /*now*/) {
    auto session = std::make_unique<testing::ScriptedSession>();
    client_secure = peer.secure;
    session->on_bytes = [&](std::span<const uint8_t> bytes) {
      received.append(bytes.begin(), bytes.end());
      return Status{};
    };
    output.Write(SharedBytes(much));
    return session;
  };
  TcpListener listener(loop, {.address = "127.0.0.1", .tls = &server_}, echo);
  ASSERT_TRUE(listener.Listen());
  TcpClient client(loop, {.host = "127.0.0.1", .port = listener.port(), .tls = &client_}, ask,
                   [&](Error reason) { ended.push_back(std::move(reason)); });
  EXPECT_TRUE(testing::RunUntil(loop, [&] { return received.size() == much.size(); }));
  EXPECT_TRUE(received == much);
  EXPECT_TRUE(client_secure);
  EXPECT_TRUE(ended.empty());
}

}  // namespace
}  // namespace weir::net

#include "net/tls_context.h"

#include <array>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "net/tls_error.h"

namespace weir::net {
namespace {

// Protocol names are at most 255 bytes (RFC 7301, 3.1).
constexpr size_t kAlpnNameMax = 255;

// AES with 128 bits first: as safe as anybody needs, and a quarter less work than 256.
constexpr const char* kCiphers13 =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

// What HTTP/2 does not forbid for TLS 1.2 (RFC 9113, 9.2.2 and appendix A).
constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

using X509Ptr = CPtr<X509, X509_free>;
using BioPtr = CPtr<BIO, BIO_free_all>;

/// RFC 7301's list: each name behind its length.
std::string AlpnWire(const std::vector<std::string>& names) {
  std::string wire;
  for (const std::string& name : names) {
    if (name.empty() || name.size() > kAlpnNameMax) continue;
    wire += static_cast<char>(name.size());
    wire += name;
  }
  return wire;
}

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

SslContextPtr NewContext(const SSL_METHOD* method) {
  SslContextPtr context(SSL_CTX_new(method));
  if (context == nullptr) return nullptr;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

/// Tickets of the old context must open in the new one.
void KeepTicketKeys(SSL_CTX* from, SSL_CTX* to) {
  std::array<unsigned char, 256> keys{};
  // Without a buffer it says how much they are.
  const auto size = SSL_CTX_get_tlsext_ticket_keys(from, nullptr, 0);
  WEIR_CHECK(size > 0 && static_cast<size_t>(size) <= keys.size());
  SSL_CTX_get_tlsext_ticket_keys(from, keys.data(), size);
  SSL_CTX_set_tlsext_ticket_keys(to, keys.data(), size);
  OPENSSL_cleanse(keys.data(), keys.size());
}

/// Picks our best that the client knows too. Without any in common the connection goes on without.
int SelectAlpn(SSL* /*ssl*/,  // NOLINT(readability-function-size): OpenSSL's shape
               const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
               unsigned offered_size, void* argument) {
  const std::string_view offer(reinterpret_cast<const char*>(offered), offered_size);
  for (const std::string& name : *static_cast<const std::vector<std::string>*>(argument)) {
    for (size_t at = 0; at < offer.size(); at += 1U + offered[at]) {
      if (offer.substr(at + 1, offered[at]) != name) continue;
      *chosen = offered + at + 1;
      *size = offered[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

Status AddChain(SSL_CTX& context, const std::string& file) {
  const BioPtr bio(BIO_new_file(file.c_str(), "r"));
  if (bio == nullptr) return tl::unexpected(TlsError(fmt::format("cannot read {}", file)));
  size_t added = 0;
  while (X509Ptr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(&context, certificate.get()) != 1) {
      return tl::unexpected(TlsError(fmt::format("cannot use {}", file)));
    }
    ++added;
  }
  if (added == 0) return tl::unexpected(TlsError(fmt::format("no certificate in {}", file)));
  ERR_clear_error();  // the end of the file is told as an error
  return {};
}

/// `Options` has the three files.
template <class Options>
Status UseFiles(SSL_CTX& context, const Options& options) {
  const auto failed = [](const char* what, const std::string& file) {
    return tl::unexpected(TlsError(fmt::format("cannot use {} {}", what, file)));
  };
  if (SSL_CTX_use_certificate_chain_file(&context, options.certificate_file.c_str()) != 1) {
    return failed("certificate", options.certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(&context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return failed("key", options.key_file);
  }
  if (SSL_CTX_check_private_key(&context) != 1) return failed("key", options.key_file);
  if (!options.chain_file.empty()) return AddChain(context, options.chain_file);
  return {};
}

bool IsNumeric(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// Says whom we want to talk to, and expects that name in the certificate.
bool ExpectName(SSL& ssl, const std::string& name) {
  if (IsNumeric(name)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&ssl), name.c_str()) == 1;
  }
  // What SSL_set_tlsext_host_name() expands to, less its C cast.
  std::string copy = name;
  SSL_set_hostflags(&ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_ctrl(&ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, copy.data()) ==
             1 &&
         SSL_set1_host(&ssl, name.c_str()) == 1;
}

}  // namespace

/// OpenSSL knows C functions only: they pass their calls on.
struct TlsServerContext::Handshake {
  static int OnServerName(SSL* ssl, int* /*alert*/, void* context) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    static_cast<const TlsServerContext*>(context)->ShowCertificateOf(*ssl, name);
    return SSL_TLSEXT_ERR_OK;
  }

  template <class Options>
  static Result<SslContextPtr> Make(const TlsServerContext& owner, const Options& files) {
    SslContextPtr context = NewContext(TLS_server_method());
    if (context == nullptr) return tl::unexpected(TlsError("cannot set up TLS"));
    // Tickets keep the sessions at the clients; a cache here would be a lock between the loops.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    if (Status used = UseFiles(*context, files); !used) return tl::unexpected(used.error());
    SSL_CTX_set_ciphersuites(context.get(), kCiphers13);
    if (!owner.options_.alpn.empty()) {
      SSL_CTX_set_cipher_list(context.get(), kCiphers12);
      // OpenSSL hands it back as it is, and only SelectAlpn() looks.
      auto* names = const_cast<std::vector<std::string>*>(  // NOLINT(*-const-cast)
          &owner.options_.alpn);
      SSL_CTX_set_alpn_select_cb(context.get(), SelectAlpn, names);
    }
    return context;
  }
};

TlsServerContext::TlsServerContext(TlsServerOptions options) : options_(std::move(options)) {}

Status TlsServerContext::Load() {
  ERR_clear_error();
  Loaded loaded;
  if (Status prepared = Prepare(loaded); !prepared) return prepared;
  loaded_.With([&](Loaded& current) {
    if (current.first != nullptr) KeepTicketKeys(current.first.get(), loaded.first.get());
    std::swap(current, loaded);
  });
  return {};
}

Status TlsServerContext::Prepare(Loaded& loaded) {
  Result<SslContextPtr> first = Handshake::Make(*this, options_);
  if (!first) return tl::unexpected(first.error());
  loaded.first = std::move(*first);
  for (const TlsServerName& name : options_.names) {
    Result<SslContextPtr> context = Handshake::Make(*this, name);
    if (!context) return tl::unexpected(context.error());
    loaded.names.push_back(std::move(*context));
  }
  if (options_.names.empty()) return {};
  SSL_CTX_set_tlsext_servername_arg(loaded.first.get(), this);
  SSL_CTX_set_tlsext_servername_callback(loaded.first.get(), Handshake::OnServerName);
  return {};
}

void TlsServerContext::ShowCertificateOf(SSL& ssl, std::string_view name) const {
  for (size_t i = 0; i < options_.names.size(); ++i) {
    if (!options_.names[i].serves(name)) continue;
    loaded_.With([&](Loaded& current) { SSL_set_SSL_CTX(&ssl, current.names[i].get()); });
    return;
  }
}

SslPtr TlsServerContext::NewSsl() const {
  SslPtr ssl(loaded_.With([](Loaded& current) { return SSL_new(current.first.get()); }));
  if (ssl != nullptr) SSL_set_accept_state(ssl.get());
  return ssl;
}

TlsClientContext::TlsClientContext(TlsClientOptions options) : options_(std::move(options)) {}

Status TlsClientContext::Load() {
  ERR_clear_error();
  SslContextPtr context = NewContext(TLS_client_method());
  if (context == nullptr) return tl::unexpected(TlsError("cannot set up TLS"));
  SSL_CTX_set_verify(context.get(), options_.accept_any ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     nullptr);
  const bool trusted =
      options_.ca_file.empty()
          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
          : SSL_CTX_load_verify_locations(context.get(), options_.ca_file.c_str(), nullptr) == 1;
  if (!trusted) {
    return tl::unexpected(TlsError(fmt::format("cannot use certificates {}", options_.ca_file)));
  }
  const std::string alpn = AlpnWire(options_.alpn);
  if (!alpn.empty()) {
    SSL_CTX_set_alpn_protos(context.get(), Bytes(alpn), static_cast<unsigned>(alpn.size()));
  }
  context_ = std::move(context);
  return {};
}

SslPtr TlsClientContext::NewSsl(const std::string& host) const {
  SslPtr ssl(SSL_new(context_.get()));
  if (ssl == nullptr) return nullptr;
  SSL_set_connect_state(ssl.get());
  if (!ExpectName(*ssl, options_.server_name.empty() ? host : options_.server_name)) return nullptr;
  return ssl;
}

}  // namespace weir::net

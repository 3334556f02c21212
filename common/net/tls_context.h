#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "base/c_ptr.h"
#include "base/guarded.h"
#include "base/result.h"

namespace weir::net {

using SslPtr = CPtr<SSL, SSL_free>;
using SslContextPtr = CPtr<SSL_CTX, SSL_CTX_free>;

/// Whose certificate is shown to clients that ask for a name (SNI, RFC 6066, 3).
struct TlsServerName {
  std::function<bool(std::string_view name)> serves;  ///< Any thread, during a handshake.
  std::string certificate_file;
  std::string key_file;
  std::string chain_file;
};

struct TlsServerOptions {
  std::string certificate_file;   ///< PEM; further certificates in it are sent as its chain.
  std::string key_file;           ///< PEM.
  std::string chain_file;         ///< PEM, sent after the certificate's own; empty for none.
  std::vector<std::string> alpn;  ///< Best first: {"h2", "http/1.1"}; empty does not negotiate.

  /// The first that serves the client's name is taken; without one, the certificate above.
  std::vector<TlsServerName> names{};
};

/// What a server needs for TLS 1.2 and 1.3: its certificates, their keys, its session tickets.
/// Those are the same for all loops, and stay when certificates change.
///
/// Thread: any.
class TlsServerContext {
 public:
  explicit TlsServerContext(TlsServerOptions options);

  TlsServerContext(const TlsServerContext&) = delete;
  TlsServerContext& operator=(const TlsServerContext&) = delete;

  ~TlsServerContext() = default;

  /// Reads the files: for new connections, those that exist go on with what they have. On failure
  /// everything stays as it was. Call it once before the first connection.
  Status Load();

  /// A new connection's state; empty when out of memory, or before Load(). Outlived by the context.
  SslPtr NewSsl() const;

 private:
  struct Loaded {
    SslContextPtr first;               // whose tickets are everybody's
    std::vector<SslContextPtr> names;  // in the order of the options
  };

  struct Handshake;  // what OpenSSL calls
  friend struct Handshake;

  Status Prepare(Loaded& loaded);
  void ShowCertificateOf(SSL& ssl, std::string_view name) const;

  const TlsServerOptions options_;
  mutable Guarded<Loaded> loaded_;
};

struct TlsClientOptions {
  std::string ca_file;      ///< PEM, trusted instead of the system's certificates; empty for those.
  std::string server_name;  ///< Expected in the certificate instead of the host connected to.
  bool accept_any = false;  ///< Takes any certificate, and so any man in the middle: for tests.
  std::vector<std::string> alpn;  ///< Best first.
};

/// What a client needs for TLS 1.2 and 1.3: whom it trusts.
///
/// Thread: any, after Load().
class TlsClientContext {
 public:
  explicit TlsClientContext(TlsClientOptions options);

  /// Reads the files. Call it before the first connection.
  Status Load();

  /// A new connection's state, to the server that answers to the name or numeric address `host`;
  /// empty when out of memory, or before Load().
  SslPtr NewSsl(const std::string& host) const;

 private:
  const TlsClientOptions options_;
  SslContextPtr context_;
};

}  // namespace weir::net

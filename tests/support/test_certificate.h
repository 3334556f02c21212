#pragma once

#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/c_ptr.h"
#include "base/check.h"
#include "support/temp_folder.h"

namespace weir::testing {

/// A self-signed certificate and its key, in two PEM files that go with it. Being its own CA it can
/// be trusted by a client too.
class TestCertificate {
 public:
  /// `names` as in X509v3 subject alternative names: "DNS:localhost,IP:127.0.0.1".
  explicit TestCertificate(const std::string& names = "DNS:localhost,IP:127.0.0.1") {
    Renew(names);
  }

  /// Writes another certificate and key into the same files.
  void Renew(const std::string& names) {
    const KeyPtr key(EVP_EC_gen("P-256"));
    const CPtr<X509, X509_free> certificate(X509_new());
    WEIR_CHECK(key != nullptr && certificate != nullptr);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    const std::string common_name = fmt::format("weir test {}", serial_);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(certificate.get(), subject);
    const CPtr<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str()));
    WEIR_CHECK(extension != nullptr);
    X509_add_ext(certificate.get(), extension.get(), -1);
    WEIR_CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

    const FilePtr certificate_out(std::fopen(certificate_file().c_str(), "w"));
    const FilePtr key_out(std::fopen(key_file().c_str(), "w"));
    WEIR_CHECK(certificate_out != nullptr && key_out != nullptr);
    WEIR_CHECK(PEM_write_X509(certificate_out.get(), certificate.get()) == 1);
    WEIR_CHECK(
        PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  }

  std::string certificate_file() const { return folder_.File("certificate.pem"); }

  std::string key_file() const { return folder_.File("key.pem"); }

 private:
  using KeyPtr = CPtr<EVP_PKEY, EVP_PKEY_free>;
  using FilePtr = CPtr<std::FILE, std::fclose>;

  TempFolder folder_;
  int serial_ = 0;
};

}  // namespace weir::testing

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "net/byte_session.h"
#include "net/tls_context.h"

namespace weir::net {

/// TLS as a session around a session: ciphertext outside, plaintext inside, no socket anywhere. The
/// inner session is made once the handshake is done, which must take no longer than
/// kTlsHandshakePatience.
///
/// What the inner session writes in one call, and where the driver tells the end of turns in one
/// turn, is joined into full records and leaves in one piece.
class TlsSession final : public ByteSession, private ByteOutput {
 public:
  /// `ssl` knows which side it is. `output` outlives the session.
  TlsSession(ByteOutput& output, SslPtr ssl, Peer peer,
             std::shared_ptr<const SessionFactory> make_session, Clock::time_point now);
  ~TlsSession() override;

  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  Status OnWritable(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;
  void OnTurnEnd() override;

 private:
  void Write(SharedBytes bytes) override;
  size_t unsent_bytes() const override;
  bool RequestTurnEnd() override;
  void Finish(Error reason) override;

  template <class Call>
  Status Tell(Call call);

  Status Advance(Clock::time_point now);
  Status Shake(Clock::time_point now);
  Status ReadPlain(Clock::time_point now);
  Status Failure(int result, const char* what);

  static constexpr size_t kRecordSize = size_t{16} * 1024;  // RFC 8446, 5.1
  using Record = std::array<uint8_t, kRecordSize>;

  void EncryptGathered();
  size_t Join(std::span<const uint8_t> piece, Record& record, size_t filled);
  void Encrypt(std::span<const uint8_t> plain);
  void SayGoodbye();
  void Emit();

  static int BioRead(BIO* bio, char* out, size_t size, size_t* taken);
  static int BioWrite(BIO* bio, const char* bytes, size_t size, size_t* taken);
  static BIO* NewBio(TlsSession* self);

  ByteOutput& output_;
  const std::shared_ptr<const SessionFactory> make_session_;
  const Clock::time_point handshake_by_;
  Peer peer_;

  SslPtr ssl_;
  std::span<const uint8_t> incoming_;  // Of the current call: ciphertext not looked at yet.
  std::vector<uint8_t> outgoing_;      // Ciphertext for the output.
  std::vector<SharedBytes> gathered_;  // Plaintext that waits to share records, ...
  size_t gathered_bytes_ = 0;          // ... and how much it is.
  bool gathering_ = false;             // While set, writes wait for the end of a call or turn.
  bool inner_wants_turn_end_ = false;
  bool finished_ = false;  // No more calls to the inner session, no more writes.

  std::unique_ptr<ByteSession> inner_;  // Goes first: its destructor may still write.
};

inline constexpr Clock::duration kTlsHandshakePatience = std::chrono::seconds(10);

/// Makes TLS sessions around those of `make_session`. The context outlives them.
SessionFactory OverTls(const TlsServerContext& context, SessionFactory make_session);
SessionFactory OverTls(const TlsClientContext& context, std::string host,
                       SessionFactory make_session);

}  // namespace weir::net

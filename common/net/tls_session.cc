#include "net/tls_session.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>

#include "base/check.h"
#include "net/tls_error.h"

namespace weir::net {
namespace {

// What TLS adds to a record, amply.
constexpr size_t kRecordOverhead = 64;

// An idle session keeps no more than this many empty places.
constexpr size_t kIdlePieces = 32;

using BioMethodPtr = CPtr<BIO_METHOD, BIO_meth_free>;

}  // namespace

TlsSession::TlsSession(ByteOutput& output, SslPtr ssl, Peer peer,
                       std::shared_ptr<const SessionFactory> make_session, Clock::time_point now)
    : output_(output),
      make_session_(std::move(make_session)),
      handshake_by_(now + kTlsHandshakePatience),
      peer_(std::move(peer)),
      ssl_(std::move(ssl)) {
  BIO* bio = ssl_ == nullptr ? nullptr : NewBio(this);
  if (bio == nullptr) {
    Finish(TlsError("cannot set up TLS"));
    return;
  }
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_do_handshake(ssl_.get());  // a client speaks first
  Emit();
}

TlsSession::~TlsSession() = default;

Status TlsSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  incoming_ = bytes;
  return Tell([&] { return Advance(now); });
}

Status TlsSession::OnDeadline(Clock::time_point now) {
  if (inner_ == nullptr) return Fail(ErrorCode::kUnavailable, "TLS handshake takes too long");
  return Tell([&] { return inner_->OnDeadline(now); });
}

Status TlsSession::OnWritable(Clock::time_point now) {
  if (inner_ == nullptr) return {};
  return Tell([&] { return inner_->OnWritable(now); });
}

std::optional<Clock::time_point> TlsSession::NextDeadline() const {
  if (inner_ == nullptr) return handshake_by_;
  return inner_->NextDeadline();
}

void TlsSession::OnTurnEnd() {
  if (finished_) return;
  if (std::exchange(inner_wants_turn_end_, false)) {
    gathering_ = true;
    inner_->OnTurnEnd();
    if (finished_) return;
  }
  gathering_ = false;
  EncryptGathered();
  Emit();
}

/// Makes a call that may reach the inner session, and sends what it wrote in as few records as
/// possible.
template <class Call>
Status TlsSession::Tell(Call call) {
  if (finished_) return {};
  gathering_ = true;
  Status step = call();
  gathering_ = false;
  if (!finished_) {
    EncryptGathered();
    if (!step) SayGoodbye();
  }
  Emit();
  return step;
}

Status TlsSession::Advance(Clock::time_point now) {
  if (inner_ == nullptr) {
    if (Status step = Shake(now); !step || inner_ == nullptr) return step;
  }
  return ReadPlain(now);
}

/// Goes on with the handshake, and makes the inner session when it is done.
Status TlsSession::Shake(Clock::time_point now) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) return Failure(result, "TLS handshake");
  const unsigned char* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &alpn, &size);
  peer_.secure = true;
  if (size > 0) peer_.alpn.assign(alpn, alpn + size);
  inner_ = (*make_session_)(*this, peer_, now);
  WEIR_CHECK(inner_ != nullptr);
  return {};
}

/// Decrypts and passes on all that is whole.
Status TlsSession::ReadPlain(Clock::time_point now) {
  Record plain;  // NOLINT(*-member-init): not worth clearing each time
  while (!finished_) {
    size_t size = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), plain.data(), plain.size(), &size);
    if (result != 1) return Failure(result, "TLS");
    if (Status step = inner_->OnBytes(std::span(plain).first(size), now); !step) return step;
  }
  return {};
}

/// What OpenSSL could not do: fine where it only wants more bytes.
Status TlsSession::Failure(int result, const char* what) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {};
    case SSL_ERROR_ZERO_RETURN:
      return Fail(ErrorCode::kEnded, "closed by the peer");
    default:
      return tl::unexpected(TlsError(what, ErrorCode::kMalformed));
  }
}

void TlsSession::Write(SharedBytes bytes) {
  if (finished_ || bytes.empty()) return;
  gathered_bytes_ += bytes.size();
  gathered_.push_back(std::move(bytes));
  if (gathering_) return;
  gathering_ = output_.RequestTurnEnd();
  if (gathering_) return;
  EncryptGathered();
  Emit();
}

size_t TlsSession::unsent_bytes() const {
  return output_.unsent_bytes() + outgoing_.size() + gathered_bytes_;
}

bool TlsSession::RequestTurnEnd() {
  if (finished_ || !output_.RequestTurnEnd()) return false;
  inner_wants_turn_end_ = true;
  return true;
}

void TlsSession::Finish(Error reason) {
  if (finished_) return;
  EncryptGathered();
  SayGoodbye();
  Emit();
  finished_ = true;
  output_.Finish(std::move(reason));
}

void TlsSession::EncryptGathered() {
  if (gathered_.empty()) return;
  outgoing_.reserve(outgoing_.size() + gathered_bytes_ +
                    (gathered_bytes_ / kRecordSize + 1) * kRecordOverhead);
  Record record;  // NOLINT(*-member-init): not worth clearing each time
  size_t filled = 0;
  for (const SharedBytes& piece : gathered_) {
    filled = Join(piece.view(), record, filled);
  }
  Encrypt(std::span(record).first(filled));
  gathered_.clear();
  if (gathered_.capacity() > kIdlePieces) gathered_ = {};
  gathered_bytes_ = 0;
}

/// Encrypts whole records straight from where they lie, and puts the others together in `record`,
/// of which `filled` bytes are in use. Returns how many are in use then.
size_t TlsSession::Join(std::span<const uint8_t> piece, Record& record, size_t filled) {
  while (!piece.empty()) {
    const bool whole = filled == 0 && piece.size() >= kRecordSize;
    const size_t size = whole ? piece.size() / kRecordSize * kRecordSize
                              : std::min(piece.size(), kRecordSize - filled);
    if (whole) {
      Encrypt(piece.first(size));
    } else {
      std::memcpy(record.data() + filled, piece.data(), size);
      filled += size;
    }
    piece = piece.subspan(size);
    if (filled < kRecordSize) continue;
    Encrypt(record);
    filled = 0;
  }
  return filled;
}

/// Never waits: the BIO takes all that OpenSSL writes.
void TlsSession::Encrypt(std::span<const uint8_t> plain) {
  while (!plain.empty()) {
    size_t size = 0;
    ERR_clear_error();
    // It cannot fail but by a broken connection, which reading tells.
    if (SSL_write_ex(ssl_.get(), plain.data(), plain.size(), &size) != 1) return;
    plain = plain.subspan(size);
  }
}

/// close_notify, so that the peer knows that nothing was cut off.
void TlsSession::SayGoodbye() {
  if (ssl_ == nullptr || inner_ == nullptr) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

void TlsSession::Emit() {
  if (outgoing_.empty()) return;
  output_.Write(SharedBytes(std::exchange(outgoing_, {})));
}

int TlsSession::BioRead(BIO* bio, char* out, size_t size, size_t* taken) {
  auto* self = static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *taken = std::min(size, self->incoming_.size());
  if (*taken == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(out, self->incoming_.data(), *taken);
  self->incoming_ = self->incoming_.subspan(*taken);
  return 1;
}

int TlsSession::BioWrite(BIO* bio, const char* bytes, size_t size, size_t* taken) {
  auto* self = static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  // Of the vector's own type: else it would be copied byte by byte.
  const auto* first = reinterpret_cast<const uint8_t*>(bytes);
  self->outgoing_.insert(self->outgoing_.end(), first, first + size);
  *taken = size;
  return 1;
}

/// A memory BIO that saves the copies: it reads straight from what arrived and writes straight to
/// what leaves.
BIO* TlsSession::NewBio(TlsSession* self) {
  // A table of functions, which OpenSSL wants made once per program.
  static const BioMethodPtr method = [] {
    BioMethodPtr made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "weir"));
    if (made == nullptr) return made;
    BIO_meth_set_read_ex(made.get(), BioRead);
    BIO_meth_set_write_ex(made.get(), BioWrite);
    // NOLINTNEXTLINE(google-runtime-int): OpenSSL's types
    BIO_meth_set_ctrl(made.get(), [](BIO* /*bio*/, int command, long /*n*/, void* /*p*/) -> long {
      return command == BIO_CTRL_FLUSH ? 1 : 0;
    });
    return made;
  }();
  BIO* bio = method == nullptr ? nullptr : BIO_new(method.get());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, self);
  BIO_set_init(bio, 1);
  return bio;
}

SessionFactory OverTls(const TlsServerContext& context, SessionFactory make_session) {
  return [&context, inner = std::make_shared<const SessionFactory>(std::move(make_session))](
             ByteOutput& output, const Peer& peer, Clock::time_point now) {
    return std::make_unique<TlsSession>(output, context.NewSsl(), peer, inner, now);
  };
}

SessionFactory OverTls(const TlsClientContext& context, std::string host,
                       SessionFactory make_session) {
  return [&context, name = std::move(host),
          inner = std::make_shared<const SessionFactory>(std::move(make_session))](
             ByteOutput& output, const Peer& peer, Clock::time_point now) {
    return std::make_unique<TlsSession>(output, context.NewSsl(name), peer, inner, now);
  };
}

}  // namespace weir::net

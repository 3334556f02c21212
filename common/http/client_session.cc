#include "http/client_session.h"

#include <utility>

namespace weir::http {

ClientSession::ClientSession(Owner& owner, net::ByteOutput& output, const ResponseLimits& limits,
                             Clock::duration idle_patience, Clock::time_point now)
    : owner_(owner),
      output_(output),
      reader_(limits),
      idle_patience_(idle_patience),
      idle_since_(now) {}

void ClientSession::Send(std::string bytes, bool head) {
  awaiting_ = true;
  reader_.Next(head);
  output_.Write(SharedBytes(std::move(bytes)));
}

Result<ClientResponse> ClientSession::AtEnd(bool cleanly) {
  awaiting_ = false;
  if (cleanly) reader_.FeedEnd();
  if (reader_.state() == ResponseReader::State::kDone) return reader_.Take();
  if (reader_.state() == ResponseReader::State::kBroken) return tl::unexpected(reader_.error());
  return Fail(ErrorCode::kUnavailable, "the connection broke before the answer");
}

Status ClientSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  if (!awaiting_) return Fail(ErrorCode::kMalformed, "an answer to nothing that was asked");
  const size_t taken = reader_.Feed(bytes);
  if (reader_.state() == ResponseReader::State::kBroken) return tl::unexpected(reader_.error());
  if (reader_.state() != ResponseReader::State::kDone) return {};
  awaiting_ = false;
  idle_since_ = now;
  // What follows an answer that was not asked for makes the connection useless.
  const bool may_send = reader_.keep_alive() && taken == bytes.size();
  owner_.OnResponse(reader_.Take(), may_send);
  return may_send ? Status{} : Fail(ErrorCode::kEnded, "the answer was the last one");
}

Status ClientSession::OnDeadline(Clock::time_point now) {
  if (awaiting_ || now < idle_since_ + idle_patience_) return {};
  return Fail(ErrorCode::kEnded, "the connection was not used");
}

std::optional<Clock::time_point> ClientSession::NextDeadline() const {
  if (awaiting_) return std::nullopt;  // whoever asked knows how long to wait
  return idle_since_ + idle_patience_;
}

}  // namespace weir::http

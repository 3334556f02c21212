#include "protocols/rtmp/client_session.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "protocols/rtmp/control_message.h"

namespace weir::rtmp {
namespace {

constexpr uint32_t kWindowSize = 2'500'000;
constexpr double kStreamIdMax = 0xffffffff;

ChunkStreamId ChunkStreamOf(MessageType type) {
  switch (type) {
    case MessageType::kAudio:
      return ChunkStreamId::kAudio;
    case MessageType::kVideo:
      return ChunkStreamId::kVideo;
    default:
      return ChunkStreamId::kStream;
  }
}

std::string MemberText(const amf::Object* object, std::string_view name) {
  const amf::Value* value = object == nullptr ? nullptr : object->Find(name);
  return value == nullptr || value->text() == nullptr ? std::string() : *value->text();
}

/// "code (description)" of a status event or an error, cut to a length fit for a log.
std::string Explain(const amf::Object* event) {
  constexpr size_t kSizeMax = 200;
  const std::string text =
      fmt::format("{} ({})", MemberText(event, "code"), MemberText(event, "description"));
  return text.substr(0, kSizeMax);
}

}  // namespace

ClientSession::ClientSession(net::ByteOutput& output, Owner& owner, const ClientOptions& options,
                             const RandomSource& random, Clock::time_point now)
    : output_(output),
      owner_(owner),
      options_(options),
      handshake_(output),
      chunks_(*this, options.chunks),
      writer_(output),
      window_(kWindowSize),
      setup_by_(now + options.setup_patience),
      now_(now) {
  handshake_.Start(random);
}

bool ClientSession::Send(MessageType type, uint32_t timestamp, std::span<const SharedBytes> parts) {
  if (state_ != State::kPublishing || output_.unsent_bytes() > options_.unsent_max) return false;
  writer_.Write(ChunkStreamOf(type),
                {.type = type, .stream_id = stream_id_, .timestamp = timestamp}, parts);
  return true;
}

void ClientSession::Leave() {
  if (state_ == State::kPublishing) {
    Call({.name = "FCUnpublish",
          .transaction = 0,
          .arguments = {amf::NullValue(), amf::Text(options_.key)}});
    Call({.name = "deleteStream",
          .transaction = 0,
          .arguments = {amf::NullValue(), amf::Number(stream_id_)}});
  }
  output_.Finish({.code = ErrorCode::kEnded, .detail = "done publishing"});
}

Status ClientSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  now_ = now;
  window_.Add(bytes.size());
  if (!handshake_.done()) {
    const Result<size_t> taken = handshake_.Feed(bytes);
    if (!taken) return tl::unexpected(taken.error());
    if (!handshake_.done()) return {};
    Connect();
    bytes = bytes.subspan(*taken);
  }
  if (Status read = chunks_.Feed(bytes); !read) return read;
  if (const auto due = window_.TakeDue())
    writer_.Write(ChunkStreamId::kControl, AcknowledgementMessage(*due));
  return {};
}

Status ClientSession::OnDeadline(Clock::time_point now) {
  if (state_ == State::kPublishing || now < setup_by_) return {};
  return Fail(ErrorCode::kUnavailable,
              fmt::format("no leave to publish within {} ms", options_.setup_patience.count()));
}

std::optional<Clock::time_point> ClientSession::NextDeadline() const {
  return state_ == State::kPublishing ? std::nullopt : std::optional(setup_by_);
}

Status ClientSession::OnWritable(Clock::time_point now) {
  if (state_ == State::kPublishing) owner_.OnRoom(*this, now);
  return {};
}

Status ClientSession::OnMessage(Message message) {
  switch (message.type) {
    case MessageType::kUserControl:
      if (const auto answer = AnswerToUserEvent(message))
        writer_.Write(ChunkStreamId::kControl, *answer);
      return {};
    case MessageType::kWindowSize:
      if (const auto size = ReadWindowSize(message)) window_.Resize(*size);
      return {};
    case MessageType::kPeerBandwidth:
      OnPeerBandwidth(message);
      return {};
    case MessageType::kCommand:
    case MessageType::kCommandAmf3:
      return OnCommand(message);
    default:
      return {};
  }
}

Status ClientSession::OnCommand(const Message& message) {
  const Result<Command> command = ReadCommand(message);
  if (!command) return tl::unexpected(command.error());
  if (command->name == "onStatus") return OnStatusEvent(*command);
  if (command->transaction != transaction_) return {};  // Nobody waits for it.
  if (command->name == "_result") return OnResult(*command);
  if (command->name != "_error") return {};
  return Fail(ErrorCode::kRefused, fmt::format("refused: {}", Explain(command->object(1))));
}

Status ClientSession::OnResult(const Command& command) {
  if (state_ == State::kConnecting) {
    CreateStream();
  } else if (state_ == State::kCreating) {
    const std::optional<double> id =
        command.arguments.size() > 1 ? command.arguments[1].number() : std::nullopt;
    if (!id || !(*id >= 0 && *id <= kStreamIdMax))
      return Fail(ErrorCode::kMalformed, "createStream gave no stream id");
    stream_id_ = static_cast<uint32_t>(*id);
    Publish();
  }
  return {};
}

Status ClientSession::OnStatusEvent(const Command& command) {
  const amf::Object* event = command.object(1);
  const std::string code = MemberText(event, "code");
  if (MemberText(event, "level") == "error")
    return Fail(ErrorCode::kRefused, fmt::format("refused: {}", Explain(event)));
  if (code == "NetStream.Unpublish.Success" && state_ == State::kPublishing)
    return Fail(ErrorCode::kEnded, fmt::format("ended by the server: {}", Explain(event)));
  if (code != "NetStream.Publish.Start" || state_ != State::kStarting) return {};
  state_ = State::kPublishing;
  owner_.OnPublishing(*this, now_);
  return {};
}

/// The window in it is to be told back where it is a new one (section 5.4.5).
void ClientSession::OnPeerBandwidth(const Message& message) {
  const auto size = ReadWindowSize(message);
  if (!size || *size == told_window_) return;
  told_window_ = *size;
  writer_.Write(ChunkStreamId::kControl, WindowSizeMessage(*size));
}

void ClientSession::Connect() {
  state_ = State::kConnecting;
  writer_.SetChunkSize(options_.chunk_size);
  std::vector<amf::Member> members{{"app", amf::Text(options_.app)},
                                   {"type", amf::Text("nonprivate")},
                                   {"flashVer", amf::Text(options_.flash_version)},
                                   {"tcUrl", amf::Text(options_.tc_url)}};
  if (!options_.fourccs.empty()) {
    std::vector<amf::Value> fourccs;
    for (const std::string& fourcc : options_.fourccs)
      fourccs.push_back(amf::Text(fourcc));
    members.push_back({"fourCcList", amf::ArrayOf(std::move(fourccs))});
  }
  Call({.name = "connect",
        .transaction = ++transaction_,
        .arguments = {amf::ObjectOf(std::move(members))}});
}

void ClientSession::CreateStream() {
  state_ = State::kCreating;
  for (const char* name : {"releaseStream", "FCPublish"})
    Call({.name = name,
          .transaction = ++transaction_,
          .arguments = {amf::NullValue(), amf::Text(options_.key)}});
  Call({.name = "createStream", .transaction = ++transaction_, .arguments = {amf::NullValue()}});
}

void ClientSession::Publish() {
  state_ = State::kStarting;
  const Command publish{
      .name = "publish",
      .transaction = ++transaction_,
      .arguments = {amf::NullValue(), amf::Text(options_.key), amf::Text("live")}};
  writer_.Write(ChunkStreamId::kStream, WriteCommand(publish, stream_id_));
}

void ClientSession::Call(const Command& command) {
  writer_.Write(ChunkStreamId::kCommand, WriteCommand(command, 0));
}

}  // namespace weir::rtmp

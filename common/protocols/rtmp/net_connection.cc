#include "protocols/rtmp/net_connection.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "protocols/rtmp/control_message.h"
#include "stream/registry.h"

namespace weir::rtmp {
namespace {

constexpr uint32_t kStreamId = 1;  // the one stream of a connection
constexpr size_t kEchoedSizeMax = 255;

tl::unexpected<Error> OutOfTurn(const Command& command) {
  constexpr size_t kShownSizeMax = 64;
  return Fail(ErrorCode::kMalformed,
              fmt::format("command '{}' out of turn", command.name.substr(0, kShownSizeMax)));
}

/// What the publisher is told of a refusal.
StatusEvent RefusalOf(const Error& error) {
  const bool is_taken = error.code == ErrorCode::kRefused && error.detail == stream::kNameTaken;
  return {.code = is_taken ? "NetStream.Publish.BadName" : "NetStream.Publish.Rejected",
          .description = error.detail,
          .is_error = true};
}

}  // namespace

NetConnection::NetConnection(Owner& owner, ChunkWriter& writer, net::Peer peer,
                             ServerContext context)
    : owner_(owner), writer_(writer), peer_(std::move(peer)), context_(std::move(context)) {}

NetConnection::~NetConnection() {
  EndPublication(media::EndReason::kLost);
}

Status NetConnection::OnMessage(const Message& message, Clock::time_point now) {
  const bool is_command =
      message.type == MessageType::kCommand || message.type == MessageType::kCommandAmf3;
  const bool is_data = message.type == MessageType::kData || message.type == MessageType::kDataAmf3;
  if ((is_command || is_data) && message.payload.size() > context_.options.command_size_max)
    return Fail(ErrorCode::kLimitExceeded,
                fmt::format("command or data of {} bytes", message.payload.size()));
  if (is_command) return OnCommand(message);
  if (ingest_) ingest_->OnMessage(message, now);
  return {};
}

IngestStats NetConnection::ingest_stats() const {
  return ingest_ ? ingest_->stats() : last_stats_;
}

NetConnection::Call NetConnection::FindCall(std::string_view name) {
  struct Entry {
    std::string_view name;
    Call call;
  };

  static constexpr std::array kEntries{
      Entry{"connect", &NetConnection::OnConnect},
      Entry{"releaseStream", &NetConnection::OnReleaseStream},
      Entry{"FCPublish", &NetConnection::OnFcPublish},
      Entry{"createStream", &NetConnection::OnCreateStream},
      Entry{"publish", &NetConnection::OnPublish},
      Entry{"FCUnpublish", &NetConnection::OnFcUnpublish},
      Entry{"closeStream", &NetConnection::OnUnpublish},
      Entry{"deleteStream", &NetConnection::OnUnpublish},
      Entry{"getStreamLength", &NetConnection::OnGetStreamLength},
      Entry{"_checkbw", &NetConnection::OnReleaseStream},
      Entry{"play", &NetConnection::OnPlay},
      Entry{"play2", &NetConnection::OnPlay},
      Entry{"_result", &NetConnection::Ignore},
      Entry{"_error", &NetConnection::Ignore},
      Entry{"onStatus", &NetConnection::Ignore},
  };
  for (const Entry& entry : kEntries) {
    if (entry.name == name) return entry.call;
  }
  return nullptr;
}

Status NetConnection::OnCommand(const Message& message) {
  const Result<Command> command = ReadCommand(message);
  if (!command) return tl::unexpected(command.error());
  ++commands_;
  if (state_ == PublishState::kConnecting && command->name != "connect") return OutOfTurn(*command);
  const Call call = FindCall(command->name);
  if (call != nullptr) return (this->*call)(*command);
  if (command->transaction != 0) Answer(CallFailed(command->transaction, command->name));
  return {};
}

Status NetConnection::OnConnect(const Command& command) {
  const amf::Object* request = command.object(0);
  if (request == nullptr) return Fail(ErrorCode::kMalformed, "connect without an object");
  Result<ConnectTarget> target = ReadConnectTarget(*request);
  if (!target) return tl::unexpected(std::move(target).error());
  if (!Step(PublishEvent::kConnect)) return OutOfTurn(command);
  target_ = *std::move(target);
  writer_.SetChunkSize(context_.options.chunk_size);
  Answer(ConnectResult(command.transaction, *request));
  return {};
}

Status NetConnection::OnReleaseStream(const Command& command) {
  Answer(ResultOf(command.transaction, amf::Value{}));
  return {};
}

Status NetConnection::OnFcPublish(const Command& command) {
  Answer(OnFcEvent("onFCPublish", "NetStream.Publish.Start",
                   command.text(1).substr(0, kEchoedSizeMax)));
  return OnReleaseStream(command);
}

Status NetConnection::OnCreateStream(const Command& command) {
  Answer(ResultOf(command.transaction, amf::Number(kStreamId)));
  return {};
}

Status NetConnection::OnPublish(const Command& command) {
  if (!Step(PublishEvent::kPublish)) return OutOfTurn(command);
  Result<service::PublishRequest> request = CompleteTarget(target_, command.text(1));
  if (!request) {
    Tell(RefusalOf(request.error()));
    return tl::unexpected(std::move(request).error());
  }
  request->peer = peer_.address;
  request->secure = peer_.secure;
  Open(*std::move(request));
  return {};
}

void NetConnection::Open(service::PublishRequest request) {
  subject_ = request.app + "/" + request.stream;
  ingest_.emplace(subject_, context_.options.ingest);
  awaiting_ = std::make_shared<const bool>(true);
  context_.gate.Open(request, [this, awaiting = std::weak_ptr(awaiting_)](
                                  Result<std::unique_ptr<service::Publication>> answer) {
    if (!awaiting.expired()) OnAnswer(std::move(answer));
  });
}

void NetConnection::OnAnswer(Result<std::unique_ptr<service::Publication>> answer) {
  awaiting_.reset();
  if (answer) return OnAdmitted(*std::move(answer));
  Error error = std::move(answer).error();
  Tell(RefusalOf(error));
  error.detail = fmt::format("publishing {} refused: {}", subject_, error.detail);
  owner_.End(std::move(error));
}

void NetConnection::OnAdmitted(std::unique_ptr<service::Publication> publication) {
  WEIR_CHECK(Step(PublishEvent::kAdmitted));
  publication_ = std::move(publication);
  publication_->OnStop([this](Error reason) { OnStopped(std::move(reason)); });
  writer_.Write(ChunkStreamId::kControl, UserEventMessage(UserEvent::kStreamBegin, kStreamId));
  Tell({.code = "NetStream.Publish.Start",
        .description = fmt::format("{} is now published.", subject_)});
  ProviderOptions provider;
  if (context_.provider) provider = context_.provider(publication_->path());
  packet_silence_ = provider.packet_silence;
  ingest_->Attach(*publication_, std::move(provider.triggers));
}

/// Called by the publication, so destroying it is the last thing done here.
void NetConnection::OnStopped(Error reason) {
  Tell({.code = "NetStream.Unpublish.Success", .description = reason.detail});
  owner_.End(std::move(reason));
  EndPublication(media::EndReason::kFinished);
}

Status NetConnection::OnFcUnpublish(const Command& command) {
  Answer(OnFcEvent("onFCUnpublish", "NetStream.Unpublish.Success",
                   command.text(1).substr(0, kEchoedSizeMax)));
  if (command.transaction != 0) Answer(ResultOf(command.transaction, amf::Value{}));
  return OnUnpublish(command);
}

Status NetConnection::OnUnpublish(const Command& command) {
  const bool was_publishing = state_ == PublishState::kPublishing;
  if (!Step(PublishEvent::kUnpublish)) return OutOfTurn(command);
  awaiting_.reset();
  EndPublication(media::EndReason::kFinished);
  if (was_publishing)
    Tell({.code = "NetStream.Unpublish.Success",
          .description = fmt::format("{} is now unpublished.", subject_)});
  return {};
}

Status NetConnection::OnGetStreamLength(const Command& command) {
  Answer(ResultOf(command.transaction, amf::Number(0)));
  return {};
}

Status NetConnection::OnPlay(const Command& /*command*/) {
  Tell({.code = "NetStream.Play.Failed",
        .description = "Streams are not played over RTMP here.",
        .is_error = true});
  return Fail(ErrorCode::kUnsupported, "asked to play, which is not done over rtmp");
}

Status NetConnection::Ignore(const Command& /*command*/) {
  return {};
}

void NetConnection::EndPublication(media::EndReason reason) {
  if (ingest_) last_stats_ = ingest_->stats();
  ingest_.reset();
  const std::unique_ptr<service::Publication> publication = std::move(publication_);
  if (publication != nullptr) publication->OnEnd(reason);
}

bool NetConnection::Step(PublishEvent event) {
  const std::optional<PublishState> next = Next(state_, event);
  if (next) state_ = *next;
  return next.has_value();
}

void NetConnection::Answer(const Command& command) {
  writer_.Write(ChunkStreamId::kCommand, WriteCommand(command, 0));
}

void NetConnection::Tell(const StatusEvent& event) {
  writer_.Write(ChunkStreamId::kStream, WriteCommand(OnStatus(event), kStreamId));
}

}  // namespace weir::rtmp

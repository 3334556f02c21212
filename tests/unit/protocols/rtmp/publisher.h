#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/amf/value.h"
#include "protocols/rtmp/chunk_reader.h"
#include "protocols/rtmp/chunk_writer.h"
#include "protocols/rtmp/command.h"
#include "protocols/rtmp/server_session.h"
#include "support/fake_gate.h"
#include "support/recording_output.h"

namespace weir::rtmp {

using Bytes = std::vector<uint8_t>;

/// Bytes that are the same in every run.
inline RandomSource MadeUpRandom() {
  return [](std::span<uint8_t> bytes) {
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<uint8_t>(i * 7 + 3);
  };
}

inline Bytes ReadCapture(const std::string& name) {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "captures" / name;
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Bytes SimpleHello() {
  Bytes hello(1537, 0x55);
  hello[0] = 3;
  std::fill(hello.begin() + 5, hello.begin() + 9, uint8_t{0});
  return hello;
}

/// Keeps the messages a ChunkReader finds.
class MessageList final : public ChunkReader::Sink {
 public:
  Status OnMessage(Message message) override {
    messages.push_back(std::move(message));
    return {};
  }

  std::vector<Message> messages;
};

/// A scripted client in front of a ServerSession, with a clock that only the test moves.
class Publisher {
 public:
  explicit Publisher(Options with = {}, ProviderOptions provider = {}) : options(std::move(with)) {
    const net::Peer peer{.address = "192.0.2.1:5000", .secure = false};
    session = std::make_unique<ServerSession>(
        output, peer, now,
        ServerContext{.gate = gate,
                      .options = options,
                      .random = random,
                      .provider = [provider = std::move(provider)](const stream::StreamPath& path) {
                        return path.app == "live" ? provider : ProviderOptions();
                      }});
  }

  Status Feed(std::span<const uint8_t> bytes) { return session->OnBytes(bytes, now); }

  /// C0, C1 and C2 at once, as a client in a hurry may send them.
  Status ShakeHands() {
    Bytes bytes = SimpleHello();
    bytes.insert(bytes.end(), 1536, 0);
    return Feed(bytes);
  }

  Status Send(ChunkStreamId id, const Message& message) {
    wire_.Write(id, message);
    return Feed(wire_bytes_.Take());
  }

  Status Call(const std::string& name, double transaction, std::vector<amf::Value> arguments) {
    const Command command{
        .name = name, .transaction = transaction, .arguments = std::move(arguments)};
    return Send(ChunkStreamId::kCommand, WriteCommand(command, 0));
  }

  Status Connect(const std::string& app, const std::string& tc_url) {
    return Call("connect", 1,
                {amf::ObjectOf({{"app", amf::Text(app)}, {"tcUrl", amf::Text(tc_url)}})});
  }

  Status Publish(const std::string& key) {
    return Call("publish", 5, {amf::NullValue(), amf::Text(key), amf::Text("live")});
  }

  /// Everything up to NetStream.Publish.Start.
  Status StartPublishing() {
    if (Status step = ShakeHands(); !step) return step;
    if (Status step = Connect("live", "rtmp://origin.example/live"); !step) return step;
    return Publish("cam");
  }

  Status Media(MessageType type, uint32_t timestamp, Bytes payload) {
    return Send(type == MessageType::kVideo ? ChunkStreamId::kVideo : ChunkStreamId::kAudio,
                {.type = type,
                 .stream_id = 1,
                 .timestamp = timestamp,
                 .payload = SharedBytes(std::move(payload))});
  }

  /// What the server has said so far, after its handshake.
  std::vector<Message> Answers() const {
    MessageList list;
    ChunkReader reader(list);
    constexpr size_t kHandshake = 1 + 2 * 1536;
    if (output.written.size() > kHandshake)
      (void)reader.Feed(std::span(output.written).subspan(kHandshake));
    return std::move(list.messages);
  }

  /// The commands among them.
  std::vector<Command> Commands() const {
    std::vector<Command> commands;
    for (const Message& message : Answers()) {
      if (message.type != MessageType::kCommand) continue;
      if (Result<Command> command = ReadCommand(message)) commands.push_back(*std::move(command));
    }
    return commands;
  }

  /// The codes of the status events among them.
  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const Command& command : Commands()) {
      const amf::Object* event = command.object(1);
      const amf::Value* code = event == nullptr ? nullptr : event->Find("code");
      if (code != nullptr && code->text() != nullptr) codes.push_back(*code->text());
    }
    return codes;
  }

  test::FakeGate::Publisher& published() { return *gate.publishers.at(0); }

  Clock::time_point now{std::chrono::hours(1)};
  Options options;
  RandomSource random = MadeUpRandom();
  test::FakeGate gate;
  testing::RecordingOutput output;
  std::unique_ptr<ServerSession> session;

 private:
  testing::RecordingOutput wire_bytes_;
  ChunkWriter wire_{wire_bytes_};
};

// Tags as ffmpeg sends them: H.264 of 64x64 at 10 frames a second, and AAC of 48 kHz, mono.

inline Bytes AvcHeaderTag() {
  return {0x17, 0x00, 0x00, 0x00, 0x00, 0x01, 0x42, 0xc0, 0x0a, 0xff, 0xe1, 0x00, 0x17, 0x67, 0x42,
          0xc0, 0x0a, 0xd9, 0x04, 0x26, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03,
          0x00, 0x50, 0x3c, 0x48, 0x99, 0x20, 0x01, 0x00, 0x05, 0x68, 0xcb, 0x83, 0xcb, 0x20};
}

/// The same at 96x64.
inline Bytes OtherAvcHeaderTag() {
  return {0x17, 0x00, 0x00, 0x00, 0x00, 0x01, 0x42, 0xc0, 0x0a, 0xff, 0xe1, 0x00, 0x17, 0x67, 0x42,
          0xc0, 0x0a, 0xd9, 0x06, 0x26, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x03,
          0x00, 0x50, 0x3c, 0x48, 0x99, 0x20, 0x01, 0x00, 0x05, 0x68, 0xcb, 0x83, 0xcb, 0x20};
}

/// One NAL unit: an IDR slice, or another one.
inline Bytes AvcFrameTag(bool key, uint8_t composition_ms = 0) {
  const uint8_t nal = key ? 0x65 : 0x41;
  return {static_cast<uint8_t>(key ? 0x17 : 0x27),
          0x01,
          0x00,
          0x00,
          composition_ms,
          0x00,
          0x00,
          0x00,
          0x04,
          nal,
          0x88,
          0x84,
          0x21};
}

inline Bytes AacHeaderTag() {
  return {0xaf, 0x00, 0x11, 0x88};
}

inline Bytes AacFrameTag() {
  return {0xaf, 0x01, 0x21, 0x10, 0x04};
}

}  // namespace weir::rtmp

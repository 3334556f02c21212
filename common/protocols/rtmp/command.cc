#include "protocols/rtmp/command.h"

#include <utility>

#include "formats/amf/reader.h"
#include "formats/amf/writer.h"

namespace weir::rtmp {
namespace {

/// Messages of the AMF3 kinds begin with a format byte of 0 and go on in AMF0, in which any value
/// may switch to AMF3.
std::span<const uint8_t> Amf0Of(const Message& message) {
  const std::span<const uint8_t> bytes = message.payload.view();
  const bool amf3 =
      message.type == MessageType::kCommandAmf3 || message.type == MessageType::kDataAmf3;
  return amf3 && !bytes.empty() && bytes.front() == 0 ? bytes.subspan(1) : bytes;
}

}  // namespace

std::string_view Command::text(size_t index) const {
  if (index >= arguments.size() || arguments[index].text() == nullptr) return {};
  return *arguments[index].text();
}

const amf::Object* Command::object(size_t index) const {
  return index < arguments.size() ? arguments[index].object() : nullptr;
}

Result<std::vector<amf::Value>> ReadDataValues(const Message& message) {
  amf::Reader reader(Amf0Of(message));
  std::vector<amf::Value> values;
  while (!reader.at_end()) {
    Result<amf::Value> value = reader.Next();
    if (!value && value.error().code == ErrorCode::kUnsupported) break;
    if (!value) return tl::unexpected(std::move(value).error());
    values.push_back(*std::move(value));
  }
  return values;
}

Result<Command> ReadCommand(const Message& message) {
  Result<std::vector<amf::Value>> values = ReadDataValues(message);
  if (!values) return tl::unexpected(std::move(values).error());
  if (values->empty() || values->front().text() == nullptr)
    return Fail(ErrorCode::kMalformed, "command without a name");
  Command command{.name = *values->front().text(), .transaction = 0, .arguments = {}};
  if (values->size() > 1) command.transaction = values->at(1).number().value_or(0);
  for (size_t i = 2; i < values->size(); ++i)
    command.arguments.push_back(std::move(values->at(i)));
  return command;
}

Message WriteCommand(const Command& command, uint32_t stream_id) {
  ByteWriter bytes;
  amf::Write(bytes, amf::Text(command.name));
  amf::Write(bytes, amf::Number(command.transaction));
  for (const amf::Value& argument : command.arguments)
    amf::Write(bytes, argument);
  return {.type = MessageType::kCommand,
          .stream_id = stream_id,
          .timestamp = 0,
          .payload = SharedBytes(bytes.Take())};
}

}  // namespace weir::rtmp

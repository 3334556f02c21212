#include "protocols/rtmp/id3_trigger.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/shared_bytes.h"
#include "base/text.h"

namespace weir::rtmp {
namespace {

constexpr std::string_view kSource = "AMFDataMessage";
constexpr std::string_view kMacro = "${TriggerValue}";
constexpr size_t kTriggersMax = 50;
constexpr size_t kTextMax = 1'024;  ///< Of Info and Data, as they are written.

Status ReadTrigger(const config::Node& event, Id3Trigger& trigger) {
  const config::Node* const node = event.Child("Trigger");
  if (node == nullptr) return event.Wrong("it has no Trigger");
  const std::string text = node->text();
  std::vector<std::string> parts;
  for (std::string_view rest = text; !rest.empty();)
    parts.emplace_back(TakeUntil(rest, '.'));
  const bool whole = parts.size() >= 3 && parts.front() == kSource && !text.ends_with('.') &&
                     std::none_of(parts.begin(), parts.end(),
                                  [](const std::string& part) { return part.empty(); });
  if (!whole) return node->Wrong(fmt::format("'{}' is not of the form {}.name.key", text, kSource));
  trigger.key = std::move(parts.back());
  trigger.begin.assign(std::next(parts.begin()), std::prev(parts.end()));
  return {};
}

Status ReadTarget(const config::Node& tag, media::Event::Target& target) {
  const auto type = tag.Text("EventType", "");
  if (!type) return tl::unexpected(type.error());
  if (*type == "event") {
    target = media::Event::Target::kAll;
  } else if (*type == "video") {
    target = media::Event::Target::kVideo;
  } else if (*type == "audio") {
    target = media::Event::Target::kAudio;
  } else {
    return tag.Wrong(fmt::format("its EventType '{}' is none of event, video and audio", *type));
  }
  return {};
}

Status ReadFrame(const config::Node& tag, id3::Frame& frame) {
  for (const auto& [name, text] :
       {std::pair("FrameType", &frame.id), {"Info", &frame.info}, {"Data", &frame.data}}) {
    auto read = tag.Text(name, "");
    if (!read) return tl::unexpected(read.error());
    if (read->size() > kTextMax)
      return tag.Wrong(fmt::format("its {} has more than {} bytes", name, kTextMax));
    *text = *std::move(read);
  }
  if (!id3::IsKnown(frame.id))
    return tag.Wrong(fmt::format("its FrameType '{}' is none of TXXX, T... and PRIV", frame.id));
  return {};
}

Result<Id3Trigger> ReadEvent(const config::Node& event, const config::Node& tag) {
  Id3Trigger trigger;
  if (Status read = ReadTrigger(event, trigger); !read) return tl::unexpected(read.error());
  if (Status read = ReadTarget(tag, trigger.target); !read) return tl::unexpected(read.error());
  if (Status read = ReadFrame(tag, trigger.frame); !read) return tl::unexpected(read.error());
  return trigger;
}

bool IsText(const amf::Value& value, const std::string& text) {
  return value.text() != nullptr && *value.text() == text;
}

std::optional<std::string> TextOf(const amf::Value& value) {
  if (const std::string* text = value.text()) return *text;
  if (const auto number = value.number()) return fmt::format("{}", *number);
  if (const auto flag = value.boolean()) return *flag ? "true" : "false";
  return std::nullopt;
}

std::optional<std::string> Find(const Id3Trigger& trigger, std::span<const amf::Value> values) {
  const size_t count = trigger.begin.size();
  if (values.size() <= count) return std::nullopt;
  for (size_t i = 0; i < count; ++i) {
    if (!IsText(values[i], trigger.begin[i])) return std::nullopt;
  }
  const amf::Value& last = values[count];
  if (last.text() != nullptr) return *last.text();
  const amf::Value* member = last.object() == nullptr ? nullptr : last.object()->Find(trigger.key);
  return member == nullptr ? std::nullopt : TextOf(*member);
}

}  // namespace

Result<std::vector<Id3Trigger>> ReadId3Triggers(const config::Node& provider) {
  std::vector<Id3Trigger> triggers;
  const config::Node* const generator = provider.Child("EventGenerator");
  if (generator == nullptr) return triggers;
  for (const config::Node* event : generator->Children("Event")) {
    const config::Node* const tag = event->Child("HLSID3v2");
    if (tag == nullptr) continue;
    if (triggers.size() == kTriggersMax)
      return event->Wrong(fmt::format("there may be {} events, not more", kTriggersMax));
    Result<Id3Trigger> trigger = ReadEvent(*event, *tag);
    if (!trigger) return tl::unexpected(trigger.error());
    triggers.push_back(*std::move(trigger));
  }
  return triggers;
}

std::optional<media::Event> MakeId3Event(const Id3Trigger& trigger,
                                         std::span<const amf::Value> values) {
  const std::optional<std::string> value = Find(trigger, values);
  if (!value || value->size() > media::Event::kPayloadMax) return std::nullopt;
  id3::Frame frame = trigger.frame;
  frame.info = ReplaceAll(std::move(frame.info), kMacro, *value);
  frame.data = ReplaceAll(std::move(frame.data), kMacro, *value);
  return media::Event{.kind = media::Event::Kind::kId3,
                      .target = trigger.target,
                      .payload = SharedBytes(id3::WriteTag({&frame, 1}))};
}

}  // namespace weir::rtmp

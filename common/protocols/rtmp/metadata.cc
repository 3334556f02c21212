#include "protocols/rtmp/metadata.h"

#include <array>
#include <cmath>
#include <string_view>

namespace weir::rtmp {
namespace {

constexpr double kBitrateKbpsMax = 1e6;
constexpr double kFrameRateMax = 1000;

/// A number within (0, max], or 0.
double PositiveNumber(const amf::Object& object, std::string_view name, double max) {
  const amf::Value* value = object.Find(name);
  const double number = value == nullptr ? 0 : value->number().value_or(0);
  return std::isfinite(number) && number > 0 && number <= max ? number : 0;
}

int64_t Bitrate(const amf::Object& object, std::string_view name) {
  return std::llround(PositiveNumber(object, name, kBitrateKbpsMax) * 1000);
}

/// A codec is a number, a FourCC as a number, or a text such as "avc1".
bool NamesCodec(const amf::Object& object, std::string_view name) {
  const amf::Value* value = object.Find(name);
  if (value == nullptr) return false;
  if (value->text() != nullptr) return !value->text()->empty();
  return value->number().value_or(0) != 0;
}

/// What a flag such as hasVideo says, or else what the other members make likely.
bool Declared(const amf::Object& object, std::string_view flag, bool likely) {
  const amf::Value* value = object.Find(flag);
  return value == nullptr ? likely : value->boolean().value_or(likely);
}

Metadata ReadObject(const amf::Object& object) {
  Metadata metadata;
  metadata.video_bitrate = Bitrate(object, "videodatarate");
  metadata.audio_bitrate = Bitrate(object, "audiodatarate");
  metadata.frame_rate = PositiveNumber(object, "framerate", kFrameRateMax);
  if (metadata.frame_rate == 0) metadata.frame_rate = PositiveNumber(object, "fps", kFrameRateMax);
  metadata.video = Declared(
      object, "hasVideo",
      NamesCodec(object, "videocodecid") || metadata.video_bitrate > 0 || metadata.frame_rate > 0);
  metadata.audio = Declared(object, "hasAudio",
                            NamesCodec(object, "audiocodecid") || metadata.audio_bitrate > 0 ||
                                PositiveNumber(object, "audiosamplerate", 1e6) > 0);
  return metadata;
}

bool IsText(const amf::Value& value, std::string_view text) {
  return value.text() != nullptr && *value.text() == text;
}

}  // namespace

std::optional<Metadata> ReadMetadata(std::span<const amf::Value> values) {
  if (!values.empty() && IsText(values.front(), "@setDataFrame")) values = values.subspan(1);
  if (values.size() < 2 || !IsText(values.front(), "onMetaData")) return std::nullopt;
  const amf::Object* object = values[1].object();
  return object == nullptr ? std::nullopt : std::optional(ReadObject(*object));
}

}  // namespace weir::rtmp

#include "media/aac/audio_specific_config.h"

#include <array>

#include <fmt/format.h>

#include "base/bit_reader.h"
#include "media/aac/program_config.h"

namespace weir::media::aac {
namespace {

constexpr uint32_t kEscapedType = 31;
constexpr uint32_t kExplicitRate = 15;
constexpr uint32_t kRateMax = 96'000;
constexpr uint32_t kSbrSync = 0x2b7;
constexpr uint32_t kPsSync = 0x548;
constexpr uint32_t kSbrType = 5;
constexpr uint32_t kPsType = 29;

/// By channelConfiguration (table 1.19); 0 is told by a program_config_element or reserved.
constexpr std::array<uint8_t, 16> kChannels = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0};

uint32_t ReadType(BitReader& bits) {
  const uint32_t type = bits.Bits(5);
  return type == kEscapedType ? 32 + bits.Bits(6) : type;
}

/// Zero where the index is reserved.
uint32_t ReadRate(BitReader& bits) {
  constexpr std::array<uint32_t, 16> kRates = {96'000, 88'200, 64'000, 48'000, 44'100, 32'000,
                                               24'000, 22'050, 16'000, 12'000, 11'025, 8'000,
                                               7'350,  0,      0,      0};
  const uint32_t index = bits.Bits(4);
  return index == kExplicitRate ? bits.Bits(24) : kRates.at(index);
}

bool IsPlayable(uint32_t type) {
  return type == static_cast<uint32_t>(ObjectType::kMain) ||
         type == static_cast<uint32_t>(ObjectType::kLc) ||
         type == static_cast<uint32_t>(ObjectType::kLtp);
}

/// GASpecificConfig (4.4.1).
void ReadFraming(BitReader& bits, uint32_t channel_configuration, AudioSpecificConfig& config) {
  config.core_samples = bits.Flag() ? 960 : 1024;
  if (bits.Flag()) bits.Skip(14);  // coreCoderDelay
  bits.Skip(1);                    // extensionFlag
  if (channel_configuration == 0)
    config.channels = ReadProgramConfigChannels(bits);
  else
    config.channels = kChannels.at(channel_configuration);
}

/// SBR and PS as older decoders overlook them: behind everything else.
void ReadTrailingExtension(BitReader& bits, AudioSpecificConfig& config) {
  if (bits.remaining_bits() < 16 || bits.Bits(11) != kSbrSync) return;
  if (ReadType(bits) != kSbrType || !bits.Flag()) return;
  const uint32_t rate = ReadRate(bits);
  if (!bits.ok() || rate == 0) return;
  config.sbr = true;
  config.output_rate = rate;
  if (bits.remaining_bits() >= 12 && bits.Bits(11) == kPsSync) config.ps = bits.Flag();
}

Status Check(const AudioSpecificConfig& config) {
  if (config.core_rate == 0 || config.output_rate == 0 || config.channels == 0)
    return Fail(ErrorCode::kMalformed, "AAC configuration has no sampling rate or no channels");
  if (!IsExactRate(config.core_rate) || !IsExactRate(config.output_rate) ||
      config.core_rate > kRateMax || config.output_rate > kRateMax)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("AAC sampling rate of {} Hz is not supported", config.output_rate));
  return {};
}

}  // namespace

Result<AudioSpecificConfig> ReadAudioSpecificConfig(std::span<const uint8_t> bytes) {
  BitReader bits(bytes);
  AudioSpecificConfig config;
  uint32_t type = ReadType(bits);
  config.core_rate = config.output_rate = ReadRate(bits);
  const uint32_t channel_configuration = bits.Bits(4);
  if (type == kSbrType || type == kPsType) {
    config.sbr = true;
    config.ps = type == kPsType;
    config.output_rate = ReadRate(bits);
    type = ReadType(bits);
  }
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "AAC configuration is cut off");
  if (!IsPlayable(type))
    return Fail(ErrorCode::kUnsupported, fmt::format("AAC object type {} is not supported", type));
  config.core = static_cast<ObjectType>(type);
  ReadFraming(bits, channel_configuration, config);
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "AAC configuration is cut off");
  if (!config.sbr) ReadTrailingExtension(bits, config);
  if (config.ps && config.channels == 1) config.channels = 2;
  const auto usable = Check(config);
  if (!usable) return tl::unexpected(usable.error());
  return config;
}

Result<Track> ReadTrack(const SharedBytes& bytes) {
  const auto config = ReadAudioSpecificConfig(bytes.view());
  if (!config) return tl::unexpected(config.error());
  ObjectType announced = config->core;
  if (config->sbr) announced = config->ps ? ObjectType::kPs : ObjectType::kSbr;
  Track track;
  track.codec = CodecId::kAac;
  track.config = bytes;
  track.codec_string = fmt::format("mp4a.40.{}", static_cast<int>(announced));
  track.frame_duration = FromTicks(config->core_samples, config->core_rate);
  track.sample_rate = config->output_rate;
  track.channels = config->channels;
  return track;
}

}  // namespace weir::media::aac

#include "origin/apps/json_names.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace weir::origin {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

bool Has(std::span<const std::string_view> sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

/// Names that are not made by the rule, wherever they stand.
constexpr std::array<Pair, 15> kNames{{
    {"RTMP", "rtmp"},
    {"RTSPPull", "rtspPull"},
    {"SRT", "srt"},
    {"LLHLS", "llhls"},
    {"HLS", "hls"},
    {"OVT", "ovt"},
    {"MPEGTS", "mpegts"},
    {"WebRTC", "webrtc"},
    {"TLS", "tls"},
    {"FILE", "file"},
    {"HWAccels", "hwaccels"},
    {"Rendition", "renditions"},
    {"RenditionTemplate", "rendition_templates"},
    {"VideoTemplate", "video_template"},
    {"AudioTemplate", "audio_template"},
}};

/// Those that have one in one shape alone: "Shape/Element".
constexpr std::array<Pair, 8> kNamesInShapes{{
    {"Encodes/Video", "videos"},
    {"Encodes/Audio", "audios"},
    {"Encodes/Image", "images"},
    {"OutputProfile/Playlist", "playlists"},
    {"CrossDomains/Url", "urls"},
    {"MpegTsProvider/StreamMap", "streams"},
    {"Rendition/VideoIndexHint", "video_index_hint"},
    {"Rendition/AudioIndexHint", "audio_index_hint"},
}};

/// "Shape/Element" of what may be there several times, in the order of their bytes.
constexpr std::array<std::string_view, 21> kLists{
    "Applications/Application",
    "AudioMap/Item",
    "CrossDomains/Url",
    "DefaultQuery/Query",
    "DumpPlaylists/Playlist",
    "Dumps/Dump",
    "Encodes/Audio",
    "Encodes/Image",
    "Encodes/Video",
    "FileStreamMap/Stream",
    "MpegTsStreamMap/Stream",
    "Names/Name",
    "Origins/Origin",
    "OutputProfile/Playlist",
    "OutputProfiles/OutputProfile",
    "PassUrls/Url",
    "PersistentStreams/Stream",
    "Playlist/Rendition",
    "Playlist/RenditionTemplate",
    "RtmpEvents/Event",
    "Subtitles/Rendition",
};

constexpr std::array<std::string_view, 1> kMoreLists{"WeirPathToken/Key"};

/// Shapes that are in JSON the list they hold.
constexpr std::array<std::string_view, 3> kCollapsed{"Applications", "MpegTsStreamMap", "Names"};

/// Shapes whose members have names like max_width.
constexpr std::array<std::string_view, 2> kSnakes{"AudioTemplate", "VideoTemplate"};

/// Shapes whose values are comparisons, whatever is compared.
constexpr std::array<std::string_view, 2> kComparisons{"AudioMatch", "VideoMatch"};

// Elements that are no text, each in the order of their bytes.

constexpr std::array<std::string_view, 33> kFlags{
    "AutoSelect",
    "BindAddress",
    "BlockDuplicateStreamName",
    "Bypass",
    "CreateDefaultPlaylist",
    "Enable",
    "EnablePreloadHint",
    "EnableSubtitles",
    "EnableTsPackaging",
    "EventPlaylistType",
    "Failback",
    "Forced",
    "ForwardQueryParams",
    "GenerateAudioPTS",
    "HardwareAcceleration",
    "IgnoreRtcpSRTimestamp",
    "JitterBuffer",
    "OnlyKeyframes",
    "OriginMode",
    "PassthroughOutputProfile",
    "Persistent",
    "PropagateQueryString",
    "Relay",
    "Rtx",
    "ServerTimeBasedSegmentNumbering",
    "StrictLocation",
    "Translation",
    "Ulpfec",
    "UseIncomingTimestamp",
    "UseLocalProfilesOnConnectionFailure",
    "UseLocalProfilesOnErrorResponse",
    "UseLocalProfilesOnServerDisallow",
    "WebRtcAutoAbr",
};

constexpr std::array<std::string_view, 47> kWholes{
    "AppWorkerCount",
    "AudioIndexHint",
    "BFrames",
    "Channel",
    "ChunklistMaxAge",
    "ChunklistWithDirectivesMaxAge",
    "ConnectionTimeout",
    "ConnectionTimeoutMs",
    "DelayBufferTimeMs",
    "H264hasBframes",
    "HLSChunklistPathDepth",
    "Height",
    "KeyFrameInterval",
    "Lifetime",
    "Lookahead",
    "MasterPlaylistMaxAge",
    "Max",
    "MaxBitrate",
    "MaxChannel",
    "MaxConnection",
    "MaxDuration",
    "MaxHeight",
    "MaxSamplerate",
    "MaxWidth",
    "Min",
    "MinBitrate",
    "MinChannel",
    "MinHeight",
    "MinSamplerate",
    "MinWidth",
    "NoInputFailoverTimeout",
    "PacketSilenceTimeoutMs",
    "PartialSegmentMaxAge",
    "RetryCount",
    "Samplerate",
    "SegmentCount",
    "SegmentMaxAge",
    "SendTimeout",
    "SendTimeoutMs",
    "SkipFrames",
    "StreamFailbackTimeout",
    "StreamWorkerCount",
    "ThreadCount",
    "Timeout",
    "UnusedStreamDeletionTimeout",
    "VideoIndexHint",
    "Width",
};

constexpr std::array<std::string_view, 8> kNumbers{
    "ChunkDuration", "Framerate",    "MaxFPS",       "MaxFramerate",
    "MinFPS",        "MinFramerate", "PartHoldBack", "SegmentDuration",
};

static_assert(std::is_sorted(kLists.begin(), kLists.end()));
static_assert(std::is_sorted(kFlags.begin(), kFlags.end()));
static_assert(std::is_sorted(kWholes.begin(), kWholes.end()));
static_assert(std::is_sorted(kNumbers.begin(), kNumbers.end()));

char Small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// "MaxWidth": "max_width"
std::string Snake(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (c != Small(c) && !key.empty()) key += '_';
    key += Small(c);
  }
  return key;
}

std::string KeyOf(std::string_view shape, std::string_view name, const std::string& place) {
  if (Has(kSnakes, shape)) return Snake(name);
  for (const auto& [where, key] : kNamesInShapes) {
    if (where == place) return std::string(key);
  }
  for (const auto& [element, key] : kNames) {
    if (element == name) return std::string(key);
  }
  std::string key(name);
  key.front() = Small(key.front());
  return key;
}

ValueKind KindOf(std::string_view shape, std::string_view name) {
  if (Has(kComparisons, shape)) return ValueKind::kText;
  if (Has(kFlags, name)) return ValueKind::kFlag;
  if (Has(kWholes, name)) return ValueKind::kWhole;
  return Has(kNumbers, name) ? ValueKind::kNumber : ValueKind::kText;
}

/// Without what spellings differ in.
std::string Bare(std::string_view key) {
  std::string bare;
  for (const char c : key) {
    if (c != '_') bare += Small(c);
  }
  return bare;
}

}  // namespace

JsonMember JsonMemberOf(std::string_view shape, const config::KnownElement& element) {
  const std::string place = std::string(shape) + "/" + element.name;
  return {.key = KeyOf(shape, element.name, place),
          .list = Has(kLists, place) || Has(kMoreLists, place),
          .collapsed = Has(kCollapsed, element.shape),
          .kind = KindOf(shape, element.name)};
}

bool IsSpelling(std::string_view key, const JsonMember& member,
                const config::KnownElement& element) {
  if (key == member.key) return true;
  const std::string bare = Bare(key);
  return bare == Bare(member.key) || bare == Bare(element.name) ||
         (member.list && bare == Bare(element.name) + "s");
}

}  // namespace weir::origin

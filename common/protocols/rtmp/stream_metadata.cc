#include "protocols/rtmp/stream_metadata.h"

#include <utility>

#include "formats/flv/tag_body.h"

namespace weir::rtmp {
namespace {

constexpr double kAvcCodec = 7;
constexpr double kAacCodec = 10;
constexpr double kBitsPerKilobit = 1'000;
constexpr double kSampleBits = 16;

/// A classic codec's number, or the FourCC as a number (Enhanced RTMP v1).
double CodecNumber(const media::Track& track) {
  if (flv::NeedsFourCc(track.codec)) return flv::FourCcOf(track.codec);
  return track.kind() == media::MediaKind::kVideo ? kAvcCodec : kAacCodec;
}

void AddVideo(const media::Track& track, std::vector<amf::Member>& members) {
  members.push_back({"width", amf::Number(track.width)});
  members.push_back({"height", amf::Number(track.height)});
  members.push_back({"videocodecid", amf::Number(CodecNumber(track))});
  if (track.bitrate > 0) {
    const auto rate = static_cast<double>(track.bitrate);
    members.push_back({"videodatarate", amf::Number(rate / kBitsPerKilobit)});
  }
  if (track.frame_duration > MediaTime(0))
    members.push_back({"framerate", amf::Number(1 / ToSeconds(track.frame_duration))});
}

void AddAudio(const media::Track& track, std::vector<amf::Member>& members) {
  members.push_back({"audiocodecid", amf::Number(CodecNumber(track))});
  members.push_back({"audiosamplerate", amf::Number(track.sample_rate)});
  members.push_back({"audiosamplesize", amf::Number(kSampleBits)});
  members.push_back({"audiochannels", amf::Number(track.channels)});
  members.push_back({"stereo", amf::Boolean(track.channels > 1)});
  if (track.bitrate > 0) {
    const auto rate = static_cast<double>(track.bitrate);
    members.push_back({"audiodatarate", amf::Number(rate / kBitsPerKilobit)});
  }
}

}  // namespace

std::vector<amf::Value> StreamMetadata(const media::Track* video, const media::Track* audio) {
  std::vector<amf::Member> members{{"duration", amf::Number(0)}, {"encoder", amf::Text("Weir")}};
  if (video != nullptr) AddVideo(*video, members);
  if (audio != nullptr) AddAudio(*audio, members);
  return {amf::Text("@setDataFrame"), amf::Text("onMetaData"),
          amf::EcmaArrayOf(std::move(members))};
}

}  // namespace weir::rtmp

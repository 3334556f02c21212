#include "formats/m3u8/multivariant_playlist.h"

#include <iterator>

#include <fmt/format.h>

#include "formats/m3u8/text.h"

namespace weir::m3u8 {
namespace {

auto End(std::string& out) {
  return std::back_inserter(out);
}

void AppendAudio(std::string& out, const AudioRendition& audio) {
  out += "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=";
  AppendQuoted(out, audio.group);
  out += ",NAME=";
  AppendQuoted(out, audio.name);
  out += audio.is_default ? ",DEFAULT=YES,AUTOSELECT=YES" : ",DEFAULT=NO,AUTOSELECT=YES";
  if (audio.channels > 0) fmt::format_to(End(out), ",CHANNELS=\"{}\"", audio.channels);
  if (!audio.language.empty()) {
    out += ",LANGUAGE=";
    AppendQuoted(out, audio.language);
  }
  out += ",URI=";
  AppendQuoted(out, audio.uri);
  out += '\n';
}

std::string Joined(const std::vector<std::string>& codecs) {
  std::string joined;
  for (const std::string& codec : codecs) {
    if (!joined.empty()) joined += ',';
    joined += codec;
  }
  return joined;
}

void AppendVariant(std::string& out, const Variant& variant) {
  fmt::format_to(End(out), "#EXT-X-STREAM-INF:BANDWIDTH={}", variant.bandwidth);
  if (variant.average_bandwidth > 0)
    fmt::format_to(End(out), ",AVERAGE-BANDWIDTH={}", variant.average_bandwidth);
  if (variant.width > 0 && variant.height > 0) {
    fmt::format_to(End(out), ",RESOLUTION={}x{}", variant.width, variant.height);
  }
  if (variant.frame_rate > 0) fmt::format_to(End(out), ",FRAME-RATE={:.3f}", variant.frame_rate);
  if (!variant.codecs.empty()) {
    out += ",CODECS=";
    AppendQuoted(out, Joined(variant.codecs));
  }
  if (!variant.video_range.empty()) out += ",VIDEO-RANGE=" + variant.video_range;
  if (!variant.audio_group.empty()) {
    out += ",AUDIO=";
    AppendQuoted(out, variant.audio_group);
  }
  if (variant.no_captions) out += ",CLOSED-CAPTIONS=NONE";
  out += '\n';
  out += variant.uri;
  out += '\n';
}

}  // namespace

std::string Render(const MultivariantPlaylist& playlist) {
  std::string out =
      fmt::format("#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-INDEPENDENT-SEGMENTS\n", playlist.version);
  for (const AudioRendition& audio : playlist.audio)
    AppendAudio(out, audio);
  for (const Variant& variant : playlist.variants)
    AppendVariant(out, variant);
  return out;
}

}  // namespace weir::m3u8

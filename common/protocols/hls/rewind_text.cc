#include "protocols/hls/rewind_text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace weir::hls {
namespace {

constexpr std::string_view kTargetDuration = "#EXT-X-TARGETDURATION:";
constexpr std::string_view kMediaSequence = "#EXT-X-MEDIA-SEQUENCE:";
constexpr std::string_view kDiscontinuitySequence = "#EXT-X-DISCONTINUITY-SEQUENCE:";
constexpr std::string_view kSkipped = "#EXT-X-SKIP:SKIPPED-SEGMENTS=";

/// Takes a line off `text`, without its end.
std::string_view TakeLine(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

void AppendPast(const RewindPast& past, int64_t next_discontinuity, std::string& out) {
  size_t size = 0;
  for (const auto& lines : past.segments)
    size += lines->size();
  out.reserve(out.size() + size + 4'096);
  for (const auto& lines : past.segments)
    out += *lines;
  for (int64_t i = past.last_discontinuity; i < next_discontinuity; ++i)
    out += "#EXT-X-DISCONTINUITY\n";
}

int64_t ReadNumber(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Behind the address, before a line's or an attribute's end.
void AppendAddress(std::string_view address, std::string_view query, std::string& out) {
  out += address;
  out += address.find('?') == std::string_view::npos ? '?' : '&';
  out += query;
}

}  // namespace

std::optional<int64_t> NumberBehind(std::string_view playlist, std::string_view tag) {
  while (!playlist.empty()) {
    const std::string_view line = TakeLine(playlist);
    if (line.starts_with(tag)) return ReadNumber(line.substr(tag.size()));
  }
  return std::nullopt;
}

std::string WithPast(std::string_view playlist, const RewindPast& past) {
  if (past.segments.empty()) return std::string(playlist);
  const bool is_delta = playlist.find(kSkipped) != std::string_view::npos;
  std::string out;
  while (!playlist.empty()) {
    const std::string_view line = TakeLine(playlist);
    if (line.starts_with(kMediaSequence)) {
      out += fmt::format("{}{}\n", kMediaSequence, past.media_sequence);
    } else if (line.starts_with(kTargetDuration)) {
      const int64_t now = ReadNumber(line.substr(kTargetDuration.size()));
      out += fmt::format("{}{}\n", kTargetDuration,
                         std::max<int64_t>(now, past.target_duration.count()));
    } else if (line.starts_with(kDiscontinuitySequence)) {
      out += fmt::format("{}{}\n", kDiscontinuitySequence, past.discontinuity_sequence);
      if (!is_delta) AppendPast(past, ReadNumber(line.substr(kDiscontinuitySequence.size())), out);
    } else if (line.starts_with(kSkipped)) {
      std::string_view rest = line.substr(kSkipped.size());
      const auto skipped = ReadNumber(rest) + static_cast<int64_t>(past.segments.size());
      rest.remove_prefix(std::min(rest.find(','), rest.size()));
      out += fmt::format("{}{}{}\n", kSkipped, skipped, rest);
    } else {
      out += line;
      out += '\n';
    }
  }
  return out;
}

std::string WithQuery(std::string_view multivariant, std::string_view query) {
  constexpr std::string_view kUri = "URI=\"";
  std::string out;
  while (!multivariant.empty()) {
    const std::string_view line = TakeLine(multivariant);
    const size_t uri = line.starts_with('#') ? line.find(kUri) : std::string_view::npos;
    if (uri != std::string_view::npos) {
      const size_t start = uri + kUri.size();
      const size_t end = std::min(line.find('"', start), line.size());
      out += line.substr(0, start);
      AppendAddress(line.substr(start, end - start), query, out);
      out += line.substr(end);
    } else if (!line.empty() && !line.starts_with('#')) {
      AppendAddress(line, query, out);
    } else {
      out += line;
    }
    out += '\n';
  }
  return out;
}

}  // namespace weir::hls

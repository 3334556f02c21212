#include "bench/load/playlist.h"

#include <charconv>
#include <chrono>
#include <optional>

#include "base/text.h"
#include "http/fields.h"

namespace weir::load {
namespace {

/// What follows `tag`, where `line` begins with it.
std::optional<std::string_view> After(std::string_view line, std::string_view tag) {
  if (!line.starts_with(tag)) return std::nullopt;
  return line.substr(tag.size());
}

std::string Attribute(std::string_view list, std::string_view name) {
  while (const auto attribute = http::NextElement(list)) {
    auto value = After(*attribute, name);
    if (!value || !value->starts_with('=')) continue;
    value->remove_prefix(1);
    if (value->starts_with('"')) return std::string(value->substr(1, value->size() - 2));
    return std::string(*value);
  }
  return {};
}

int64_t Number(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::chrono::microseconds Seconds(std::string_view text) {
  double seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6));
}

/// "2026-11-21T11:55:20.123Z"
UtcTime Date(std::string_view text) {
  const auto field = [text](size_t at, size_t size) {
    return static_cast<int>(Number(text.substr(at, size)));
  };
  const std::chrono::sys_days day = std::chrono::year(field(0, 4)) / field(5, 2) / field(8, 2);
  return day + std::chrono::hours(field(11, 2)) + std::chrono::minutes(field(14, 2)) +
         Seconds(text.substr(17));
}

}  // namespace

Playlist ReadPlaylist(std::string_view text) {
  Playlist playlist;
  UtcTime time{};
  UtcTime segment_begin{};
  while (!text.empty()) {
    const std::string_view line = TakeUntil(text, '\n');
    if (const auto number = After(line, "#EXT-X-MEDIA-SEQUENCE:")) {
      playlist.next_number = Number(*number);
    } else if (const auto skip = After(line, "#EXT-X-SKIP:")) {
      playlist.next_number += Number(Attribute(*skip, "SKIPPED-SEGMENTS"));
    } else if (const auto control = After(line, "#EXT-X-SERVER-CONTROL:")) {
      playlist.may_skip = !Attribute(*control, "CAN-SKIP-UNTIL").empty();
    } else if (const auto map = After(line, "#EXT-X-MAP:")) {
      playlist.map_uri = Attribute(*map, "URI");
    } else if (const auto date = After(line, "#EXT-X-PROGRAM-DATE-TIME:")) {
      segment_begin = time = Date(*date);
    } else if (const auto part = After(line, "#EXT-X-PART:")) {
      time += Seconds(Attribute(*part, "DURATION"));
      playlist.parts.push_back({.place = {playlist.next_number, playlist.next_part++},
                                .uri = Attribute(*part, "URI"),
                                .end = time});
    } else if (const auto length = After(line, "#EXTINF:")) {
      segment_begin = time = segment_begin + Seconds(*length);
    } else if (const auto hint = After(line, "#EXT-X-PRELOAD-HINT:")) {
      playlist.hint_uri = Attribute(*hint, "URI");
    } else if (line == "#EXT-X-ENDLIST") {
      playlist.ended = true;
    } else if (!line.empty() && !line.starts_with('#')) {
      ++playlist.next_number;
      playlist.next_part = 0;
    }
  }
  return playlist;
}

std::vector<std::string> ReadMultivariant(std::string_view text) {
  std::vector<std::string> chunklists;
  std::string audio;
  while (!text.empty()) {
    const std::string_view line = TakeUntil(text, '\n');
    if (const auto media = After(line, "#EXT-X-MEDIA:"); media && audio.empty()) {
      audio = Attribute(*media, "URI");
    } else if (!line.empty() && !line.starts_with('#') && chunklists.empty()) {
      chunklists.emplace_back(line);
    }
  }
  if (!audio.empty()) chunklists.push_back(audio);
  return chunklists;
}

}  // namespace weir::load

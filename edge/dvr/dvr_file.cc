#include "edge/dvr/dvr_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace weir::edge {
namespace {

constexpr std::string_view kEnd = ".m4s";
constexpr std::string_view kInit = "init";
constexpr size_t kNameSizeMax = 64;

std::string_view TakeUntil(std::string_view& text, char end) {
  const std::string_view taken = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), taken.size() + 1));
  return taken;
}

template <class Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size();
}

bool IsPlain(std::string_view text) {
  return !text.empty() && text.size() <= kNameSizeMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); });
}

bool ReadKind(std::string_view text, media::MediaKind& kind) {
  kind = text == media::NameOf(media::MediaKind::kAudio) ? media::MediaKind::kAudio
                                                         : media::MediaKind::kVideo;
  return text == media::NameOf(kind);
}

bool ReadName(std::string_view name, DvrFile& file) {
  if (!name.ends_with(kEnd)) return false;
  name.remove_suffix(kEnd.size());
  const bool head =
      ReadNumber(TakeUntil(name, '_'), file.track) && ReadKind(TakeUntil(name, '_'), file.kind);
  const std::string_view number = TakeUntil(name, '_');
  if (!head || number == kInit) return head && ReadNumber(name, file.size);
  int64_t length = 0;
  int64_t date = 0;
  file.number = 0;
  const bool read = ReadNumber(number, *file.number) && ReadNumber(TakeUntil(name, '_'), length) &&
                    ReadNumber(TakeUntil(name, '_'), date) && ReadNumber(name, file.size);
  file.length = std::chrono::microseconds(length);
  file.date = UtcTime(std::chrono::microseconds(date));
  return read;
}

}  // namespace

std::string DvrFile::path() const {
  const std::string folder = fmt::format("{}/{}_{}", key, discontinuity_sequence, run);
  const std::string_view kind_name = media::NameOf(kind);
  if (!number) return fmt::format("{}/{}_{}_{}_{}{}", folder, track, kind_name, kInit, size, kEnd);
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::microseconds>(date.time_since_epoch());
  return fmt::format("{}/{}_{}_{}_{}_{}_{}{}", folder, track, kind_name, *number, length.count(),
                     since_epoch.count(), size, kEnd);
}

std::optional<DvrFile> ParseDvrPath(std::string_view path) {
  const std::string original(path);
  DvrFile file;
  file.key = TakeUntil(path, '/');
  std::string_view folder = TakeUntil(path, '/');
  const bool read =
      ReadNumber(TakeUntil(folder, '_'), file.discontinuity_sequence) && ReadName(path, file);
  file.run = folder;
  // One file has one name, and no name leads out of the folder.
  if (!read || !IsPlain(file.key) || !IsPlain(file.run) || file.path() != original)
    return std::nullopt;
  return file;
}

}  // namespace weir::edge

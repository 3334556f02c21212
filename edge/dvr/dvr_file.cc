#include "edge/dvr/dvr_file.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace weir::edge {
namespace {

constexpr std::string_view kEnd = ".m4s";
constexpr std::string_view kInit = "init";
constexpr size_t kNameSizeMax = 64;

template <class Number>
bool Take(std::string_view text, Number& number) {
  const auto read = ReadNumber<Number>(text);
  number = read.value_or(0);
  return read.has_value();
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
      Take(TakeUntil(name, '_'), file.track) && ReadKind(TakeUntil(name, '_'), file.kind);
  const std::string_view number = TakeUntil(name, '_');
  if (!head || number == kInit) return head && Take(name, file.size);
  int64_t length = 0;
  int64_t date = 0;
  file.number = 0;
  const bool read = Take(number, *file.number) && Take(TakeUntil(name, '_'), length) &&
                    Take(TakeUntil(name, '_'), date) && Take(name, file.size);
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
      Take(TakeUntil(folder, '_'), file.discontinuity_sequence) && ReadName(path, file);
  file.run = folder;
  // One file has one name, and no name leads out of the folder.
  if (!read || !IsPlain(file.key) || !IsPlain(file.run) || file.path() != original)
    return std::nullopt;
  return file;
}

}  // namespace weir::edge

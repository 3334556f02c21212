#include "stream/ledger_file.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "base/c_ptr.h"
#include "base/text.h"

namespace weir::stream {
namespace {

using FilePtr = CPtr<FILE, std::fclose>;

constexpr std::string_view kFirstLine = "weir-runs 1";
/// So that the number after any of these can be counted to.
constexpr int64_t kNumberMax = int64_t{1} << 60;

std::string Escaped(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '%') {
      escaped += fmt::format("%{:02x}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

Result<std::string> Unescaped(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    if (text.front() != '%') {
      path += text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(1, 2);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || read.ptr != digits.data() + 2)
      return Fail(ErrorCode::kMalformed, "a path is not escaped as it should be");
    path += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return path;
}

Result<int64_t> ParseNumber(std::string_view text) {
  const auto number = ReadNumber<int64_t>(text);
  if (!number || *number < 0 || *number > kNumberMax) {
    return Fail(ErrorCode::kMalformed, "a number is none");
  }
  return *number;
}

Result<LedgerEntry> ParseEntry(std::string_view line) {
  const Result<int64_t> last_number = ParseNumber(TakeUntil(line, ' '));
  if (!last_number) return tl::unexpected(last_number.error());
  const Result<int64_t> runs = ParseNumber(TakeUntil(line, ' '));
  if (!runs) return tl::unexpected(runs.error());
  Result<std::string> path = Unescaped(line);
  if (!path) return tl::unexpected(path.error());
  return LedgerEntry{.path = std::move(*path), .last_number = *last_number, .runs = *runs};
}

tl::unexpected<Error> FailedTo(std::string_view what, const std::string& file) {
  const std::string reason = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is.
  return Fail(ErrorCode::kUnavailable, fmt::format("cannot {} {}: {}", what, file, reason));
}

}  // namespace

std::string RenderLedger(const std::vector<LedgerEntry>& entries) {
  std::string text = fmt::format("{}\n", kFirstLine);
  for (const LedgerEntry& entry : entries)
    text += fmt::format("{} {} {}\n", entry.last_number, entry.runs, Escaped(entry.path));
  return text + fmt::format("end {}\n", entries.size());
}

Result<std::vector<LedgerEntry>> ParseLedger(std::string_view text, size_t entries_max) {
  if (TakeUntil(text, '\n') != kFirstLine)
    return Fail(ErrorCode::kMalformed, "not a ledger of runs");
  std::vector<LedgerEntry> entries;
  while (!text.starts_with("end ")) {
    if (text.empty()) return Fail(ErrorCode::kMalformed, "cut short");
    if (entries.size() == entries_max)
      return Fail(ErrorCode::kLimitExceeded, fmt::format("more than {} entries", entries_max));
    Result<LedgerEntry> entry = ParseEntry(TakeUntil(text, '\n'));
    if (!entry) return tl::unexpected(entry.error());
    entries.push_back(std::move(*entry));
  }
  if (text != fmt::format("end {}\n", entries.size()))
    return Fail(ErrorCode::kMalformed, "its end does not fit it");
  return entries;
}

Result<std::string> ReadWholeFile(const std::string& file, size_t size_max) {
  const FilePtr opened(std::fopen(file.c_str(), "rbe"));
  if (!opened && errno == ENOENT) return Fail(ErrorCode::kNotFound, "no such file");
  if (!opened) return FailedTo("open", file);
  std::string text;
  char buffer[16 * 1024];
  while (const size_t read = std::fread(buffer, 1, sizeof buffer, opened.get())) {
    if (text.size() + read > size_max)
      return Fail(ErrorCode::kLimitExceeded, fmt::format("larger than {} bytes", size_max));
    text.append(buffer, read);
  }
  if (std::ferror(opened.get()) != 0) return FailedTo("read", file);
  return text;
}

Status ReplaceFile(const std::string& file, std::string_view text) {
  const std::string temporary = file + ".new";
  {
    const FilePtr opened(std::fopen(temporary.c_str(), "wbe"));
    if (!opened) return FailedTo("create", temporary);
    const bool written = std::fwrite(text.data(), 1, text.size(), opened.get()) == text.size() &&
                         std::fflush(opened.get()) == 0 && fsync(fileno(opened.get())) == 0;
    if (!written) return FailedTo("write", temporary);
  }
  if (std::rename(temporary.c_str(), file.c_str()) != 0) return FailedTo("replace", file);
  return {};
}

}  // namespace weir::stream

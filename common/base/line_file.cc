#include "base/line_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>

#include "base/log.h"

namespace weir {
namespace {

/// As many whole lines from the front as fit into `size`, or the first one.
std::string_view WholeLines(std::string_view lines, size_t size) {
  if (lines.size() <= size) return lines;
  size_t end = lines.rfind('\n', size - 1);
  if (end == std::string_view::npos) end = lines.find('\n');
  return lines.substr(0, end == std::string_view::npos ? end : end + 1);
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

LineFile::LineFile(std::string path) : path_(std::move(path)) {}

LineFile::~LineFile() {
  writer_.Post([this] {
    Flush();
    if (fd_ >= 0 && !is_stdout()) ::close(fd_);
  });
}

Result<int> LineFile::OpenFile() const {
  if (is_stdout()) return STDOUT_FILENO;
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd >= 0) return fd;
  return Fail(ErrorCode::kUnavailable,
              fmt::format("cannot write to {}: {}", path_, std::strerror(errno)));
}

Status LineFile::Open() {
  const Result<int> opened = OpenFile();
  if (!opened) return tl::unexpected(opened.error());
  fd_ = *opened;
  return {};
}

void LineFile::Write(std::string_view lines) {
  enum class Outcome { kKept, kTell, kFull };
  const Outcome outcome = waiting_.With([lines](Waiting& waiting) {
    if (waiting.lines.size() + lines.size() > kBytesMax) return Outcome::kFull;
    waiting.lines += lines;
    return std::exchange(waiting.told, true) ? Outcome::kKept : Outcome::kTell;
  });
  if (outcome == Outcome::kFull) Drop(lines);
  if (outcome == Outcome::kTell) writer_.Post([this] { Flush(); });
}

void LineFile::Drop(std::string_view lines) {
  const auto count = std::count(lines.begin(), lines.end(), '\n');
  dropped_.fetch_add(static_cast<uint64_t>(count), std::memory_order_relaxed);
}

void LineFile::Reopen() {
  if (is_stdout()) return;
  writer_.Post([this] {
    const Result<int> opened = OpenFile();
    if (!opened)
      return log::Err("log", "", "{}; the old file is written on", opened.error().detail);
    ::close(std::exchange(fd_, *opened));
  });
}

void LineFile::Flush() {
  const std::string lines = waiting_.With([](Waiting& waiting) {
    waiting.told = false;
    return std::exchange(waiting.lines, {});
  });
  WriteOut(lines);
}

void LineFile::WriteOut(std::string_view lines) {
  // A pipe keeps only so much together, and others write to standard output too.
  const size_t at_once = is_stdout() ? size_t{PIPE_BUF} : kBytesMax;
  while (!lines.empty()) {
    const std::string_view some = WholeLines(lines, at_once);
    if (!WriteAll(fd_, some)) {
      if (!std::exchange(failing_, true)) {
        log::Err("log", "", "cannot write to {}: {}", path_, std::strerror(errno));
      }
      return Drop(lines);
    }
    failing_ = false;
    lines.remove_prefix(some.size());
  }
}

}  // namespace weir

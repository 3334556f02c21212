#include "config/files.h"

#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <glob.h>

#include "base/c_ptr.h"

namespace weir::config {
namespace {

/// A folder's name that glob() takes literally.
std::string Escaped(const std::string& folder) {
  std::string escaped;
  for (const char c : folder) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

Result<std::string> ReadWholeFile(const std::filesystem::path& path, size_t size_max) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found)
    return Fail(ErrorCode::kNotFound, fmt::format("{}: no such file", path.string()));
  if (error) return Fail(ErrorCode::kUnavailable, path.string() + ": " + error.message());
  if (!std::filesystem::is_regular_file(status))
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: not a regular file", path.string()));
  std::ifstream file(path, std::ios::binary);
  // One byte more than allowed tells a file that is too long from one that just fits.
  std::string text(size_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof())
    return Fail(ErrorCode::kUnavailable, fmt::format("{}: cannot be read", path.string()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > size_max) {
    return Fail(ErrorCode::kLimitExceeded,
                fmt::format("{}: more than {} bytes", path.string(), size_max));
  }
  text.shrink_to_fit();
  return text;
}

Result<std::vector<std::filesystem::path>> MatchingFiles(const std::filesystem::path& folder,
                                                         const std::string& pattern,
                                                         size_t files_max) {
  const bool absolute = pattern.starts_with('/');
  const std::string whole =
      absolute || folder.empty() ? pattern : Escaped(folder.string()) + "/" + pattern;
  glob_t found{};
  const int outcome = glob(whole.c_str(), GLOB_ERR, nullptr, &found);
  const CPtr<glob_t, globfree> owner(&found);
  if (outcome == GLOB_NOMATCH) {
    if (pattern.find_first_of("*?[") != std::string::npos)
      return std::vector<std::filesystem::path>();
    return Fail(ErrorCode::kNotFound, fmt::format("no such file: {}", whole));
  }
  if (outcome != 0) return Fail(ErrorCode::kUnavailable, fmt::format("cannot look for {}", whole));
  if (found.gl_pathc > files_max)
    return Fail(ErrorCode::kLimitExceeded, fmt::format("more than {} files", files_max));
  return std::vector<std::filesystem::path>(found.gl_pathv, found.gl_pathv + found.gl_pathc);
}

}  // namespace weir::config

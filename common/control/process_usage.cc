#include "control/process_usage.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::control {
namespace {

/// "btime 1700000000" of /proc/stat: when the machine started, in seconds of UTC.
double BootTime() {
  std::ifstream file("/proc/stat");
  std::string word;
  double time = 0;
  while (file >> word) {
    if (word == "btime" && file >> time) return time;
    file.ignore(1 << 20, '\n');
  }
  return 0;
}

/// Linux 6.2 and later tell the number as the folder's size; before, one has to count.
double OpenFiles() {
  struct stat status {};

  if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0)
    return static_cast<double>(status.st_size);
  std::error_code error;
  double count = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    ++count;
  return count;
}

double OpenFilesMax() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

}  // namespace

std::optional<ProcessUsage> ReadProcessUsage() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The program's name, in brackets, is the second field, and may hold anything.
  const size_t bracket = line.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(bracket + 1));
  std::string skipped;
  const auto skip = [&](int count) {
    for (int i = 0; i < count; ++i)
      fields >> skipped;
  };
  double user = 0;
  double system = 0;
  double started = 0;
  double virtual_bytes = 0;
  double resident_pages = 0;
  skip(11);  // proc(5): utime is field 14, starttime 22.
  fields >> user >> system;
  skip(6);
  fields >> started >> virtual_bytes >> resident_pages;
  if (!fields) return std::nullopt;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ProcessUsage{
      .start_time = BootTime() + started / ticks,
      .cpu_seconds = (user + system) / ticks,
      .virtual_bytes = virtual_bytes,
      .resident_bytes = resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)),
      .open_files = OpenFiles(),
      .open_files_max = OpenFilesMax(),
  };
}

}  // namespace weir::control

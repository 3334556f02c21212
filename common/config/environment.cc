#include <array>
#include <cstdlib>
#include <system_error>

#include <unistd.h>

#include "config/document.h"

namespace weir::config {
namespace {

std::optional<std::string> HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return std::nullopt;
  return std::string(name.data());
}

std::optional<std::string> Variable(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes variables, see OfProcess().
  const char* value = std::getenv(name.c_str());
  if (value != nullptr) return std::string(value);
  return name == "HOSTNAME" ? HostName() : std::nullopt;
}

}  // namespace

Environment Environment::OfProcess() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return {.variable = Variable, .home = error ? "." : program.parent_path()};
}

}  // namespace weir::config

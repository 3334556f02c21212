#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace weir::daemon {

/// What the command line asks for.
struct Arguments {
  enum class Action { kRun, kCheck, kShowVersion, kShowHelp };

  Action action = Action::kRun;
  std::filesystem::path config;         ///< --config; the program's default when it is not given.
  std::filesystem::path data = "data";  ///< --data: where the program may write.
  log::Level log_level = log::Level::kInfo;
  log::Format log_format = log::Format::kText;
};

/// Reads the words after the program's name: "--name value" and "--name=value". An unknown option
/// or a missing value is kMalformed, with a text for the operator.
Result<Arguments> ReadArguments(std::span<const char* const> words);

/// The text of --help. `program` is "weir-origin".
std::string HelpText(std::string_view program, std::string_view summary,
                     std::string_view default_config);

}  // namespace weir::daemon

#include "daemon/arguments.h"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace weir::daemon {
namespace {

/// The words of a command line, taken one by one.
class Words {
 public:
  explicit Words(std::span<const char* const> words) : rest_(words) {}

  bool empty() const { return rest_.empty(); }

  std::string_view Take() {
    const std::string_view word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
  }

 private:
  std::span<const char* const> rest_;
};

/// "--name" or "--name=value"
struct Option {
  std::string_view name;
  std::optional<std::string_view> value;
};

Option OptionOf(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos) return {.name = word, .value = std::nullopt};
  return {.name = word.substr(0, equals), .value = word.substr(equals + 1)};
}

struct NamedLevel {
  std::string_view name;
  log::Level level;
};

constexpr std::array<NamedLevel, 4> kLevels{{{"debug", log::Level::kDebug},
                                             {"info", log::Level::kInfo},
                                             {"warn", log::Level::kWarn},
                                             {"error", log::Level::kError}}};

Status ReadLevel(std::string_view value, log::Level& into) {
  for (const auto& [name, level] : kLevels) {
    if (value != name) continue;
    into = level;
    return {};
  }
  return Fail(ErrorCode::kMalformed,
              fmt::format("--log-level: '{}' is none of debug, info, warn and error", value));
}

/// An option that stands alone; false when it is none of them.
bool ReadSwitch(std::string_view name, Arguments& arguments) {
  using Action = Arguments::Action;
  if (name == "--check") {
    arguments.action = Action::kCheck;
  } else if (name == "--version") {
    arguments.action = Action::kShowVersion;
  } else if (name == "--help" || name == "-h") {
    arguments.action = Action::kShowHelp;
  } else if (name == "--log-json") {
    arguments.log_format = log::Format::kJson;
  } else {
    return false;
  }
  return true;
}

bool TakesValue(std::string_view name) {
  return name == "--config" || name == "--data" || name == "--log-level";
}

Status ReadValue(std::string_view name, std::string_view value, Arguments& arguments) {
  if (value.empty()) return Fail(ErrorCode::kMalformed, fmt::format("{} needs a value", name));
  if (name == "--log-level") return ReadLevel(value, arguments.log_level);
  (name == "--config" ? arguments.config : arguments.data) = value;
  return {};
}

Status ReadOption(const Option& option, Words& words, Arguments& arguments) {
  if (TakesValue(option.name)) {
    std::string_view value = option.value.value_or(std::string_view());
    if (!option.value && !words.empty()) value = words.Take();
    return ReadValue(option.name, value, arguments);
  }
  if (!ReadSwitch(option.name, arguments))
    return Fail(ErrorCode::kMalformed, fmt::format("unknown option '{}'", option.name));
  if (option.value)
    return Fail(ErrorCode::kMalformed, fmt::format("{} takes no value", option.name));
  return {};
}

}  // namespace

Result<Arguments> ReadArguments(std::span<const char* const> words) {
  Arguments arguments;
  Words rest(words);
  while (!rest.empty()) {
    const Status read = ReadOption(OptionOf(rest.Take()), rest, arguments);
    if (!read) return tl::unexpected(read.error());
    if (arguments.action == Arguments::Action::kShowHelp) break;
  }
  return arguments;
}

std::string HelpText(std::string_view program, std::string_view summary,
                     std::string_view default_config) {
  return fmt::format(
      R"({}: {}

usage: {} [OPTION...]

  --config FILE      configuration, in OvenMediaEngine's vocabulary ({})
  --check            check the configuration and exit: 0 when it is good, 1 when not
  --data DIR         folder for what must outlive a restart (data)
  --log-level LEVEL  debug, info, warn or error (info)
  --log-json         one JSON object per line of log
  --version          print the version and exit
  --help             print this and exit

SIGTERM and SIGINT let what runs come to an end, a second one stops at once. SIGHUP reads
certificates again.
)",
      program, summary, program, default_config);
}

}  // namespace weir::daemon

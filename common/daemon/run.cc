#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/resource.h>

#include "base/log.h"
#include "config/vocabulary.h"
#include "daemon/program.h"
#include "daemon/service_life.h"
#include "daemon/settings.h"
#include "daemon/signals.h"

namespace weir::daemon {
namespace {

constexpr int kFine = 0;
constexpr int kFailed = 1;
constexpr int kBadCommandLine = 2;

using Action = Arguments::Action;

void Print(std::FILE* file, std::string_view text) {
  (void)std::fwrite(text.data(), 1, text.size(), file);
  (void)std::fflush(file);
}

int Failed(const ProgramInfo& info, const Error& error) {
  Print(stderr, fmt::format("{}: {}\n", info.name, error.detail));
  return kFailed;
}

/// What is left to say about a configuration that is good.
struct Checked {
  Settings settings;
  std::vector<std::string> notices;
};

/// Asks the program, and then for words nobody knows: both are told where both complain.
Result<Checked> Check(const config::Document& document, Program& program) {
  const Status configured = program.Configure(document);
  const Result<Settings> settings = ReadSettings(document.root());
  Result<std::vector<std::string>> notices = config::CheckVocabulary(document);
  std::string complaints;
  const auto complain = [&complaints](const Error& error) {
    if (!complaints.empty()) complaints += '\n';
    complaints += error.detail;
  };
  if (!notices) complain(notices.error());
  if (!configured) complain(configured.error());
  if (!settings) complain(settings.error());
  if (!complaints.empty()) return Fail(ErrorCode::kMalformed, std::move(complaints));
  return Checked{.settings = *settings, .notices = *std::move(notices)};
}

/// As many open files as the machine allows us: every connection is one.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log::Warn("daemon", "", "cannot raise the limit of open files to {}", limit.rlim_max);
}

int ReportCheck(const Arguments& arguments, const Checked& checked) {
  std::string report;
  for (const std::string& notice : checked.notices)
    report += notice + "\n";
  report += arguments.config.string() + ": ok\n";
  Print(stdout, report);
  return kFine;
}

int Run(const ProgramInfo& info, const Arguments& arguments, const MakeProgram& make) {
  control::Readiness readiness;
  const Surroundings surroundings{.info = info, .arguments = arguments, .readiness = readiness};
  const auto document = config::Document::Load(arguments.config, config::Environment::OfProcess());
  if (!document) return Failed(info, document.error());
  std::unique_ptr<Program> program = make(surroundings);
  const Result<Checked> checked = Check(**document, *program);
  if (!checked) return Failed(info, checked.error());
  if (arguments.action == Action::kCheck) return ReportCheck(arguments, *checked);
  log::Configure(arguments.log_level, arguments.log_format);
  log::Info("daemon", "", "{} {} starts with {}", info.name, info.version,
            arguments.config.string());
  for (const std::string& notice : checked->notices)
    log::Info("config", "", "{}", notice);
  RaiseFileLimit();
  Signals::IgnoreBrokenPipes();
  const Status served = Serve(std::move(program), checked->settings, readiness);
  return served ? kFine : Failed(info, served.error());
}

}  // namespace

int Main(int argc, const char* const* argv, const ProgramInfo& info, const MakeProgram& make) {
  const std::span<const char* const> words(argv, static_cast<size_t>(std::max(argc, 0)));
  Result<Arguments> arguments = ReadArguments(words.subspan(std::min<size_t>(1, words.size())));
  if (!arguments) {
    Print(stderr, fmt::format("{}: {}\nTry '{} --help'.\n", info.name, arguments.error().detail,
                              info.name));
    return kBadCommandLine;
  }
  if (arguments->action == Action::kShowHelp) {
    Print(stdout, HelpText(info.name, info.summary, info.default_config));
    return kFine;
  }
  if (arguments->action == Action::kShowVersion) {
    Print(stdout, fmt::format("{} {}\n", info.name, info.version));
    return kFine;
  }
  if (arguments->config.empty()) arguments->config = info.default_config;
  return Run(info, *arguments, make);
}

}  // namespace weir::daemon

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/document.h"
#include "control/readiness.h"
#include "daemon/arguments.h"
#include "net/loop_group.h"

namespace weir::daemon {

/// What a program says about itself.
struct ProgramInfo {
  std::string name;            ///< "weir-origin"
  std::string version;         ///< "0.1.0"
  std::string summary;         ///< One sentence for --help.
  std::string default_config;  ///< "conf/origin.xml"
};

/// What a program is given; outlives it.
struct Surroundings {
  const ProgramInfo& info;
  const Arguments& arguments;
  control::Readiness& readiness;  ///< Kept up to date by Main; for /readyz.
};

/// One of the programs of floor 6, as Main drives it: Configure, Start, and in the end Drain and
/// the destructor, all on the main thread.
class Program {
 public:
  /// Called once the loops have stopped for good, so that it may destroy what lived on them, while
  /// the loops themselves still exist.
  virtual ~Program() = default;

  /// Reads all it needs and refuses what it cannot do. No side effects: this is all of --check.
  /// Whatever it did not ask the document for is reported as without effect. `document` outlives
  /// the program.
  virtual Status Configure(const config::Document& document) = 0;

  /// Makes what lives on the loops, and listens. The loops' threads start after it returned, so it
  /// may touch every loop. An Error ends the program with its text.
  virtual Status Start(net::LoopGroup& loops) = 0;

  /// Takes no new work and lets what runs come to a good end. `done` may be called from any thread,
  /// also inside the call; after a deadline Main goes on without it.
  virtual void Drain(std::function<void()> done) = 0;

  /// SIGHUP: read certificates and what else can change again.
  virtual void Reload() = 0;
};

using MakeProgram = std::function<std::unique_ptr<Program>(const Surroundings&)>;

/// Whatever is between main() and a program: command line, configuration, logs, limits, loops,
/// signals, the drain. Gives the exit code: 0, 1 for a bad configuration or start, 2 for a bad
/// command line.
///
///   int main(int argc, char** argv) {
///     return weir::daemon::Main(argc, argv, {.name = "weir-origin", ...},
///                               [](const weir::daemon::Surroundings& surroundings) {
///                                 return std::make_unique<OriginProgram>(surroundings);
///                               });
///   }
int Main(int argc, const char* const* argv, const ProgramInfo& info, const MakeProgram& make);

}  // namespace weir::daemon

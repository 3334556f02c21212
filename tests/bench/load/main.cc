// Publishers and edges for measurements: see commands.h. tests/bench/*.mjs run it.
#include <string>

#include <fmt/format.h>

#include "bench/load/commands.h"

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  weir::load::Settings settings;
  for (int i = 2; i < argc; ++i) {
    const std::string name = std::string(argv[i]).substr(2);
    const bool has_value = i + 1 < argc && std::string(argv[i + 1]).rfind("--", 0) != 0;
    settings[name] = has_value ? argv[++i] : "";
  }
  if (command == "publish") return weir::load::RunPublish(settings);
  if (command == "relay") return weir::load::RunRelay(settings);
  if (command == "hls") return weir::load::RunHls(settings);
  if (command == "parked") return weir::load::RunParked(settings);
  if (command == "bare") return weir::load::RunBare(settings);
  fmt::print(stderr, "usage: weir-load publish|relay|hls|parked|bare --name value ...\n");
  return 2;
}

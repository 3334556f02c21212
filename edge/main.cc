#include "edge/edge_program.h"

int main(int argc, char** argv) {
  return weir::daemon::Main(
      argc, argv,
      {.name = "weir-edge",
       .version = WEIR_VERSION,
       .summary = "Pulls live streams from origins and serves them to viewers.",
       .default_config = "conf/edge.xml"},
      [](const weir::daemon::Surroundings& surroundings) {
        return std::make_unique<weir::edge::EdgeProgram>(surroundings);
      });
}

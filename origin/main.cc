#include "origin/origin_program.h"

int main(int argc, char** argv) {
  return weir::daemon::Main(argc, argv,
                            {.name = "weir-origin",
                             .version = WEIR_VERSION,
                             .summary = "Takes live streams in and relays them to edges.",
                             .default_config = "conf/origin.xml"},
                            [](const weir::daemon::Surroundings& surroundings) {
                              return std::make_unique<weir::origin::OriginProgram>(surroundings);
                            });
}

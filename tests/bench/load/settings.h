#pragma once

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/load/commands.h"

namespace weir::load {

inline const std::string& Get(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  if (found != settings.end()) return found->second;
  fmt::print(stderr, "weir-load: --{} is missing\n", name);
  std::exit(2);
}

inline int GetNumber(const Settings& settings, const std::string& name) {
  return std::atoi(Get(settings, name).c_str());
}

struct Address {
  std::string host;
  uint16_t port = 0;
};

inline Address ReadAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  return {.host = text.substr(0, colon),
          .port = static_cast<uint16_t>(std::atoi(text.c_str() + colon + 1))};
}

inline Address GetAddress(const Settings& settings, const std::string& name) {
  return ReadAddress(Get(settings, name));
}

/// With commas between.
inline std::vector<Address> GetAddresses(const Settings& settings, const std::string& name) {
  std::vector<Address> addresses;
  std::istringstream list(Get(settings, name));
  for (std::string text; std::getline(list, text, ',');)
    addresses.push_back(ReadAddress(text));
  return addresses;
}

}  // namespace weir::load

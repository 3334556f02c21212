#pragma once

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/check.h"

namespace weir::testing {

/// One packet as ffprobe sees it, in seconds.
struct ProbedPacket {
  int stream = 0;
  double pts = 0;
  double dts = 0;
  double duration = 0;
  bool key = false;
};

inline std::string Output(const std::string& command) {
  struct Close {
    void operator()(std::FILE* file) const { ::pclose(file); }
  };

  const std::unique_ptr<std::FILE, Close> pipe(::popen(command.c_str(), "r"));
  WEIR_CHECK(pipe != nullptr);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    output.append(buffer.data(), size);
  return output;
}

/// All packets of a file. Anything that ffprobe complains of is a failure.
inline std::vector<ProbedPacket> Probe(const std::string& path) {
  const std::string output = Output(
      "ffprobe -v warning -show_entries packet=stream_index,pts_time,dts_time,duration_time,flags "
      "-of csv=p=0 '" +
      path + "' 2>&1");
  std::vector<ProbedPacket> packets;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;  // where a packet has side data
    ProbedPacket packet;
    std::array<char, 8> flags{};
    const int read = std::sscanf(line.c_str(), "%d,%lf,%lf,%lf,%7s", &packet.stream, &packet.pts,
                                 &packet.dts, &packet.duration, flags.data());
    if (read != 5) {
      ADD_FAILURE() << path << ": " << line;
      continue;
    }
    packet.key = flags[0] == 'K';
    packets.push_back(packet);
  }
  return packets;
}

/// Those of one stream.
inline std::vector<ProbedPacket> Of(int stream, const std::vector<ProbedPacket>& packets) {
  std::vector<ProbedPacket> own;
  for (const ProbedPacket& packet : packets)
    if (packet.stream == stream) own.push_back(packet);
  return own;
}

}  // namespace weir::testing

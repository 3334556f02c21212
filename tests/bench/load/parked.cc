#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/load/commands.h"
#include "bench/load/crowd.h"
#include "bench/load/delays.h"
#include "bench/load/file_limit.h"
#include "bench/load/playlist.h"
#include "bench/load/settings.h"

namespace weir::load {
namespace {

/// Asks for playlists on all connections together, or on the first alone.
class Waiters {
 public:
  Waiters(const Address& server, size_t count)
      : crowd_(server, count), host_(fmt::format("{}:{}", server.host, server.port)) {}

  void Ask(size_t first, size_t count, std::string_view target) {
    crowd_.Send(
        first, count,
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: weir-load\r\nAccept: */*\r\n"
                    "Accept-Encoding: {}\r\nOrigin: http://player.example\r\n\r\n",
                    target, host_, first == 0 && count == 1 ? "identity" : "gzip"));
  }

  void AskAll(std::string_view target) { Ask(0, crowd_.size(), target); }

  std::vector<UtcTime> ReceiveAll() { return crowd_.Receive(crowd_.size()); }

  std::string_view Get(std::string_view target) {
    Ask(0, 1, target);
    crowd_.Receive(1);
    const std::string_view answer = crowd_.answer();
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }

 private:
  Crowd crowd_;
  const std::string host_;
};

void Say(std::string_view text) {
  fmt::print("{}\n", text);
  (void)std::fflush(stdout);
}

/// From the last frame of part 0 of segment `number` to each arrival.
std::vector<float> DelaysOf(const std::vector<UtcTime>& arrivals, const Playlist& playlist,
                            int64_t number, std::chrono::microseconds frame) {
  const auto part =
      std::find_if(playlist.parts.begin(), playlist.parts.end(), [number](const auto& p) {
        return p.place == Place{number, 0};
      });
  if (part == playlist.parts.end()) GiveUp("that is an old playlist");
  std::vector<float> delays;
  const UtcTime due = part->end - frame;
  for (const UtcTime arrival : arrivals) {
    if (arrival < due - frame) GiveUp("an answer came before its part was there");
    delays.push_back(std::chrono::duration<float, std::milli>(arrival - due).count());
  }
  return delays;
}

}  // namespace

int RunParked(const Settings& settings) {
  RaiseFileLimit();
  const std::string folder = "/" + Get(settings, "stream") + "/";
  const std::chrono::microseconds frame(GetNumber(settings, "frame-us"));
  Waiters waiters(GetAddress(settings, "to"),
                  static_cast<size_t>(GetNumber(settings, "connections")));
  waiters.AskAll(folder + "llhls.m3u8");
  waiters.ReceiveAll();
  const std::string chunklist = folder + ReadMultivariant(waiters.Get(folder + "llhls.m3u8")).at(0);
  const auto reload = [&chunklist](int64_t number) {
    return fmt::format("{}?_HLS_msn={}&_HLS_part=0", chunklist, number);
  };
  Say("connected");
  for (int left = GetNumber(settings, "rounds"); left > 0; --left) {
    const int64_t next = ReadPlaylist(waiters.Get(chunklist)).next_number + 1;
    (void)waiters.Get(reload(next));  // to the beginning of a segment
    waiters.AskAll(reload(next + 1));
    Say("parked");
    const std::vector<UtcTime> arrivals = waiters.ReceiveAll();
    // What all have got, once more: it is the same, and in plain.
    const Playlist playlist = ReadPlaylist(waiters.Get(reload(next + 1)));
    const auto delays = DelaysOf(arrivals, playlist, next + 1, frame);
    Say(fmt::format(
        "result {}",
        nlohmann::json{{"answers", delays.size()}, {"delay_ms", Summary(delays)}}.dump()));
  }
  return 0;
}

}  // namespace weir::load

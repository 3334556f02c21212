#pragma once

#include <map>
#include <string>

namespace weir::load {

/// "--name value" pairs, and "--name" alone.
using Settings = std::map<std::string, std::string>;

/// Publishes --copies of --file to --to for --seconds; with --times says when each video frame
/// left: "frame INDEX NANOSECONDS".
int RunPublish(const Settings& settings);

/// Publishes --file to --to once, and pulls it --edges times from --from; says bytes and delays.
int RunRelay(const Settings& settings);

/// Plays --stream from --to (addresses with commas between: players take them in turn) with
/// --players low-latency players for --seconds, started over --ramp seconds; with --hints every
/// second one asks for hinted parts. Says "measuring" when all have been going for a while, and
/// what they saw.
int RunHls(const Settings& settings);

/// Holds --connections to --to, and on all of them, --rounds times, a reload of --stream's first
/// chunklist for the next segment but one, so that it waits for about a segment. Says "connected",
/// "parked", and when the answers came: from the part's last frame, of --frame-us, on.
int RunParked(const Settings& settings);

/// What the kernel alone takes for the same: sends --bytes on --connections from --threads, which
/// do nothing else, --rounds times, and reads them. Says when they came, and the CPU time of both
/// ends.
int RunBare(const Settings& settings);

}  // namespace weir::load

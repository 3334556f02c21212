#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/shared_bytes.h"
#include "formats/m3u8/media_playlist.h"
#include "origin/dump/dump_disk.h"
#include "origin/dump/dump_info.h"
#include "origin/dump/dump_list.h"
#include "origin/dump/dump_spec.h"
#include "stream/stream_path.h"

namespace weir::dump {

/// A file that stays as it is.
struct DumpedFile {
  std::string name;
  SharedBytes bytes;
};

/// One more segment of a rendition.
struct DumpedSegment {
  std::string list;  ///< File name of the rendition's media playlist.
  int64_t number = 0;
  std::chrono::seconds target{0};  ///< Target duration of its run.
  m3u8::Segment entry{};           ///< Without parts.
  SharedBytes bytes{};             ///< None of a gap.
};

/// Writes one dump, file by file: a media playlist never names what is not there yet.
///
/// Blocks as the disk does. Errors say in OvenMediaEngine's words what could not be dumped, and
/// why. Thread: one at a time.
class DumpFiles {
 public:
  DumpFiles(const DumpSpec& spec, const stream::StreamPath& stream, std::unique_ptr<DumpDisk> disk,
            std::function<UtcTime()> utc);

  Status Open();

  Status PutInit(const DumpedFile& file);

  /// In place of the one of that name, where there is one.
  Status PutMaster(const DumpedFile& file);

  Status PutSegment(const DumpedSegment& segment);

  /// Ends the playlists and the info file, as far as there are any; the first failure is told.
  Status End(bool failed);

 private:
  Status Put(const char* what, const DumpedFile& file);
  Status PutInfo(DumpInfo::State state);

  const bool has_info_;
  const std::unique_ptr<DumpDisk> disk_;
  const std::function<UtcTime()> utc_;
  bool open_ = false;
  DumpInfo info_;
  std::map<std::string, DumpList> lists_;
};

}  // namespace weir::dump

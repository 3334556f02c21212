#include "origin/record/fragment_file.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "base/byte_reader.h"
#include "formats/fmp4/init_segment.h"
#include "origin/files/folder.h"

namespace weir::record {
namespace {

constexpr size_t kBoxHeadSize = 8;
/// A second of a stream is less, and so is what a publisher's message may be.
constexpr size_t kBoxMax = size_t{512} << 20;

struct BoxHead {
  uint32_t size = 0;
  bool is_moof = false;
};

std::optional<BoxHead> ReadHead(const std::vector<uint8_t>& bytes) {
  ByteReader reader(bytes);
  const uint32_t size = reader.U32();
  const auto type = reader.Bytes(4);
  if (!reader.ok() || size < kBoxHeadSize || size > kBoxMax) return std::nullopt;
  constexpr std::string_view kMoof = "moof";
  return BoxHead{.size = size, .is_moof = std::ranges::equal(type, kMoof)};
}

}  // namespace

FragmentWriter::FragmentWriter(int fd, std::vector<media::Track> tracks) : fd_(fd) {
  for (media::Track& track : tracks) {
    const auto id = static_cast<uint32_t>(fmp4::kTrackId + tracks_.size());
    tracks_.push_back({.track = std::move(track), .fragment = {.track_id = id}});
  }
}

Status FragmentWriter::Write(size_t track, const media::Frame& frame, MediaTime shift) {
  Pending& pending = tracks_.at(track);
  const uint32_t scale = pending.track.timescale();
  const auto ticks = [&](MediaTime time) {
    // Rounded, since times of some audio rates are not whole ticks.
    const MediaTime half(MediaTime::period::den / scale / 2);
    return ToTicks(time + half, scale);
  };
  const int64_t dts = ticks(frame.dts + shift);
  const int64_t pts = ticks(frame.pts + shift);
  if (dts < 0) return Fail(ErrorCode::kMalformed, "a frame before the beginning");
  const auto decode_time = static_cast<uint64_t>(dts);
  if (pending.fragment.samples.empty()) {
    pending.fragment.decode_time = decode_time;
  } else if (decode_time <= pending.decode_time) {
    return Fail(ErrorCode::kMalformed, "a frame that goes back in time");
  } else {
    pending.fragment.samples.back().duration =
        static_cast<uint32_t>(decode_time - pending.decode_time);
  }
  pending.decode_time = decode_time;
  pending.fragment.samples.push_back(
      {.payload = frame.payload,
       .duration = static_cast<uint32_t>(std::max<int64_t>(ticks(frame.duration), 1)),
       .composition_offset = static_cast<int32_t>(pts - dts),
       .sync = frame.key});
  return {};
}

Status FragmentWriter::Flush() {
  if (offset_ == 0) {
    std::vector<media::Track> tracks;
    for (const Pending& pending : tracks_)
      tracks.push_back(pending.track);
    if (Status written = Append(fmp4::WriteInitSegment(tracks)); !written) return written;
  }
  for (Pending& pending : tracks_) {
    if (pending.fragment.samples.empty()) continue;
    pending.fragment.sequence = ++sequence_;
    const std::vector<uint8_t> bytes = fmp4::WriteFragment(pending.fragment);
    pending.fragment.samples.clear();
    if (Status written = Append(bytes); !written) return written;
  }
  return {};
}

Status FragmentWriter::Append(const std::vector<uint8_t>& bytes) {
  Status written = files::WriteAt(fd_, offset_, bytes.data(), bytes.size());
  if (written) offset_ += bytes.size();
  return written;
}

Result<bool> FragmentFileReader::ReadAt(uint64_t offset, size_t size,
                                        std::vector<uint8_t>& bytes) const {
  bytes.resize(size);
  size_t have = 0;
  while (have < size) {
    const ssize_t read =
        ::pread(fd_, bytes.data() + have, size - have, static_cast<off_t>(offset + have));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return files::SystemError("read what was recorded", errno);
    if (read == 0) return false;
    have += static_cast<size_t>(read);
  }
  return true;
}

Result<std::vector<fmp4::SampleView>> FragmentFileReader::Next() {
  const std::vector<fmp4::SampleView> none;
  for (;;) {
    std::vector<uint8_t> head;
    Result<bool> whole = ReadAt(offset_, kBoxHeadSize, head);
    if (!whole) return tl::unexpected(whole.error());
    const std::optional<BoxHead> box = *whole ? ReadHead(head) : std::nullopt;
    if (!box) return none;
    if (!box->is_moof) {
      offset_ += box->size;
      continue;
    }
    // Its mdat follows.
    whole = ReadAt(offset_ + box->size, kBoxHeadSize, head);
    if (!whole) return tl::unexpected(whole.error());
    const std::optional<BoxHead> data = *whole ? ReadHead(head) : std::nullopt;
    if (!data) return none;
    const size_t size = size_t{box->size} + data->size;
    whole = ReadAt(offset_, size, fragment_);
    if (!whole) return tl::unexpected(whole.error());
    if (!*whole) return none;
    offset_ += size;
    auto samples = fmp4::ReadFragments(fragment_);
    if (!samples) return none;  // What is behind damage is lost.
    if (!samples->empty()) return samples;
  }
}

}  // namespace weir::record

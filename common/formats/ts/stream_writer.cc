#include "formats/ts/stream_writer.h"

#include <algorithm>
#include <utility>

#include "formats/ts/packet_id.h"
#include "formats/ts/pes.h"

namespace weir::ts {
namespace {

constexpr int64_t kClockRate = 90'000;
/// A little more often than every 100 ms, in 90 kHz ticks.
constexpr int64_t kStep = 8'100;

bool IsVideo(const media::Track& track) {
  return track.kind() == media::MediaKind::kVideo;
}

bool IsDue(const std::optional<int64_t>& last, int64_t now) {
  return !last || now - *last >= kStep;
}

}  // namespace

bool StreamWriter::CanCarry(const media::Track& track) {
  return UnitFramer::For(track).has_value();
}

Result<StreamWriter> StreamWriter::For(std::vector<media::Track> tracks) {
  StreamWriter writer;
  if (Status changed = writer.Change(std::move(tracks)); !changed)
    return tl::unexpected(changed.error());
  writer.map_version_ = 0;
  return writer;
}

Status StreamWriter::Change(std::vector<media::Track> tracks) {
  std::vector<Elementary> streams;
  for (const media::Track& track : tracks) {
    auto framer = UnitFramer::For(track);
    if (!framer) return tl::unexpected(framer.error());
    const Elementary* before = Find(track.id);
    streams.push_back({.framer = std::move(*framer),
                       .track = track.id,
                       .pid = static_cast<uint16_t>(kFirstStreamPid + streams.size()),
                       .stream_type = StreamTypeOf(track.codec),
                       .descriptors = DescriptorsOf(track),
                       .counter = before == nullptr ? 0 : before->counter});
  }
  const auto video = std::find_if(tracks.begin(), tracks.end(), IsVideo);
  clock_stream_ = video == tracks.end() ? 0 : static_cast<size_t>(video - tracks.begin());
  tracks_ = std::move(tracks);  // whose configurations the framers look at
  streams_ = std::move(streams);
  ++map_version_;
  tables_at_.reset();
  return {};
}

Status StreamWriter::Write(const media::Frame& frame, std::vector<uint8_t>& out) {
  Elementary* stream = Find(frame.track);
  if (stream == nullptr) return Fail(ErrorCode::kUnsupported, "a frame of another track");
  payload_.clear();
  if (Status framed = stream->framer.Append(frame.payload.view(), frame.key, payload_); !framed)
    return framed;
  const int64_t dts = ToTicks<kClockRate>(frame.dts);
  const bool video = stream->framer.stream_id() == kVideoStreamId;
  if ((video && frame.key) || IsDue(tables_at_, dts)) WriteTables(dts, out);

  PacketNotes notes{.random_access = frame.key};
  if (stream == &streams_[clock_stream_]) {
    // Sound that came early may have told a later time already.
    if (!clock_at_ || dts > *clock_at_) notes.clock = clock_at_ = dts;
  } else if (IsDue(clock_at_, dts)) {
    WriteClock(dts, out);
  }
  pes_.clear();
  AppendPesHead({.stream_id = stream->framer.stream_id(),
                 .pts = ToTicks<kClockRate>(frame.pts) + kDecodeDelay,
                 .dts = dts + kDecodeDelay},
                payload_.size(), pes_);
  pes_.insert(pes_.end(), payload_.begin(), payload_.end());
  PacketWriter packets(stream->pid, stream->counter, out);
  packets.WritePes(pes_, notes, false);
  stream->counter = packets.counter();
  return {};
}

StreamWriter::Elementary* StreamWriter::Find(media::TrackId track) {
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [&](const Elementary& stream) { return stream.track == track; });
  return found == streams_.end() ? nullptr : &*found;
}

void StreamWriter::WriteTables(int64_t dts, std::vector<uint8_t>& out) {
  std::vector<MappedStream> mapped;
  for (const Elementary& stream : streams_) {
    mapped.push_back(
        {.pid = stream.pid, .stream_type = stream.stream_type, .descriptors = stream.descriptors});
  }
  PacketWriter(kAssociationPid, tables_counter_, out).WriteSection(AssociationSection());
  PacketWriter(kMapPid, tables_counter_, out)
      .WriteSection(MapSection(streams_[clock_stream_].pid, mapped, map_version_));
  ++tables_counter_;
  tables_at_ = dts;
}

void StreamWriter::WriteClock(int64_t dts, std::vector<uint8_t>& out) {
  const Elementary& stream = streams_[clock_stream_];
  PacketWriter(stream.pid, stream.counter, out).WriteClock(dts);
  clock_at_ = dts;
}

}  // namespace weir::ts

#include "origin/record/av_muxer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/error.h>
#include <libavutil/mathematics.h>
}

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/c_ptr.h"
#include "origin/files/folder.h"

namespace weir::record {
namespace {

constexpr int kBufferSize = 64 * 1024;
constexpr int kTsClock = 90'000;

void FreeIo(AVIOContext* io) {
  av_freep(reinterpret_cast<void*>(&io->buffer));
  avio_context_free(&io);
}

using FormatPtr = CPtr<AVFormatContext, avformat_free_context>;
using PacketPtr = CPtr<AVPacket, av_packet_free>;
using IoPtr = CPtr<AVIOContext, FreeIo>;

AVCodecID CodecOf(media::CodecId codec) {
  switch (codec) {
    case media::CodecId::kH264:
      return AV_CODEC_ID_H264;
    case media::CodecId::kH265:
      return AV_CODEC_ID_HEVC;
    case media::CodecId::kAv1:
      return AV_CODEC_ID_AV1;
    case media::CodecId::kAac:
      return AV_CODEC_ID_AAC;
    case media::CodecId::kOpus:
      return AV_CODEC_ID_OPUS;
  }
  return AV_CODEC_ID_NONE;
}

/// RFC 7845, 5.1, of what MP4 carries in dOps, the same fields in the other byte order.
std::vector<uint8_t> OpusHead(std::span<const uint8_t> dops) {
  ByteReader reader(dops);
  reader.U8();  // version
  const uint8_t channels = reader.U8();
  const uint16_t pre_skip = reader.U16();
  const uint32_t rate = reader.U32();
  const uint16_t gain = reader.U16();
  ByteWriter head;
  head.Text("OpusHead");
  head.U8(1);
  head.U8(channels);
  const auto little = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      head.U8(static_cast<uint8_t>(value >> (8 * i)));
  };
  little(pre_skip, 2);
  little(rate, 4);
  little(gain, 2);
  constexpr size_t kBeforeMapping = 10;
  if (dops.size() > kBeforeMapping) head.Bytes(dops.subspan(kBeforeMapping));
  return head.Take();
}

std::vector<uint8_t> ExtraDataOf(const media::Track& track) {
  if (track.codec == media::CodecId::kOpus) return OpusHead(track.config.view());
  const auto config = track.config.view();
  return {config.begin(), config.end()};
}

Status Describe(const media::Track& track, AVCodecParameters& parameters) {
  const std::vector<uint8_t> extra = ExtraDataOf(track);
  parameters.extradata =
      static_cast<uint8_t*>(av_mallocz(extra.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) return Fail(ErrorCode::kUnavailable, "no memory");
  std::ranges::copy(extra, parameters.extradata);
  parameters.extradata_size = static_cast<int>(extra.size());
  parameters.codec_id = CodecOf(track.codec);
  parameters.bit_rate = track.bitrate;
  if (track.kind() == media::MediaKind::kVideo) {
    parameters.codec_type = AVMEDIA_TYPE_VIDEO;
    parameters.width = static_cast<int>(track.width);
    parameters.height = static_cast<int>(track.height);
  } else {
    parameters.codec_type = AVMEDIA_TYPE_AUDIO;
    parameters.sample_rate = static_cast<int>(track.sample_rate);
    parameters.frame_size = track.codec == media::CodecId::kAac ? 1024 : 0;
    av_channel_layout_default(&parameters.ch_layout, static_cast<int>(track.channels));
  }
  // Parameter sets stand in the configuration alone.
  if (track.codec == media::CodecId::kH265) parameters.codec_tag = MKTAG('h', 'v', 'c', '1');
  return {};
}

std::string TextOf(int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return text.data();
}

}  // namespace

Status FileOutput::WriteAt(uint64_t offset, std::span<const uint8_t> bytes) {
  return files::WriteAt(fd_, offset, bytes.data(), bytes.size());
}

struct AvMuxer::State {
  Options options;
  ByteOutput* output = nullptr;
  uint64_t position = 0;
  uint64_t size = 0;
  uint64_t size_before_index = 0;
  std::optional<Error> failed;  // What the output said first.
  IoPtr io;
  FormatPtr format;
  PacketPtr packet;
  std::vector<int> clocks;  // of the tracks' times as they come

  static int OnWrite(void* opaque, uint8_t* bytes, int size) {
    State& self = *static_cast<State*>(opaque);
    if (self.failed) return AVERROR(EIO);
    const Status written =
        self.output->WriteAt(self.position, std::span(bytes, static_cast<size_t>(size)));
    if (!written) {
      self.failed = written.error();
      return AVERROR(EIO);
    }
    self.position += static_cast<uint64_t>(size);
    self.size = std::max(self.size, self.position);
    return size;
  }

  static int64_t OnSeek(void* opaque, int64_t offset, int whence) {
    State& self = *static_cast<State*>(opaque);
    if (whence == AVSEEK_SIZE) return static_cast<int64_t>(self.size);
    if (whence == SEEK_CUR) offset += static_cast<int64_t>(self.position);
    if (whence == SEEK_END) offset += static_cast<int64_t>(self.size);
    if (offset < 0) return AVERROR(EINVAL);
    self.position = static_cast<uint64_t>(offset);
    return offset;
  }

  Status StatusOf(int result) {
    if (failed) return tl::unexpected(*failed);
    if (result >= 0) return {};
    const bool of_tracks = result == AVERROR(EINVAL) || result == AVERROR_INVALIDDATA ||
                           result == AVERROR_PATCHWELCOME || result == AVERROR(ENOSYS);
    return Fail(of_tracks ? ErrorCode::kUnsupported : ErrorCode::kUnavailable,
                fmt::format("the muxer says: {}", TextOf(result)));
  }

  Status AddTrack(const media::Track& track) {
    AVStream* stream = avformat_new_stream(format.get(), nullptr);
    if (stream == nullptr) return Fail(ErrorCode::kUnavailable, "no memory");
    const int clock =
        options.container == Container::kTs ? kTsClock : static_cast<int>(track.timescale());
    stream->time_base = {1, clock};
    clocks.push_back(clock);
    Status described = Describe(track, *stream->codecpar);
    if (options.container == Container::kTs) stream->codecpar->codec_tag = 0;
    return described;
  }

  Status WriteHeader() {
    AVDictionary* settings = nullptr;
    if (options.container == Container::kMp4) {
      // Times are as they are: an edit list says where they begin, in these ticks.
      av_dict_set(&settings, "movie_timescale", "90000", 0);
      av_dict_set(&settings, "use_editlist", "1", 0);
      if (options.index_room > 0)
        av_dict_set_int(&settings, "moov_size", static_cast<int64_t>(options.index_room), 0);
    }
    const int result = avformat_write_header(format.get(), &settings);
    av_dict_free(&settings);
    return StatusOf(result);
  }
};

AvMuxer::AvMuxer(std::unique_ptr<State> state) : state_(std::move(state)) {}

AvMuxer::~AvMuxer() = default;

Result<std::unique_ptr<AvMuxer>> AvMuxer::Open(const Options& options,
                                               const std::vector<media::Track>& tracks,
                                               ByteOutput& output) {
  av_log_set_level(AV_LOG_FATAL);
  auto state = std::make_unique<State>();
  state->options = options;
  state->output = &output;
  AVFormatContext* format = nullptr;
  avformat_alloc_output_context2(&format, nullptr,
                                 options.container == Container::kTs ? "mpegts" : "mp4", nullptr);
  state->format.reset(format);
  state->packet.reset(av_packet_alloc());
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferSize));
  if (format == nullptr || state->packet == nullptr || buffer == nullptr) {
    av_free(buffer);
    return Fail(ErrorCode::kUnavailable, "no memory for a muxer");
  }
  state->io.reset(avio_alloc_context(buffer, kBufferSize, 1, state.get(), nullptr, &State::OnWrite,
                                     &State::OnSeek));
  if (state->io == nullptr) {
    av_free(buffer);
    return Fail(ErrorCode::kUnavailable, "no memory for a muxer");
  }
  format->pb = state->io.get();
  format->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  format->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
  format->max_delay = 0;
  for (const media::Track& track : tracks) {
    if (Status added = state->AddTrack(track); !added) return tl::unexpected(added.error());
  }
  if (Status begun = state->WriteHeader(); !begun) return tl::unexpected(begun.error());
  return std::unique_ptr<AvMuxer>(new AvMuxer(std::move(state)));
}

Status AvMuxer::Write(const Packet& packet) {
  AVPacket& out = *state_->packet;
  av_packet_unref(&out);
  if (packet.payload.size() > std::numeric_limits<int>::max() - AV_INPUT_BUFFER_PADDING_SIZE)
    return Fail(ErrorCode::kLimitExceeded, "a frame too large for a file");
  if (const int made = av_new_packet(&out, static_cast<int>(packet.payload.size())); made < 0)
    return state_->StatusOf(made);
  std::ranges::copy(packet.payload, out.data);
  out.stream_index = static_cast<int>(packet.track);
  out.dts = packet.dts;
  out.pts = packet.pts;
  out.duration = packet.duration;
  out.flags = packet.key ? AV_PKT_FLAG_KEY : 0;
  // The muxer may have chosen a multiple of the clock.
  const AVRational clock{1, state_->clocks.at(packet.track)};
  av_packet_rescale_ts(&out, clock, state_->format->streams[packet.track]->time_base);
  return state_->StatusOf(state_->options.interleave
                              ? av_interleaved_write_frame(state_->format.get(), &out)
                              : av_write_frame(state_->format.get(), &out));
}

Status AvMuxer::Flush() {
  const int result = av_write_frame(state_->format.get(), nullptr);
  avio_flush(state_->io.get());
  return state_->StatusOf(result);
}

Status AvMuxer::Close() {
  if (state_->options.interleave) {
    if (Status written =
            state_->StatusOf(av_interleaved_write_frame(state_->format.get(), nullptr));
        !written)
      return written;
  }
  avio_flush(state_->io.get());
  state_->size_before_index = state_->size;
  const int result = av_write_trailer(state_->format.get());
  avio_flush(state_->io.get());
  return state_->StatusOf(result);
}

uint64_t AvMuxer::bytes() const {
  return state_->size;
}

uint64_t AvMuxer::index_bytes() const {
  return state_->size - state_->size_before_index;
}

}  // namespace weir::record

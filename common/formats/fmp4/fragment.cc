#include "formats/fmp4/fragment.h"

#include <algorithm>
#include <cstddef>

#include "base/byte_writer.h"
#include "formats/fmp4/box_writer.h"
#include "formats/fmp4/fragment_flags.h"

namespace weir::fmp4 {
namespace {

constexpr size_t kHeadsSizeMax = 128;
constexpr size_t kSampleRowSizeMax = 16;
constexpr size_t kBoxHeadSize = 8;

/// What all samples share is said once, in tfhd.
struct Shape {
  bool one_duration = true;
  bool all_sync = true;
  bool any_offset = false;
  size_t payload_size = 0;
};

Shape ShapeOf(const Fragment& fragment) {
  Shape shape;
  for (const Sample& sample : fragment.samples) {
    shape.one_duration &= sample.duration == fragment.samples.front().duration;
    shape.all_sync &= sample.sync;
    shape.any_offset |= sample.composition_offset != 0;
    shape.payload_size += sample.payload.size();
  }
  return shape;
}

void WriteTrackFragmentHeader(ByteWriter& out, const Fragment& fragment, const Shape& shape) {
  const bool one_duration = shape.one_duration && !fragment.samples.empty();
  const BoxWriter tfhd(out, "tfhd", 0,
                       kDefaultBaseIsMoof | (one_duration ? kDefaultDuration : 0) |
                           (shape.all_sync ? kDefaultFlags : 0));
  out.U32(fragment.track_id);
  if (one_duration) out.U32(fragment.samples.front().duration);
  if (shape.all_sync) out.U32(kSync);
}

void WriteDecodeTime(ByteWriter& out, uint64_t decode_time) {
  const BoxWriter tfdt(out, "tfdt", 1, 0);
  out.U64(decode_time);
}

/// Returns where the offset of the first payload byte goes, once it is known.
size_t WriteRun(ByteWriter& out, const Fragment& fragment, const Shape& shape) {
  // Version 1: composition offsets are signed.
  const BoxWriter trun(out, "trun", 1,
                       kDataOffset | kSampleSize | (shape.one_duration ? 0 : kSampleDuration) |
                           (shape.all_sync ? 0 : kSampleFlags) |
                           (shape.any_offset ? kSampleCompositionOffset : 0));
  out.U32(static_cast<uint32_t>(fragment.samples.size()));
  const size_t data_offset = out.size();
  out.U32(0);
  for (const Sample& sample : fragment.samples) {
    if (!shape.one_duration) out.U32(sample.duration);
    out.U32(static_cast<uint32_t>(sample.payload.size()));
    if (!shape.all_sync) out.U32(sample.sync ? kSync : kNotSync);
    if (shape.any_offset) out.U32(static_cast<uint32_t>(sample.composition_offset));
  }
  return data_offset;
}

size_t WriteMovieFragment(ByteWriter& out, const Fragment& fragment, const Shape& shape) {
  const BoxWriter moof(out, "moof");
  {
    const BoxWriter mfhd(out, "mfhd", 0, 0);
    out.U32(fragment.sequence);
  }
  const BoxWriter traf(out, "traf");
  WriteTrackFragmentHeader(out, fragment, shape);
  WriteDecodeTime(out, fragment.decode_time);
  return WriteRun(out, fragment, shape);
}

}  // namespace

std::vector<uint8_t> WriteFragment(const Fragment& fragment) {
  const Shape shape = ShapeOf(fragment);
  ByteWriter out;
  out.Reserve(kHeadsSizeMax + fragment.samples.size() * kSampleRowSizeMax + shape.payload_size);
  for (const EventMessage& message : fragment.messages)
    WriteEventMessage(out, message);
  const size_t moof = out.size();
  const size_t data_offset = WriteMovieFragment(out, fragment, shape);
  out.PatchU32(data_offset, static_cast<uint32_t>(out.size() - moof + kBoxHeadSize));
  {
    const BoxWriter mdat(out, "mdat");
    for (const Sample& sample : fragment.samples)
      out.Bytes(sample.payload.view());
  }
  return out.Take();
}

}  // namespace weir::fmp4

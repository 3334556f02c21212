#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"

namespace weir::test {

/// One box of an MP4 file, its content still undivided.
struct Mp4Box {
  std::string type;
  std::span<const uint8_t> body;
};

/// The boxes that stand side by side in `bytes`; none where they do not fit it exactly.
inline std::vector<Mp4Box> ReadBoxes(std::span<const uint8_t> bytes) {
  std::vector<Mp4Box> boxes;
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    const uint32_t size = reader.U32();
    const auto type = reader.Bytes(4);
    if (!reader.ok() || size < 8) return {};
    const auto body = reader.Bytes(size - 8);
    if (!reader.ok()) return {};
    boxes.push_back({.type = std::string(type.begin(), type.end()), .body = body});
  }
  return boxes;
}

/// The box at "moov/trak/mdia", or one with an empty body.
inline Mp4Box FindBox(std::span<const uint8_t> bytes, std::string_view path) {
  const std::string_view type = path.substr(0, path.find('/'));
  for (const Mp4Box& box : ReadBoxes(bytes)) {
    if (box.type != type) continue;
    if (type.size() == path.size()) return box;
    return FindBox(box.body, path.substr(type.size() + 1));
  }
  return {};
}

/// What a moof and its mdat say.
struct Mp4Fragment {
  struct Sample {
    uint32_t duration = 0;
    int32_t composition_offset = 0;
    bool sync = false;
    std::vector<uint8_t> payload;
  };

  uint32_t sequence = 0;
  uint64_t decode_time = 0;
  std::vector<Sample> samples;

  int64_t duration() const {
    int64_t sum = 0;
    for (const Sample& sample : samples)
      sum += sample.duration;
    return sum;
  }
};

/// Reads the one traf of a fragment of one track; no samples where it is not as it should be.
inline Mp4Fragment ReadFragment(const Mp4Box& moof, const Mp4Box& mdat) {
  Mp4Fragment fragment;
  ByteReader mfhd(FindBox(moof.body, "mfhd").body);
  mfhd.U32();
  fragment.sequence = mfhd.U32();
  ByteReader tfdt(FindBox(moof.body, "traf/tfdt").body);
  if (tfdt.U32() != 0x01000000) return {};
  fragment.decode_time = tfdt.U64();

  ByteReader tfhd(FindBox(moof.body, "traf/tfhd").body);
  const uint32_t header_flags = tfhd.U32();
  tfhd.U32();
  const uint32_t default_duration = (header_flags & 0x08) != 0 ? tfhd.U32() : 0;
  const uint32_t default_flags = (header_flags & 0x20) != 0 ? tfhd.U32() : 0;
  if ((header_flags & 0x020000) == 0) return {};

  ByteReader trun(FindBox(moof.body, "traf/trun").body);
  const uint32_t flags = trun.U32();
  const uint32_t count = trun.U32();
  if (flags >> 24 != 1 || trun.U32() != moof.body.size() + 16) return {};
  ByteReader payloads(mdat.body);
  for (uint32_t i = 0; i < count && trun.ok(); ++i) {
    Mp4Fragment::Sample sample;
    sample.duration = (flags & 0x100) != 0 ? trun.U32() : default_duration;
    const uint32_t size = trun.U32();
    sample.sync = (((flags & 0x400) != 0 ? trun.U32() : default_flags) & 0x10000) == 0;
    sample.composition_offset = (flags & 0x800) != 0 ? static_cast<int32_t>(trun.U32()) : 0;
    const auto payload = payloads.Bytes(size);
    sample.payload.assign(payload.begin(), payload.end());
    fragment.samples.push_back(std::move(sample));
  }
  if (!mfhd.ok() || !tfdt.ok() || !tfhd.ok() || !trun.ok() || trun.remaining() != 0) return {};
  if (!payloads.ok() || payloads.remaining() != 0) return {};
  return fragment;
}

/// All of a part or segment; empty where it is anything but pairs of moof and mdat.
inline std::vector<Mp4Fragment> ReadFragments(std::span<const uint8_t> bytes) {
  const std::vector<Mp4Box> boxes = ReadBoxes(bytes);
  std::vector<Mp4Fragment> fragments;
  if (boxes.size() % 2 != 0) return {};
  for (size_t i = 0; i < boxes.size(); i += 2) {
    if (boxes[i].type != "moof" || boxes[i + 1].type != "mdat") return {};
    fragments.push_back(ReadFragment(boxes[i], boxes[i + 1]));
  }
  return fragments;
}

}  // namespace weir::test

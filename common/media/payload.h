#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/codec_id.h"

namespace weir::media {

/// Bytes of each NAL unit's length in the payloads that go with this avcC or hvcC: 1, 2 or 4.
/// Other codecs have no such lengths: 4.
Result<size_t> NalLengthSize(CodecId codec, std::span<const uint8_t> config);

/// Brings a payload as FLV carries it into the framing CodecId promises: NAL lengths of
/// `nal_length_size` bytes become 4; AV1 loses its temporal delimiters, padding and tile lists, and
/// each OBU gets a size field.
///
/// The same bytes, uncopied, where they are right already, as nearly all are. An empty result
/// means that nothing was left to decode. kMalformed: the lengths within do not fit `payload`.
Result<SharedBytes> NormalisePayload(CodecId codec, const SharedBytes& payload,
                                     size_t nal_length_size = 4);

/// The configuration to use from this access unit on: `config` with the parameter sets (SPS, PPS,
/// VPS, sequence header) that `payload` carries in their places, by their ids.
///
/// Nothing where the payload has none, or the same ones; of AV1, where the sequence header differs
/// in coding tools alone. `config` and `payload` are framed as Track and CodecId say. kMalformed
/// and kLimitExceeded: the parameter sets cannot be read or kept; stay with the old configuration.
Result<std::optional<SharedBytes>> UpdatedConfig(CodecId codec, std::span<const uint8_t> config,
                                                 std::span<const uint8_t> payload);

}  // namespace weir::media

#pragma once

#include <array>
#include <optional>

#include "base/guarded.h"
#include "formats/m3u8/media_playlist.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// A chunklist as it stood after one event, in every form it may be asked for.
///
/// What most viewers ask for is made at once: the whole playlist, or where deltas are offered the
/// delta. The other forms are made when they are asked for, once, since a long playlist is asked
/// for whole by newcomers alone.
///
/// Thread: any.
class Chunklist {
 public:
  /// Without deltas.
  explicit Chunklist(ResourcePtr whole);
  explicit Chunklist(m3u8::LowLatencyText text);

  /// The whole one where `skip` is not offered.
  ResourcePtr Get(m3u8::Skip skip) const;

 private:
  /// By m3u8::Skip; null: not asked for yet.
  using Forms = std::array<ResourcePtr, 3>;

  m3u8::Skip Offered(m3u8::Skip skip) const;

  std::optional<m3u8::LowLatencyText> text_;  ///< Where there are deltas.
  mutable Guarded<Forms> forms_;
};

}  // namespace weir::hls

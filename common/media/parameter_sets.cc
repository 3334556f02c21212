#include "media/parameter_sets.h"

#include <algorithm>

#include "media/codec_limits.h"

namespace weir::media {
namespace {

/// Of one kind in one access unit; encoders send one to three.
constexpr size_t kChangesMax = 64;

}  // namespace

Status ParameterSets::Put(NalUnit set) {
  const auto same = [&](NalUnit other) {
    return std::equal(set.begin(), set.end(), other.begin(), other.end());
  };
  if (std::any_of(sets_.begin(), sets_.end(), same)) return {};
  if (set.size() > kParameterSetSizeMax || ++changes_ > kChangesMax)
    return Fail(ErrorCode::kLimitExceeded, "too many or too long parameter sets in an access unit");
  const auto id = id_of_(set);
  if (!id) return tl::unexpected(id.error());
  const auto has_id = [&](NalUnit other) {
    const auto other_id = id_of_(other);
    return other_id && *other_id == *id;
  };
  sets_.erase(std::remove_if(sets_.begin(), sets_.end(), has_id), sets_.end());
  sets_.insert(sets_.begin(), set);
  return {};
}

}  // namespace weir::media

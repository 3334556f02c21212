#include "media/h265/ref_pic_sets.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace weir::media::h265 {
namespace {

constexpr uint32_t kSetsMax = 64;
constexpr uint32_t kPicturesMax = 16;
constexpr uint32_t kDeltaMax = 1U << 15;

/// Distances in picture order count: those before, nearest first, then those after.
using RefPicSet = std::vector<int64_t>;

/// 7-61 and 7-62: the same pictures as `reference`, and the one it belonged to, seen from here.
RefPicSet ReadPredicted(BitReader& bits, const RefPicSet& reference) {
  const bool backwards = bits.Flag();
  const int64_t distance = int64_t{bits.Ue(kDeltaMax - 1)} + 1;
  const int64_t shift = backwards ? -distance : distance;
  RefPicSet set;
  for (size_t i = 0; i <= reference.size(); ++i) {
    const bool used_here = bits.Flag();
    const bool kept = used_here || bits.Flag();
    const int64_t delta = (i < reference.size() ? reference[i] : 0) + shift;
    if (kept && delta != 0) set.push_back(delta);
  }
  std::sort(set.begin(), set.end(), [](int64_t a, int64_t b) {
    return (a < 0) != (b < 0) ? a < 0 : (a < 0 ? a > b : a < b);
  });
  if (set.size() > kPicturesMax) bits.Fail();
  return set;
}

RefPicSet ReadExplicit(BitReader& bits) {
  const uint32_t before = bits.Ue(kPicturesMax);
  const uint32_t after = bits.Ue(kPicturesMax);
  if (before + after > kPicturesMax) bits.Fail();
  RefPicSet set;
  int64_t delta = 0;
  for (uint32_t i = 0; i < before + after && bits.ok(); ++i) {
    if (i == before) delta = 0;
    const int64_t distance = int64_t{bits.Ue(kDeltaMax - 1)} + 1;
    delta += i < before ? -distance : distance;
    bits.Skip(1);  // used_by_curr_pic
    set.push_back(delta);
  }
  return set;
}

}  // namespace

void SkipShortTermRefPicSets(BitReader& bits) {
  const uint32_t count = bits.Ue(kSetsMax);
  RefPicSet previous;
  for (uint32_t i = 0; i < count && bits.ok(); ++i) {
    const bool predicted = i > 0 && bits.Flag();
    previous = predicted ? ReadPredicted(bits, previous) : ReadExplicit(bits);
  }
}

}  // namespace weir::media::h265

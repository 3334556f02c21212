#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "media/nal_unit.h"

namespace weir::media {

/// The parameter sets of one type, at most one of each id. Views of bytes owned elsewhere.
class ParameterSets {
 public:
  using IdOf = Result<uint32_t> (*)(NalUnit);

  ParameterSets(std::vector<NalUnit> sets, IdOf id_of) : sets_(std::move(sets)), id_of_(id_of) {}

  /// Takes `set` in, in the place of one with its id. A new or changed one goes to the front, since
  /// it is the one that the next pictures are coded with.
  ///
  /// kLimitExceeded: a set longer than a record has room for, or so many that comparing them would
  /// be a burden. Else as the id's reader says.
  Status Put(NalUnit set);

  /// Whether Put was ever told something new.
  bool changed() const { return changes_ > 0; }

  const std::vector<NalUnit>& sets() const { return sets_; }

 private:
  std::vector<NalUnit> sets_;
  IdOf id_of_;
  size_t changes_ = 0;
};

}  // namespace weir::media

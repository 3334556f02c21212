#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "stream/stream_path.h"
#include "stream/subscription.h"

namespace weir::stream {

/// The detail of Claim's refusal, by which a protocol can tell its publisher in its own words.
inline constexpr std::string_view kNameTaken = "a stream of this name exists";

/// Which streams exist, by path. Callable from any thread.
class Registry {
 public:
  /// kRefused, with kNameTaken, when the name is taken.
  Status Claim(const StreamPath& path, const StreamRef& stream);

  /// Does nothing unless `stream` is the one that holds the name.
  void Release(const StreamPath& path, const StreamRef& stream);

  /// An empty ref when there is none.
  StreamRef Find(const StreamPath& path) const;

  std::vector<StreamPath> List() const;

 private:
  mutable Guarded<std::map<StreamPath, StreamRef>> streams_;
};

}  // namespace weir::stream

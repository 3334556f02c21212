#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/node.h"
#include "state/redis_options.h"

namespace weir::state {

/// Which store a program uses: one of two.
struct StoreOptions {
  std::string file;                   ///< The embedded store's.
  std::optional<RedisOptions> redis;  ///< Instead of the file.
};

/// Reads <Weir><State>, which may be null: an embedded store in state.db below `data`, the folder
/// the program may write to.
Result<StoreOptions> ReadStoreOptions(const config::Node* state, const std::filesystem::path& data);

}  // namespace weir::state

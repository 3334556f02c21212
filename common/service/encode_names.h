#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "config/node.h"
#include "media/codec_id.h"
#include "service/virtual_hosts.h"

namespace weir::service {

/// The names of the encodes that pass a source's tracks on (<Bypass>true</Bypass>), by which
/// renditions, recordings and pushes choose among them: OvenMediaEngine's variant names.
struct EncodeNames {
  std::set<std::string> video;
  std::set<std::string> audio;

  const std::set<std::string>& of(media::MediaKind kind) const {
    return kind == media::MediaKind::kVideo ? video : audio;
  }
};

/// Those of one <OutputProfile>.
Result<EncodeNames> ReadEncodeNames(const config::Node& profile);

/// Those of all of an application's profiles together.
Result<EncodeNames> ReadEncodeNames(const Application& application);

}  // namespace weir::service

#pragma once

#include <map>

#include "base/result.h"
#include "config/node.h"
#include "protocols/hls/options.h"
#include "service/virtual_hosts.h"
#include "stream/stream_path.h"

namespace weir::edge {

/// How each application's streams are served: its <LLHLS>. Where that has no <CrossDomains>, those
/// of the virtual host hold, or those of <Defaults>. Immutable once read: any thread.
class ServeOptions {
 public:
  /// `server` is the <Server>. `hosts` outlives the result.
  static Result<ServeOptions> Read(const config::Node& server, const service::VirtualHosts& hosts);

  /// Those of the first application where `path` is of none.
  const hls::Options& Of(const stream::StreamPath& path) const;

  /// Of the first application that has any.
  const hls::Options& first() const { return first_; }

 private:
  const service::VirtualHosts* hosts_ = nullptr;
  std::map<const service::Application*, hls::Options> by_application_;
  hls::Options first_;
};

}  // namespace weir::edge

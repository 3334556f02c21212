#include "origin/apps/hosts_reader.h"

#include <utility>
#include <vector>

#include "protocols/hls/cut_options.h"

namespace weir::origin {
namespace {

Result<stream::IngestOptions> ReadIngest(const service::Application& application,
                                         service::Notices notices) {
  stream::IngestOptions options;
  Result<std::vector<media::PlaylistPlan>> playlists = service::ReadPlaylists(application, notices);
  if (!playlists) return tl::unexpected(playlists.error());
  options.playlists = *std::move(playlists);
  hls::CutOptions cut;
  if (const config::Node* llhls = application.Publisher("LLHLS")) {
    const Result<hls::CutOptions> read = hls::ReadCutOptions(*llhls);
    if (!read) return tl::unexpected(read.error());
    cut = *read;
  }
  options.segment_duration = cut.segment_duration;
  options.part_duration = cut.chunk_duration;
  options.segment_count = cut.segment_count;
  options.part_hold_back = cut.part_hold_back;
  options.preload_hint = cut.preload_hint;
  return options;
}

}  // namespace

Result<service::HostsInForce> ReadHosts(const config::Node& server, service::Notices notices) {
  service::HostsInForce read;
  Result<service::VirtualHosts> hosts = service::VirtualHosts::Read(server);
  if (!hosts) return tl::unexpected(hosts.error());
  read.hosts = *std::move(hosts);
  for (const service::VirtualHost& host : read.hosts.list()) {
    for (const service::Application& application : host.applications) {
      Result<stream::IngestOptions> ingest = ReadIngest(application, notices);
      if (!ingest) return tl::unexpected(ingest.error());
      read.ingest[{host.name, application.name}] = *std::move(ingest);
    }
  }
  Result<service::AccessByHost> access = service::ReadAccess(server, read.hosts);
  if (!access) return tl::unexpected(access.error());
  read.access = *std::move(access);
  return read;
}

}  // namespace weir::origin

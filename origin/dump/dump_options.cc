#include "origin/dump/dump_options.h"

#include <cstddef>
#include <utility>

#include "origin/api/place.h"

namespace weir::dump {
namespace {

using Dumps = std::vector<ConfiguredDump>;

constexpr size_t kDumpsMax = 32;

Result<ConfiguredDump> ReadDump(const config::Node& node) {
  ConfiguredDump dump;
  for (const auto& [name, value] :
       {std::pair("Id", &dump.spec.id), std::pair("TargetStreamName", &dump.stream_name),
        std::pair("OutputPath", &dump.spec.output_path)}) {
    Result<std::string> text = node.Text(name, "");
    if (!text) return tl::unexpected(text.error());
    *value = *std::move(text);
  }
  if (dump.stream_name.empty()) return node.Wrong("it needs a TargetStreamName");
  if (const config::Node* const playlists = node.Child("Playlists")) {
    for (const config::Node* playlist : playlists->Children("Playlist"))
      dump.spec.playlists.push_back(playlist->text());
  }
  if (Status fine = CheckSpec(dump.spec); !fine) return node.Wrong(fine.error().detail);
  return dump;
}

}  // namespace

Result<std::optional<Dumps>> ReadDumpOptions(const service::Application& application) {
  std::optional<Dumps> read;
  const config::Node* const llhls = application.Publisher("LLHLS");
  if (llhls == nullptr) return read;
  read.emplace();
  const config::Node* const dumps = llhls->Child("Dumps");
  if (dumps == nullptr) return read;
  for (const config::Node* node : dumps->Children("Dump")) {
    const Result<bool> enabled = node->Flag("Enable", false);
    if (!enabled) return tl::unexpected(enabled.error());
    Result<ConfiguredDump> dump = ReadDump(*node);
    if (!dump) return tl::unexpected(dump.error());
    if (!*enabled) continue;
    if (read->size() == kDumpsMax) return node->Wrong("one dump too many");
    read->push_back(*std::move(dump));
  }
  return read;
}

Result<std::optional<Dumps>> FindDumpOptions(const service::VirtualHosts& hosts,
                                             std::string_view vhost, std::string_view app) {
  const auto application = api::FindApplication(hosts, vhost, app);
  if (!application) return tl::unexpected(application.error());
  return ReadDumpOptions(**application);
}

std::string ReadDumpRoot(const config::Node& server, const std::string& fallback) {
  const config::Node* const dumps = server.Find("Weir/Dumps");
  std::string root = dumps == nullptr ? std::string() : dumps->FilePath("RootPath");
  return root.empty() ? fallback : root;
}

}  // namespace weir::dump

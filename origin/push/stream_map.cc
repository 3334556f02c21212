#include "origin/push/stream_map.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/node.h"
#include "origin/tasks/stream_map_file.h"
#include "service/letters.h"

namespace weir::push {
namespace {

Result<MapEntry> ReadEntry(const config::Node& push) {
  MapEntry entry;
  const std::array<std::pair<const char*, std::string*>, 4> texts{
      {{"StreamName", &entry.stream_name},
       {"Protocol", &entry.protocol},
       {"Url", &entry.url},
       {"StreamKey", &entry.stream_key}}};
  for (const auto& [name, value] : texts) {
    auto text = push.Text(name, "");
    if (!text) return tl::unexpected(text.error());
    *value = *std::move(text);
  }
  if (entry.stream_name.empty() || entry.protocol.empty() || entry.url.empty())
    return push.Wrong("it needs a StreamName, a Protocol and a Url");
  const auto names = push.Text("VariantNames", "");
  if (!names) return tl::unexpected(names.error());
  entry.variant_names = SplitNames(*names);
  return entry;
}

std::string Resolve(std::string text, const stream::StreamPath& stream) {
  text = ReplaceAll(std::move(text), "${VirtualHost}", stream.vhost);
  text = ReplaceAll(std::move(text), "${Application}", stream.app);
  text = ReplaceAll(std::move(text), "${SourceStream}", stream.name);
  return ReplaceAll(std::move(text), "${Stream}", stream.name);
}

}  // namespace

Result<std::vector<MapEntry>> ReadStreamMap(const std::filesystem::path& file) {
  std::vector<MapEntry> entries;
  const Status read = tasks::ReadStreamMapFile(
      file, {.what = "push", .root = "PushInfo", .element = "Push", .enabled = false},
      [&entries](const config::Node& push) -> Status {
        auto entry = ReadEntry(push);
        if (!entry) return tl::unexpected(entry.error());
        entries.push_back(*std::move(entry));
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return entries;
}

bool Matches(const MapEntry& entry, const stream::StreamPath& stream) {
  return service::MatchesWildcards(ReplaceAll(entry.stream_name, "${SourceStream}", stream.name),
                                   stream.name);
}

Spec SpecFor(const MapEntry& entry, const stream::StreamPath& stream, std::string id, UtcTime now) {
  return {.id = std::move(id),
          .stream = stream,
          .tracks = {.ids = {}, .names = entry.variant_names},
          .protocol = entry.protocol,
          .url = Resolve(entry.url, stream),
          .stream_key = Resolve(entry.stream_key, stream),
          .from_config = true,
          .created = now};
}

}  // namespace weir::push

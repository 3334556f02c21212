#include "stream/registry.h"

#include <string>
#include <utility>

namespace weir::stream {

Status Registry::Claim(const StreamPath& path, const StreamRef& stream) {
  const bool claimed =
      streams_.With([&](auto& streams) { return streams.try_emplace(path, stream).second; });
  if (!claimed) return Fail(ErrorCode::kRefused, std::string(kNameTaken));
  return {};
}

void Registry::Release(const StreamPath& path, const StreamRef& stream) {
  streams_.With([&](auto& streams) {
    const auto found = streams.find(path);
    if (found != streams.end() && found->second == stream) streams.erase(found);
  });
}

StreamRef Registry::Find(const StreamPath& path) const {
  return streams_.With([&](auto& streams) {
    const auto found = streams.find(path);
    return found == streams.end() ? StreamRef() : found->second;
  });
}

std::vector<StreamPath> Registry::List() const {
  return streams_.With([](auto& streams) {
    std::vector<StreamPath> paths;
    paths.reserve(streams.size());
    for (const auto& [path, stream] : streams)
      paths.push_back(path);
    return paths;
  });
}

}  // namespace weir::stream

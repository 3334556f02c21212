#include "protocols/hls/options.h"

#include <array>

namespace weir::hls {
namespace {

Result<CacheAges> ReadCacheAges(const config::Node& node) {
  struct Age {
    std::string_view name;
    int64_t CacheAges::*member;
  };

  constexpr std::array kAges{
      Age{"MasterPlaylistMaxAge", &CacheAges::multivariant},
      Age{"ChunklistMaxAge", &CacheAges::chunklist},
      Age{"ChunklistWithDirectivesMaxAge", &CacheAges::chunklist_with_directives},
      Age{"SegmentMaxAge", &CacheAges::segment},
      Age{"PartialSegmentMaxAge", &CacheAges::part},
  };
  constexpr int64_t kYear = 31'536'000;
  CacheAges ages;
  for (const Age& age : kAges) {
    const auto seconds =
        node.Integer(age.name, CacheAges::kDefaultAge, CacheAges::kDefaultAge, kYear);
    if (!seconds) return tl::unexpected(seconds.error());
    ages.*age.member = *seconds;
  }
  return ages;
}

Result<std::string> ReadDefaultQuery(const config::Node& node) {
  std::string text;
  for (const config::Node* query : node.Children("Query")) {
    const auto key = query->Text("Key", "");
    if (!key) return tl::unexpected(key.error());
    const auto value = query->Text("Value", "");
    if (!value) return tl::unexpected(value.error());
    text += *key + '=' + *value + '&';
  }
  return text;
}

}  // namespace

Result<Options> ReadOptions(const config::Node& llhls, const config::Node* fallback) {
  Options options;
  const config::Node* const own = llhls.Child("CrossDomains");
  if (const config::Node* const domains = own != nullptr ? own : fallback) {
    options.cross_domains.clear();
    for (const config::Node* url : domains->Children("Url")) {
      options.cross_domains.push_back(url->text());
    }
  }
  if (const config::Node* const cache = llhls.Child("CacheControl")) {
    const auto ages = ReadCacheAges(*cache);
    if (!ages) return tl::unexpected(ages.error());
    options.cache = *ages;
  }
  if (const config::Node* const query = llhls.Child("DefaultQueryString")) {
    auto text = ReadDefaultQuery(*query);
    if (!text) return tl::unexpected(text.error());
    options.default_query = *std::move(text);
  }
  return options;
}

}  // namespace weir::hls

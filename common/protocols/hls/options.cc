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

}  // namespace

Result<Options> ReadOptions(const config::Node& llhls) {
  Options options;
  if (const config::Node* const domains = llhls.Child("CrossDomains")) {
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
  return options;
}

}  // namespace weir::hls

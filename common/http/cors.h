#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::http {

/// Which web pages may read our answers: OvenMediaEngine's <CrossDomains>.
class CrossDomains {
 public:
  /// Each is "*", or an origin with the wildcards "*" and "?": "https://*.example.com". Without a
  /// scheme it stands for http and https. None at all allows nobody.
  explicit CrossDomains(std::vector<std::string> patterns);

  /// The value for Access-Control-Allow-Origin; empty where the field must be left out.
  std::string_view Allow(std::string_view origin) const;

  /// Whether that depends on the request's Origin, so that answers need "Vary: Origin".
  bool varies() const { return !all_ && !patterns_.empty(); }

 private:
  std::vector<std::string> patterns_;
  bool all_ = false;
};

}  // namespace weir::http

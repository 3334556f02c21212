#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::http {

/// "%41" to "A", once. Nothing where an escape is cut short or is not hexadecimal, or where a
/// control character or a NUL would come out: for names in paths, which must not be guessed.
std::optional<std::string> PercentDecode(std::string_view text);

/// The other way round: all but letters, digits, '-', '.', '_' and '~' is escaped (RFC 3986, 2.3).
std::string PercentEncode(std::string_view text);

/// The parameters of a query string, decoded: "a=1&b=%20x". Takes any bytes: what is no escape
/// stands for itself, and "+" is a space.
class Query {
 public:
  static constexpr size_t kParametersMax = 64;  ///< What comes behind them is not looked at.

  explicit Query(std::string_view text);

  /// The first one of that name; a name without "=" has an empty value.
  std::optional<std::string_view> Get(std::string_view name) const;

  const std::vector<std::pair<std::string, std::string>>& parameters() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace weir::http

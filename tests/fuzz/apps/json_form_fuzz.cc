// Any text as an application of the API: no crash, and what is taken is shown as it would be taken
// again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "origin/apps/json_form.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::origin;  // NOLINT(google-build-using-namespace)
  static const JsonForm kForm("conf/API");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return 0;
  const auto read = kForm.Read("Application", "Application", json);
  if (!read) return 0;
  const nlohmann::json shown = kForm.Write(*read, "Application");
  const auto again = kForm.Read("Application", "Application", shown);
  if (!again || kForm.Write(*again, "Application") != shown) std::abort();
  return 0;
}

#include "formats/m3u8/date_range.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "formats/m3u8/text.h"

namespace weir::m3u8 {
namespace {

void AppendDuration(std::string& out, std::string_view name,
                    const std::optional<std::chrono::microseconds>& duration) {
  if (!duration) return;
  out += name;
  AppendSeconds(out, *duration);
}

void AppendAttribute(std::string& out, const DateRange::Attribute& attribute) {
  const auto is_name = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  const auto is_number = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || c == 'x' || c == '.' || c == '-';
  };
  out += ',';
  std::copy_if(attribute.name.begin(), attribute.name.end(), std::back_inserter(out), is_name);
  out += '=';
  if (attribute.quoted) return AppendQuoted(out, attribute.value);
  std::copy_if(attribute.value.begin(), attribute.value.end(), std::back_inserter(out), is_number);
}

}  // namespace

std::string Render(const DateRange& range) {
  std::string out = "#EXT-X-DATERANGE:ID=";
  AppendQuoted(out, range.id);
  if (!range.range_class.empty()) {
    out += ",CLASS=";
    AppendQuoted(out, range.range_class);
  }
  out += ",START-DATE=\"";
  AppendDate(out, range.start);
  out += '"';
  if (range.end) {
    out += ",END-DATE=\"";
    AppendDate(out, *range.end);
    out += '"';
  }
  AppendDuration(out, ",DURATION=", range.duration);
  AppendDuration(out, ",PLANNED-DURATION=", range.planned_duration);
  for (const DateRange::Attribute& attribute : range.attributes)
    AppendAttribute(out, attribute);
  if (range.end_on_next) out += ",END-ON-NEXT=YES";
  out += '\n';
  return out;
}

}  // namespace weir::m3u8

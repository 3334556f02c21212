#include "origin/dump/dump_info.h"

#include <fmt/format.h>

#include "base/local_time.h"
#include "origin/files/xml_text.h"

namespace weir::dump {
namespace {

std::string_view NameOf(DumpInfo::State state) {
  switch (state) {
    case DumpInfo::State::kRunning:
      return "Running";
    case DumpInfo::State::kCompleted:
      return "Completed";
    case DumpInfo::State::kError:
      return "Error";
  }
  return "?";
}

}  // namespace

DumpInfo::DumpInfo(std::string_view user_data, const stream::StreamPath& stream)
    : head_(fmt::format("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<HLSDumpInfo>\n"
                        "  <UserData>{}</UserData>\n  <Stream>/{}</Stream>\n",
                        files::EscapeXml(user_data), files::EscapeXml(stream.text()))) {}

void DumpInfo::Add(const std::string& file, UtcTime time) {
  items_ += fmt::format(
      "    <Item>\n      <Seq>{}</Seq>\n      <Time>{}</Time>\n      <File>{}</File>\n"
      "    </Item>\n",
      count_++, IsoLocal(time), files::EscapeXml(file));
}

std::string DumpInfo::Text(State state) const {
  return fmt::format("{}  <Status>{}</Status>\n  <Items>\n{}  </Items>\n</HLSDumpInfo>\n", head_,
                     NameOf(state), items_);
}

}  // namespace weir::dump

#include "origin/record/info_file.h"

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/local_time.h"
#include "origin/files/folder.h"
#include "origin/files/xml_text.h"

namespace weir::record {
namespace {

constexpr std::string_view kHead = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<files>\n";
constexpr std::string_view kTail = "</files>\n";
constexpr std::string_view kEnd = "</files>";
constexpr size_t kSizeMax = size_t{64} << 20;

/// "]]>" would end it.
std::string InCdata(std::string_view text) {
  std::string inside;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("]]>")) {
      inside += "]]]]><![CDATA[";
      ++i;
    } else {
      inside += text[i];
    }
  }
  return fmt::format("<![CDATA[{}]]>", inside);
}

std::string Element(std::string_view name, std::string_view content) {
  return fmt::format("    <{}>{}</{}>\n", name, content, name);
}

std::string EntryOf(const RecordedFile& file) {
  std::string entry = "  <file>\n";
  entry += Element("transactionId", files::EscapeXml(file.transaction_id));
  entry += Element("id", files::EscapeXml(file.id));
  if (!file.metadata.empty()) entry += Element("metadata", files::EscapeXml(file.metadata));
  entry += Element("vhost", files::EscapeXml(file.vhost));
  entry += Element("app", files::EscapeXml(file.app));
  entry += Element("stream", files::EscapeXml(file.stream));
  entry += Element("filePath", InCdata(file.root + "/" + file.final_path));
  entry += Element("recordBytes", fmt::format("{}", file.bytes));
  entry += Element("recordTime", fmt::format("{}", file.duration.count()));
  entry += Element("sequence", fmt::format("{}", file.sequence));
  if (file.interval.count() > 0)
    entry += Element("interval", fmt::format("{}", file.interval.count()));
  if (!file.schedule.empty()) entry += Element("schedule", files::EscapeXml(file.schedule));
  entry += Element("lastSequence", file.last ? "true" : "false");
  entry += Element("createdTime", IsoLocal(file.created, false));
  entry += Element("startTime", IsoLocal(file.started, false));
  entry += Element("finishTime", IsoLocal(file.finished(), false));
  return entry + "  </file>\n";
}

Result<std::string> ReadAll(int fd) {
  struct stat found {};

  if (::fstat(fd, &found) != 0) return files::SystemError("read the info file", errno);
  if (static_cast<size_t>(found.st_size) > kSizeMax)
    return Fail(ErrorCode::kLimitExceeded, "the info file is too large to add to");
  std::string text(static_cast<size_t>(found.st_size), '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t read =
        ::pread(fd, text.data() + size, text.size() - size, static_cast<off_t>(size));
    if (read < 0) return files::SystemError("read the info file", errno);
    if (read == 0) break;
    size += static_cast<size_t>(read);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::string AddToInfo(const std::string& text, const RecordedFile& file) {
  const std::string entry = EntryOf(file);
  const size_t end = text.rfind(kEnd);
  if (end == std::string::npos) return fmt::format("{}{}{}", kHead, entry, kTail);
  if (text.find(Element("filePath", InCdata(file.root + "/" + file.final_path))) !=
      std::string::npos)
    return text;
  return fmt::format("{}{}{}", std::string_view(text).substr(0, end), entry, kTail);
}

Status ListInInfoFile(const RecordedFile& file) {
  if (file.info_path.empty()) return {};
  const Result<files::Folder> folder = files::Folder::OfFile(file.root, file.info_path);
  if (!folder) return tl::unexpected(folder.error());
  const std::string name = files::NameOf(file.info_path);
  std::string before;
  const Result<net::OwnedFd> existing = folder->OpenToRead(name);
  if (existing) {
    Result<std::string> text = ReadAll(existing->get());
    if (!text) return tl::unexpected(text.error());
    before = *std::move(text);
  } else if (existing.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(existing.error());
  }
  const std::string after = AddToInfo(before, file);
  if (after == before) return {};
  return folder->Put(name, after, true);
}

}  // namespace weir::record

#include "origin/dump/dump_files.h"

#include <utility>

#include <fmt/format.h>

namespace weir::dump {
namespace {

Status Explain(const char* what, Status status) {
  if (status) return status;
  return Fail(status.error().code,
              fmt::format("Could not dump {}: {}", what, status.error().detail));
}

}  // namespace

DumpFiles::DumpFiles(const DumpSpec& spec, const stream::StreamPath& stream,
                     std::unique_ptr<DumpDisk> disk, std::function<UtcTime()> utc)
    : has_info_(!spec.info_file.empty()),
      disk_(std::move(disk)),
      utc_(std::move(utc)),
      info_(spec.user_data, stream) {}

Status DumpFiles::Open() {
  Status opened = disk_->Open();
  open_ = opened.has_value();
  if (opened) opened = PutInfo(DumpInfo::State::kRunning);
  return Explain("init segment", std::move(opened));
}

Status DumpFiles::PutInit(const DumpedFile& file) {
  return Put("init segment", file);
}

Status DumpFiles::PutMaster(const DumpedFile& file) {
  return Put("master playlist", file);
}

Status DumpFiles::Put(const char* what, const DumpedFile& file) {
  Status put = disk_->Put(file.name, file.bytes.text(), false);
  if (put) {
    info_.Add(disk_->PathOf(file.name), utc_());
    put = PutInfo(DumpInfo::State::kRunning);
  }
  return Explain(what, std::move(put));
}

Status DumpFiles::PutSegment(const DumpedSegment& segment) {
  Status put;
  if (!segment.entry.gap) put = disk_->Put(segment.entry.uri, segment.bytes.text(), false);
  if (put) {
    DumpList& list = lists_[segment.list];
    list.Add(segment.number, segment.entry, segment.target);
    put = disk_->Put(segment.list, list.Text(false), false);
  }
  if (put && !segment.entry.gap) {
    info_.Add(disk_->PathOf(segment.entry.uri), utc_());
    put = PutInfo(DumpInfo::State::kRunning);
  }
  return Explain("segment", std::move(put));
}

Status DumpFiles::End(bool failed) {
  if (!open_) return {};
  Status all;
  for (const auto& [name, list] : lists_) {
    Status put = disk_->Put(name, list.Text(true), true);
    if (put) info_.Add(disk_->PathOf(name), utc_());
    if (!put && all) all = std::move(put);
  }
  const bool complete = !failed && all;
  Status told = PutInfo(complete ? DumpInfo::State::kCompleted : DumpInfo::State::kError);
  return all ? std::move(told) : all;
}

Status DumpFiles::PutInfo(DumpInfo::State state) {
  if (!has_info_) return {};
  return disk_->PutInfo(info_.Text(state), state != DumpInfo::State::kRunning);
}

}  // namespace weir::dump

#include "origin/dump/dump_disk.h"

#include <utility>

namespace weir::dump {

FolderDisk::FolderDisk(std::string root, DumpPlace place)
    : root_(std::move(root)), place_(std::move(place)) {}

Status FolderDisk::Open() {
  auto folder = files::Folder::Open(root_, place_.folder);
  if (!folder) return tl::unexpected(folder.error());
  folder_ = *std::move(folder);
  if (place_.info_file.empty()) return {};
  auto info_folder = files::Folder::OfFile(root_, place_.info_file);
  if (!info_folder) return tl::unexpected(info_folder.error());
  info_folder_ = *std::move(info_folder);
  return {};
}

Status FolderDisk::Put(const std::string& name, std::string_view bytes, bool lasting) {
  return folder_->Put(name, bytes, lasting);
}

Status FolderDisk::PutInfo(std::string_view text, bool lasting) {
  return info_folder_->Put(files::NameOf(place_.info_file), text, lasting);
}

std::string FolderDisk::PathOf(const std::string& name) const {
  return root_ + "/" + place_.folder + "/" + name;
}

}  // namespace weir::dump

#include "edge/dvr/dvr_store.h"

#include <algorithm>
#include <utility>

#include "protocols/hls/packager_resource.h"

namespace weir::edge {
namespace {

constexpr std::chrono::minutes kSweepInterval{1};

}  // namespace

DvrStore::DvrStore(std::unique_ptr<DvrDisk> disk, DvrLimits limits)
    : disk_(std::move(disk)), limits_(limits) {}

Status DvrStore::Open() {
  if (Status opened = disk_->Open(); !opened) return opened;
  writer_.Post([this] { bytes_ = disk_->Sweep(limits_.age_max); });
  return {};
}

void DvrStore::Write(const DvrFile& file, SharedBytes bytes, Executor& home, Written written) {
  const size_t size = bytes.size();
  if (queued_bytes_.fetch_add(size) + size > limits_.queued_bytes_max) {
    queued_bytes_ -= size;
    ++lost_;
    return written(Fail(ErrorCode::kUnavailable, "the disk is too slow"));
  }
  writer_.Post([this, file, bytes = std::move(bytes), &home, written = std::move(written)] {
    Status done = WriteNow(file, bytes);
    queued_bytes_ -= bytes.size();
    home.Post([written, done = std::move(done)] { written(done); });
  });
}

/// The writer's thread.
Status DvrStore::WriteNow(const DvrFile& file, const SharedBytes& bytes) {
  Status done;
  if (limits_.bytes_max > 0 && bytes_ + bytes.size() > limits_.bytes_max)
    done = Fail(ErrorCode::kLimitExceeded, "the store is full");
  else
    done = disk_->Write(file, bytes.view());
  if (done) {
    bytes_ += bytes.size();
    ++written_;
  } else {
    ++lost_;
  }
  return done;
}

void DvrStore::Remove(const DvrFile& file) {
  writer_.Post([this, file] {
    disk_->Remove(file);
    bytes_ -= std::min<uint64_t>(bytes_, file.size);
  });
}

void DvrStore::Read(const DvrFile& file, Executor& home, Media read) {
  if (reads_.fetch_add(1) >= limits_.reads_max) {
    --reads_;
    ++reads_failed_;
    return read(Fail(ErrorCode::kUnavailable, "too much is read at once"));
  }
  reader_.Post([this, file, &home, read = std::move(read)] {
    auto media = ReadNow(file);
    --reads_;
    ++(media ? read_ : reads_failed_);
    home.Post([read, media = std::move(media)] { read(media); });
  });
}

/// The reader's thread.
Result<hls::ResourcePtr> DvrStore::ReadNow(const DvrFile& file) const {
  auto bytes = disk_->Read(file);
  if (!bytes) return tl::unexpected(bytes.error());
  return hls::MakeMedia(SharedBytes(std::move(*bytes)), file.kind);
}

void DvrStore::List(const std::string& key, Executor& home, Files listed) {
  writer_.Post([this, key, &home, listed = std::move(listed)] {
    home.Post([listed, files = disk_->List(key)]() mutable { listed(std::move(files)); });
  });
}

void DvrStore::Sweep(std::chrono::steady_clock::time_point now) {
  const std::chrono::steady_clock::duration last(swept_.load());
  if (now.time_since_epoch() - last < kSweepInterval) return;
  swept_ = now.time_since_epoch().count();
  writer_.Post([this] { bytes_ = disk_->Sweep(limits_.age_max); });
}

DvrStats DvrStore::stats() const {
  return {.bytes = bytes_,
          .segments_written = written_,
          .segments_lost = lost_,
          .segments_read = read_,
          .reads_failed = reads_failed_};
}

}  // namespace weir::edge

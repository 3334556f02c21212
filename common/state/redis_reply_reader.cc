#include "state/redis_reply_reader.h"

#include <array>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <hiredis/read.h>

namespace weir::state {
namespace {

using Kind = RedisReply::Kind;

/// Puts a value where it belongs: into its array, or alone on the heap. Null ends the reading.
RedisReply* Place(const redisReadTask* task, RedisReply value) {
  if (task->parent == nullptr) return std::make_unique<RedisReply>(std::move(value)).release();
  auto& items = static_cast<RedisReply*>(task->parent->obj)->items;
  RedisReply& item = items.at(static_cast<size_t>(task->idx));
  item = std::move(value);
  return &item;
}

void* CreateText(const redisReadTask* task, char* text, size_t size) {
  const Kind kind = task->type == REDIS_REPLY_ERROR ? Kind::kError : Kind::kText;
  return Place(task, {.kind = kind, .text = std::string(text, size)});
}

void* CreateArray(const redisReadTask* task, int size) {
  auto& items_left = *static_cast<size_t*>(task->privdata);
  const auto items = static_cast<size_t>(size);
  if (size < 0 || items > items_left) return nullptr;
  items_left -= items;
  return Place(task, {.kind = Kind::kArray, .items = std::vector<RedisReply>(items)});
}

void* CreateInteger(const redisReadTask* task, long long integer) {  // NOLINT(google-runtime-int)
  return Place(task, {.kind = Kind::kInteger, .integer = integer});
}

void* CreateNil(const redisReadTask* task) {
  return Place(task, {.kind = Kind::kNil});
}

/// Called for whole replies only.
void FreeReply(void* reply) {
  const std::unique_ptr<RedisReply> owned(static_cast<RedisReply*>(reply));
}

redisReplyObjectFunctions* Functions() {
  static constexpr redisReplyObjectFunctions kFunctions = {.createString = CreateText,
                                                           .createArray = CreateArray,
                                                           .createInteger = CreateInteger,
                                                           .createNil = CreateNil,
                                                           .freeObject = FreeReply};
  return const_cast<redisReplyObjectFunctions*>(&kFunctions);  // NOLINT: hiredis only reads it.
}

}  // namespace

void RedisReplyReader::Free::operator()(redisReader* reader) const {
  redisReaderFree(reader);
}

RedisReplyReader::RedisReplyReader() : reader_(redisReaderCreateWithFunctions(Functions())) {
  reader_->privdata = &items_left_;
}

RedisReplyReader::~RedisReplyReader() = default;

Status RedisReplyReader::Feed(std::span<const uint8_t> bytes,
                              const std::function<bool(RedisReply)>& on_reply) {
  redisReaderFeed(reader_.get(), reinterpret_cast<const char*>(bytes.data()), bytes.size());
  unfinished_ += bytes.size();
  while (true) {
    void* read = nullptr;
    if (redisReaderGetReply(reader_.get(), &read) != REDIS_OK) {
      if (reader_->err == REDIS_ERR_OOM)
        return Fail(ErrorCode::kLimitExceeded, fmt::format("a reply of over {} items", kItemsMax));
      return Fail(ErrorCode::kMalformed, fmt::format("not a reply of redis: {}", reader_->errstr));
    }
    if (read == nullptr) break;
    const std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(read));
    unfinished_ = reader_->len - reader_->pos;
    items_left_ = kItemsMax;
    if (!on_reply(std::move(*reply))) return {};
  }
  if (unfinished_ > kReplyBytesMax)
    return Fail(ErrorCode::kLimitExceeded, fmt::format("a reply of over {} bytes", kReplyBytesMax));
  return {};
}

}  // namespace weir::state

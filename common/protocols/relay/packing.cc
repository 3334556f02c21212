#include "protocols/relay/packing.h"

#include <exception>
#include <utility>

#include <fmt/format.h>

#ifndef MSGPACK_NO_BOOST
#define MSGPACK_NO_BOOST
#endif
#include <msgpack.hpp>

namespace weir::relay {
namespace {

constexpr size_t kListMax = 256;
constexpr size_t kMapMax = 64;
constexpr size_t kTextMax = size_t{1} << 20;
constexpr size_t kDepthMax = 8;

/// What msgpack::packer writes into.
struct VectorStream {
  std::vector<uint8_t>& bytes;

  void write(const char* data, size_t size) { bytes.insert(bytes.end(), data, data + size); }
};

void PutText(msgpack::packer<VectorStream>& packer, std::string_view text) {
  packer.pack_str(static_cast<uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<uint32_t>(text.size()));
}

const msgpack::object& ObjectOf(const void* object) {
  return *static_cast<const msgpack::object*>(object);
}

}  // namespace

struct MapReader::Shared {
  msgpack::object_handle handle;
  std::optional<Error> fault;

  void Fault(std::string_view key, std::string_view why) {
    if (!fault)
      fault = Error{.code = ErrorCode::kMalformed, .detail = fmt::format("'{}' {}", key, why)};
  }
};

void MapWriter::Text(std::string_view key, std::string_view value) {
  VectorStream stream{entries_};
  msgpack::packer<VectorStream> packer(stream);
  PutText(packer, key);
  PutText(packer, value);
  ++count_;
}

void MapWriter::Integer(std::string_view key, int64_t value) {
  VectorStream stream{entries_};
  msgpack::packer<VectorStream> packer(stream);
  PutText(packer, key);
  packer.pack_int64(value);
  ++count_;
}

void MapWriter::Bytes(std::string_view key, std::span<const uint8_t> value) {
  VectorStream stream{entries_};
  msgpack::packer<VectorStream> packer(stream);
  PutText(packer, key);
  packer.pack_bin(static_cast<uint32_t>(value.size()));
  packer.pack_bin_body(reinterpret_cast<const char*>(value.data()),
                       static_cast<uint32_t>(value.size()));
  ++count_;
}

void MapWriter::Map(std::string_view key, const MapWriter& value) {
  VectorStream stream{entries_};
  msgpack::packer<VectorStream> packer(stream);
  PutText(packer, key);
  packer.pack_map(value.count_);
  entries_.insert(entries_.end(), value.entries_.begin(), value.entries_.end());
  ++count_;
}

void MapWriter::List(std::string_view key, std::span<const MapWriter> values) {
  VectorStream stream{entries_};
  msgpack::packer<VectorStream> packer(stream);
  PutText(packer, key);
  packer.pack_array(static_cast<uint32_t>(values.size()));
  for (const MapWriter& value : values) {
    packer.pack_map(value.count_);
    entries_.insert(entries_.end(), value.entries_.begin(), value.entries_.end());
  }
  ++count_;
}

std::vector<uint8_t> MapWriter::Finish() const {
  std::vector<uint8_t> bytes;
  bytes.reserve(entries_.size() + 5);
  VectorStream stream{bytes};
  msgpack::packer<VectorStream>(stream).pack_map(count_);
  bytes.insert(bytes.end(), entries_.begin(), entries_.end());
  return bytes;
}

const void* MapReader::Find(std::string_view key) const {
  const msgpack::object_map& map = ObjectOf(object_).via.map;
  for (uint32_t i = 0; i < map.size; ++i) {
    const msgpack::object& name = map.ptr[i].key;
    if (name.type == msgpack::type::STR &&
        key == std::string_view(name.via.str.ptr, name.via.str.size))
      return &map.ptr[i].val;
  }
  return nullptr;
}

std::string MapReader::Text(std::string_view key, size_t max) const {
  const void* found = Find(key);
  if (found == nullptr) return {};
  const msgpack::object& value = ObjectOf(found);
  if (value.type != msgpack::type::STR) {
    shared_->Fault(key, "is not text");
    return {};
  }
  if (value.via.str.size > max) {
    shared_->Fault(key, "is too long");
    return {};
  }
  return {value.via.str.ptr, value.via.str.size};
}

int64_t MapReader::Integer(std::string_view key, int64_t fallback, int64_t min, int64_t max) const {
  const void* found = Find(key);
  if (found == nullptr) return fallback;
  const msgpack::object& value = ObjectOf(found);
  int64_t number = 0;
  if (value.type == msgpack::type::NEGATIVE_INTEGER) {
    number = value.via.i64;
  } else if (value.type == msgpack::type::POSITIVE_INTEGER &&
             std::in_range<int64_t>(value.via.u64)) {
    number = static_cast<int64_t>(value.via.u64);
  } else {
    shared_->Fault(key, "is not an integer");
    return fallback;
  }
  if (number < min || number > max) {
    shared_->Fault(key, "is out of range");
    return fallback;
  }
  return number;
}

std::vector<uint8_t> MapReader::Bytes(std::string_view key, size_t max) const {
  const void* found = Find(key);
  if (found == nullptr) return {};
  const msgpack::object& value = ObjectOf(found);
  if (value.type != msgpack::type::BIN) {
    shared_->Fault(key, "is not bytes");
    return {};
  }
  if (value.via.bin.size > max) {
    shared_->Fault(key, "is too long");
    return {};
  }
  const auto* data = reinterpret_cast<const uint8_t*>(value.via.bin.ptr);
  return {data, data + value.via.bin.size};
}

std::optional<MapReader> MapReader::Map(std::string_view key) const {
  const void* found = Find(key);
  if (found == nullptr) return std::nullopt;
  if (ObjectOf(found).type != msgpack::type::MAP) {
    shared_->Fault(key, "is not a map");
    return std::nullopt;
  }
  return MapReader(shared_, found);
}

std::vector<MapReader> MapReader::List(std::string_view key, size_t max) const {
  const void* found = Find(key);
  if (found == nullptr) return {};
  const msgpack::object& value = ObjectOf(found);
  if (value.type != msgpack::type::ARRAY || value.via.array.size > max) {
    shared_->Fault(key, "is not a list, or too long a one");
    return {};
  }
  std::vector<MapReader> list;
  list.reserve(value.via.array.size);
  for (uint32_t i = 0; i < value.via.array.size; ++i) {
    if (value.via.array.ptr[i].type != msgpack::type::MAP) {
      shared_->Fault(key, "holds something else than maps");
      return {};
    }
    list.push_back(MapReader(shared_, &value.via.array.ptr[i]));
  }
  return list;
}

void MapReader::Reject(std::string_view key, std::string_view why) const {
  shared_->Fault(key, why);
}

Result<MapDocument> MapDocument::Parse(std::span<const uint8_t> bytes) {
  auto shared = std::make_unique<MapReader::Shared>();
  try {
    size_t taken = 0;
    const msgpack::unpack_limit limit(kListMax, kMapMax, kTextMax, kTextMax, 0, kDepthMax);
    shared->handle = msgpack::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size(),
                                     taken, nullptr, nullptr, limit);
    if (taken != bytes.size()) return Fail(ErrorCode::kMalformed, "bytes follow the map");
  } catch (const msgpack::size_overflow&) {
    return Fail(ErrorCode::kLimitExceeded, "map is too large or too deep");
  } catch (const std::exception&) {
    return Fail(ErrorCode::kMalformed, "not a msgpack map");
  }
  if (shared->handle.get().type != msgpack::type::MAP)
    return Fail(ErrorCode::kMalformed, "not a msgpack map");
  return MapDocument(std::move(shared));
}

MapDocument::MapDocument(std::unique_ptr<MapReader::Shared> shared) : shared_(std::move(shared)) {}

MapDocument::MapDocument(MapDocument&&) noexcept = default;
MapDocument& MapDocument::operator=(MapDocument&&) noexcept = default;
MapDocument::~MapDocument() = default;

MapReader MapDocument::root() const {
  return {shared_.get(), &shared_->handle.get()};
}

Status MapDocument::status() const {
  if (shared_->fault) return tl::unexpected(*shared_->fault);
  return {};
}

}  // namespace weir::relay

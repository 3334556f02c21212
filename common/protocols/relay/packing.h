#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::relay {

/// Writes one msgpack map with text keys: the body of every control message.
class MapWriter {
 public:
  void Text(std::string_view key, std::string_view value);
  void Integer(std::string_view key, int64_t value);
  void Bytes(std::string_view key, std::span<const uint8_t> value);
  void Map(std::string_view key, const MapWriter& value);
  void List(std::string_view key, std::span<const MapWriter> values);

  /// The whole map. Keys stand in the order written.
  std::vector<uint8_t> Finish() const;

 private:
  std::vector<uint8_t> entries_;
  uint32_t count_ = 0;
};

/// Reads one msgpack map in a straight line: what is absent is empty or the fallback, what is of
/// another kind or out of range fails the whole document for good. Keys nobody asks for do not
/// matter, so that a later version can add some. A view: the document outlives it.
class MapReader {
 public:
  /// At most `max` bytes.
  std::string Text(std::string_view key, size_t max = 1024) const;
  int64_t Integer(std::string_view key, int64_t fallback,
                  int64_t min = std::numeric_limits<int64_t>::min(),
                  int64_t max = std::numeric_limits<int64_t>::max()) const;
  std::vector<uint8_t> Bytes(std::string_view key, size_t max) const;
  std::optional<MapReader> Map(std::string_view key) const;

  /// At most `max` maps.
  std::vector<MapReader> List(std::string_view key, size_t max) const;

  /// Fails the document for a reason of the message's own.
  void Reject(std::string_view key, std::string_view why) const;

 private:
  friend class MapDocument;
  struct Shared;

  MapReader(Shared* shared, const void* object) : shared_(shared), object_(object) {}

  const void* Find(std::string_view key) const;

  Shared* shared_;
  const void* object_;  // msgpack::object, of kind map
};

/// A parsed map and whether it has been read without a fault. The only file that knows msgpack.
class MapDocument {
 public:
  /// kMalformed where `bytes` are not exactly one map, kLimitExceeded where it nests deeper than 8
  /// or has lists of more than 256 elements, or maps of more than 64.
  static Result<MapDocument> Parse(std::span<const uint8_t> bytes);

  MapDocument(MapDocument&&) noexcept;
  MapDocument& operator=(MapDocument&&) noexcept;
  ~MapDocument();

  MapReader root() const;

  /// The first fault of all that was read.
  Status status() const;

 private:
  explicit MapDocument(std::unique_ptr<MapReader::Shared> shared);

  std::unique_ptr<MapReader::Shared> shared_;
};

}  // namespace weir::relay

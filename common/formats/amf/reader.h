#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"
#include "formats/amf/value.h"

namespace weir::amf {

struct Limits {
  size_t depth_max = 32;                  ///< Objects and arrays inside each other.
  size_t values_max = size_t{16} * 1024;  ///< Values of all the reader's trees together.
  size_t text_max = size_t{256} * 1024;   ///< Bytes of one string.
};

/// Reads the AMF0 values that follow each other in a view of bytes ("Action Message Format -- AMF
/// 0", 2007), such as the name, transaction and arguments of an RTMP command.
///
/// Nothing is allocated for what the bytes merely announce: an array of 2^32 items in six bytes is
/// refused as cut short. The view must live as long as the reader; the values own their strings.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> bytes, Limits limits = {})
      : bytes_(bytes), limits_(limits) {}

  /// The next value. kMalformed: cut short, or no known marker. kLimitExceeded: past a limit.
  /// kUnsupported: well formed, and of no use here: a reference, a movie clip, AMF3. After an error
  /// the rest cannot be read.
  Result<Value> Next();

  bool at_end() const { return bytes_.remaining() == 0; }

 private:
  Result<Value> ReadValue(size_t depth);
  Result<Value> ReadCompound(uint8_t marker, size_t depth);
  Result<std::vector<Member>> ReadMembers(size_t depth);
  Result<Value> ReadArray(size_t depth);
  Result<std::string> ReadText(size_t size);

  ByteReader bytes_;
  Limits limits_;
  size_t values_ = 0;
};

/// All values of `bytes`. Fails as Reader::Next does.
Result<std::vector<Value>> ReadAll(std::span<const uint8_t> bytes, Limits limits = {});

}  // namespace weir::amf

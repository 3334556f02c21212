#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/amf/value.h"
#include "protocols/rtmp/message.h"

namespace weir::rtmp {

/// A remote procedure call, or an answer to one (Adobe RTMP 1.0, section 7.2).
struct Command {
  std::string name;
  double transaction = 0;             ///< 0: no answer is expected.
  std::vector<amf::Value> arguments;  ///< The command object first; often null.

  /// The argument at `index` if it is there and a string, else empty.
  std::string_view text(size_t index) const;

  /// The argument at `index` if it is there and an object, else null.
  const amf::Object* object(size_t index) const;
};

/// Reads a kCommand or kCommandAmf3 message. kMalformed, kLimitExceeded: as amf::Reader::Next.
/// Arguments from the first one in AMF3 on are left out.
Result<Command> ReadCommand(const Message& message);

/// The AMF0 values of a data message, kData or kDataAmf3, as far as they are AMF0.
Result<std::vector<amf::Value>> ReadDataValues(const Message& message);

/// The message that makes a peer's ReadCommand return the same.
Message WriteCommand(const Command& command, uint32_t stream_id);

}  // namespace weir::rtmp

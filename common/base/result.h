#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace weir {

/// Why an operation failed, as far as a caller may want to act on it.
enum class ErrorCode {
  kMalformed,      ///< The peer broke the wire format: close the session.
  kLimitExceeded,  ///< The peer, or we, went past a configured limit.
  kUnsupported,    ///< Well formed, but not something this server does.
  kRefused,        ///< Well formed and understood, but not allowed: wrong secret, name taken.
  kNotFound,       ///< There is no such thing here.
  kConflict,       ///< Somebody else changed or holds it: look again, then decide anew.
  kUnavailable,    ///< The network, the disk or another service; trying again may help.
  kEnded,          ///< The peer, or we, ended it in good order: not a fault.
};

struct Error {
  ErrorCode code;
  std::string detail;  ///< One lower-case clause for the log, without the code's own name.
};

/// A value, or why there is none. Ignoring one does not compile.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

inline tl::unexpected<Error> Fail(ErrorCode code, std::string detail) {
  return tl::unexpected<Error>(Error{.code = code, .detail = std::move(detail)});
}

}  // namespace weir

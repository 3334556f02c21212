#include "origin/api/refusal.h"

namespace weir::api {
namespace {

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupported:
    case ErrorCode::kLimitExceeded:
    case ErrorCode::kRefused:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
      return 409;
    default:
      return 503;
  }
}

}  // namespace

Answer Refusal(const Error& error) {
  return Answer::Error(StatusOf(error.code), error.detail);
}

}  // namespace weir::api

#pragma once

#include "base/result.h"
#include "origin/api/answer.h"

namespace weir::api {

/// The answer to a call that could not be done, by the code of the error: 400 where it was asked
/// for what cannot be, 404, 409, else 503, since it may work later.
Answer Refusal(const Error& error);

}  // namespace weir::api

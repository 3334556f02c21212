#pragma once

#include <string>

namespace weir::crypto {

/// A random UUID (RFC 9562, version 4) from the CSPRNG: "9e107d9d-372b-4ab9-8e5c-6f1c2a3b4c5d".
std::string RandomUuid();

}  // namespace weir::crypto

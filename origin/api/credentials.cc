#include "origin/api/credentials.h"

#include <cstdint>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/constant_time.h"
#include "http/fields.h"

namespace weir::api {
namespace {

tl::unexpected<Error> Refuse(std::string text) {
  return Fail(ErrorCode::kRefused, std::move(text));
}

}  // namespace

Status CheckCredentials(std::string_view authorization, const std::string& access_token) {
  if (authorization.empty()) return Refuse("Authorization header is required to call API");
  std::string_view rest = authorization;
  const std::string_view scheme = TakeUntil(rest, ' ');
  if (rest.empty() || rest.find(' ') != std::string_view::npos)
    return Refuse("Invalid authorization header");
  if (!http::SameWord(scheme, "Basic"))
    return Refuse(fmt::format("Not supported credential type: {}", scheme));
  const Result<std::vector<uint8_t>> told = crypto::Base64Decode(rest);
  if (!told) return Refuse("Invalid credential format");
  const std::span<const uint8_t> expected(
      reinterpret_cast<const uint8_t*>(access_token.data()),  // bytes of a text
      access_token.size());
  if (!crypto::EqualInConstantTime(*told, expected)) return Refuse("Invalid credential");
  return {};
}

}  // namespace weir::api

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::http {

/// Whether two names or tokens are the same but for the case of ASCII letters.
bool SameWord(std::string_view a, std::string_view b);

/// The first field of that name; empty when there is none.
std::string_view FindField(const Fields& fields, std::string_view name);

void RemoveField(Fields& fields, std::string_view name);

/// Without spaces and tabs at either end.
std::string_view Trimmed(std::string_view text);

/// Puts spaces where a field's value must not have what it has, so that no value can start a line
/// of its own.
void ReplaceControls(std::string& value);

/// Takes the next element off a comma-separated list (RFC 9110, 5.6.1), trimmed; a comma inside
/// double quotes separates nothing. Nothing at the end of the list.
std::optional<std::string_view> NextElement(std::string_view& list);

/// Whether an answer may be compressed with gzip, by the request's Accept-Encoding (RFC 9110,
/// 12.5.3): named with a weight above zero, or not named and "*" is.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace weir::http

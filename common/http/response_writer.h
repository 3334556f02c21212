#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::http {

/// The fields as they stand in a head: "Name: value", each with its line's end. What a field may
/// not hold is replaced by spaces, so that no value can start a line of its own.
void AppendLines(const Fields& fields, std::string& head);

/// The status line and the fields of an answer up to the empty line (RFC 9112, 4 and 5), with Date,
/// Server, Content-Length and Connection.
std::string RenderHead(const Response& response, std::string_view date, bool keep_alive);

}  // namespace weir::http

#include "http/shared_fields.h"

#include <utility>

#include "http/response_writer.h"

namespace weir::http {

SharedFields::SharedFields(Fields fields) : list_(std::move(fields)) {
  AppendLines(list_, lines_);
}

}  // namespace weir::http

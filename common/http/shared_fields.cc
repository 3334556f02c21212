#include "http/shared_fields.h"

#include <utility>

#include "http/fields.h"
#include "http/response_writer.h"

namespace weir::http {

SharedFields::SharedFields(Fields fields) : list_(std::move(fields)) {
  for (auto& [name, value] : list_) {
    ReplaceControls(value);
  }
  AppendLines(list_, lines_);
}

}  // namespace weir::http

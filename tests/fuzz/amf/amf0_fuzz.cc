#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "formats/amf/reader.h"
#include "formats/amf/writer.h"

/// What can be read can be written and read again, byte for byte the second time.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto values = weir::amf::ReadAll({data, size});
  if (!values) return 0;
  const std::vector<uint8_t> written = weir::amf::WriteAll(*values);
  const auto again = weir::amf::ReadAll(written);
  if (!again || weir::amf::WriteAll(*again) != written) std::abort();
  return 0;
}

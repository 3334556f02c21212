#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "formats/flv/video_tag.h"

// What a tag's payload views lies at or before the end of its body, and is there where it must be.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using Kind = weir::flv::VideoTag::Kind;
  const auto body = weir::SharedBytes::Copy({data, size});
  const auto tag = weir::flv::ParseVideoTag(body);
  if (!tag) return 0;
  const auto payload = tag->payload.view();
  const bool needs_payload = tag->kind == Kind::kSequenceHeader || tag->kind == Kind::kFrame;
  if (needs_payload && payload.empty()) std::abort();
  if (payload.empty()) return 0;
  if (payload.data() <= body.data()) std::abort();
  if (payload.data() + payload.size() > body.data() + body.size()) std::abort();
  return 0;
}

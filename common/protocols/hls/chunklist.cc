#include "protocols/hls/chunklist.h"

#include <cstddef>
#include <utility>

#include "protocols/hls/packager_resource.h"

namespace weir::hls {
namespace {

ResourcePtr& FormOf(std::array<ResourcePtr, 3>& forms, m3u8::Skip skip) {
  return forms.at(static_cast<size_t>(skip));
}

}  // namespace

Chunklist::Chunklist(ResourcePtr whole) : forms_({std::move(whole), nullptr, nullptr}) {}

Chunklist::Chunklist(m3u8::LowLatencyText text) {
  const m3u8::Skip usual = text.can_skip() ? m3u8::Skip::kSegments : m3u8::Skip::kNothing;
  ResourcePtr made = MakePlaylist(text.Text(usual));
  forms_.With([&](Forms& forms) { FormOf(forms, usual) = std::move(made); });
  if (text.can_skip()) text_ = std::move(text);
}

m3u8::Skip Chunklist::Offered(m3u8::Skip skip) const {
  if (!text_) return m3u8::Skip::kNothing;
  const bool ranges = skip == m3u8::Skip::kDateRanges;
  return ranges && !text_->can_skip_date_ranges() ? m3u8::Skip::kSegments : skip;
}

ResourcePtr Chunklist::Get(m3u8::Skip skip) const {
  const m3u8::Skip offered = Offered(skip);
  // Others who ask for the same at the same time wait, rather than make it again.
  return forms_.With([&](Forms& forms) {
    ResourcePtr& form = FormOf(forms, offered);
    if (form == nullptr) form = MakePlaylist(text_->Text(offered));
    return form;
  });
}

}  // namespace weir::hls

#include "control/metrics_page.h"

#include "control/text_page.h"

namespace weir::control {

void MetricsPage::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  RespondText(request, *responder, 200, "text/plain; version=0.0.4; charset=utf-8",
              registry_.Text());
}

}  // namespace weir::control

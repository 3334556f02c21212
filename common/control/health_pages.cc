#include "control/health_pages.h"

#include <string_view>

#include "control/text_page.h"

namespace weir::control {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

struct Answer {
  int status;
  std::string_view text;
};

Answer AnswerFor(Readiness::State state) {
  switch (state) {
    case Readiness::State::kStarting:
      return {.status = 503, .text = "starting\n"};
    case Readiness::State::kReady:
      return {.status = 200, .text = "ready\n"};
    case Readiness::State::kDraining:
      return {.status = 503, .text = "draining\n"};
  }
  return {.status = 503, .text = "unknown\n"};
}

}  // namespace

void HealthPage::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  RespondText(request, *responder, 200, kPlainText, "ok\n");
}

void ReadinessPage::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  const Answer answer = AnswerFor(readiness_.state());
  RespondText(request, *responder, answer.status, kPlainText, std::string(answer.text));
}

}  // namespace weir::control

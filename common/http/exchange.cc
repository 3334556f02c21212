#include "http/exchange.h"

#include <utility>

#include "http/status.h"
#include "http/text_response.h"

namespace weir::http {

/// The responder: knows its exchange until one of them is gone or the answer has come.
class Exchange::SideOfResponder final : public Responder {
 public:
  explicit SideOfResponder(Exchange& exchange) : exchange_(&exchange) {}

  ~SideOfResponder() override {
    if (exchange_ != nullptr) Respond(TextResponse(500, "the request was dropped unanswered"));
  }

  SideOfResponder(const SideOfResponder&) = delete;
  SideOfResponder& operator=(const SideOfResponder&) = delete;

  void Respond(Response response) override {
    if (exchange_ == nullptr) return;
    Exchange& exchange = *std::exchange(exchange_, nullptr);
    gone_ = nullptr;
    exchange.responder_ = nullptr;
    exchange.Answer(std::move(response));
    exchange.owner_.OnAnswered();
  }

  void OnGone(std::function<void()> gone) override {
    if (exchange_ != nullptr) gone_ = std::move(gone);
  }

  std::function<void()> Part() {
    exchange_ = nullptr;
    return std::exchange(gone_, nullptr);
  }

 private:
  Exchange* exchange_;
  std::function<void()> gone_;
};

Exchange::Exchange(Owner& owner, Terms terms) : owner_(owner), terms_(std::move(terms)) {}

Exchange::~Exchange() {
  (void)Abandon();
}

std::unique_ptr<Responder> Exchange::MakeResponder() {
  auto responder = std::make_unique<SideOfResponder>(*this);
  responder_ = responder.get();
  return responder;
}

Response Exchange::TakeAnswer() {
  ApplyConditions(terms_.conditions, *answer_);
  return std::move(*answer_);
}

bool Exchange::SendsBody(const Response& response) const {
  return !terms_.conditions.head && !IsBodyless(response.status);
}

std::function<void()> Exchange::Abandon() {
  if (responder_ == nullptr) return nullptr;
  return std::exchange(responder_, nullptr)->Part();
}

}  // namespace weir::http

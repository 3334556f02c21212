#include "stream/hub.h"

#include <utility>

namespace weir::stream {
namespace {

bool IsDetached(const std::shared_ptr<Receiver>& receiver) {
  return receiver->detached();
}

}  // namespace

void Hub::Add(std::shared_ptr<Receiver> receiver) {
  std::erase_if(receivers_, IsDetached);
  receivers_.push_back(std::move(receiver));
}

void Hub::Deliver(const Event& event) {
  bool some_left = false;
  for (const std::shared_ptr<Receiver>& receiver : receivers_) {
    receiver->On(event);
    some_left |= receiver->detached();
  }
  if (some_left) std::erase_if(receivers_, IsDetached);
}

}  // namespace weir::stream

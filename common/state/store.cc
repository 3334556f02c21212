#include "state/store.h"

#include <type_traits>
#include <utility>

namespace weir::state {

template <class T>
void Store::Ask(Request request, Clock::duration patience, Answer<T> answer) {
  Call(std::move(request), patience, [answer = std::move(answer)](Result<Reply> reply) {
    if (!reply) return answer(tl::unexpected(std::move(reply.error())));
    if constexpr (std::is_void_v<T>) {
      answer({});
    } else {
      answer(std::get<T>(std::move(*reply)));
    }
  });
}

void Store::Get(std::string key, Clock::duration patience, Answer<Entry> answer) {
  Ask(GetRequest{.key = std::move(key)}, patience, std::move(answer));
}

void Store::Put(PutRequest request, Clock::duration patience, Answer<uint64_t> answer) {
  Ask(std::move(request), patience, std::move(answer));
}

void Store::Remove(RemoveRequest request, Clock::duration patience, Answer<void> answer) {
  Ask(std::move(request), patience, std::move(answer));
}

void Store::Scan(ScanRequest request, Clock::duration patience, Answer<Page> answer) {
  Ask(std::move(request), patience, std::move(answer));
}

void Store::Acquire(AcquireRequest request, Clock::duration patience, Answer<Lease> answer) {
  Ask(std::move(request), patience, std::move(answer));
}

void Store::Renew(RenewRequest request, Clock::duration patience, Answer<void> answer) {
  Ask(std::move(request), patience, std::move(answer));
}

void Store::Release(ReleaseRequest request, Clock::duration patience, Answer<void> answer) {
  Ask(std::move(request), patience, std::move(answer));
}

}  // namespace weir::state

#include "net/name_lookup.h"

#include <memory>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>

#include "net/uv_error.h"

namespace weir::net {
namespace {

struct FreeAddrinfo {
  void operator()(addrinfo* list) const { uv_freeaddrinfo(list); }
};

}  // namespace

NameLookup::NameLookup(EventLoop& loop, std::string host, uint16_t port,
                       std::function<void(Result<Addresses>)> on_found)
    : host_(std::move(host)), port_(port), on_found_(std::move(on_found)) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  auto request = std::make_unique<uv_getaddrinfo_t>();
  request->data = this;
  const int failed =
      uv_getaddrinfo(&loop.uv(), request.get(), OnFound, host_.c_str(), nullptr, &hints);
  if (failed == 0) {
    request_ = request.release();
    return;
  }
  // Only a name that is no name at all: told like any other failure, from a later turn.
  auto owned = std::make_shared<std::unique_ptr<uv_getaddrinfo_t>>(std::move(request));
  request_ = owned->get();
  loop.Post([owned, failed] { OnFound(owned->release(), failed, nullptr); });
}

NameLookup::~NameLookup() {
  if (request_ == nullptr) return;
  request_->data = nullptr;
  uv_cancel(reinterpret_cast<uv_req_t*>(request_));
}

void NameLookup::OnFound(uv_getaddrinfo_t* request, int status, addrinfo* found) {
  const std::unique_ptr<uv_getaddrinfo_t> owned(request);
  const std::unique_ptr<addrinfo, FreeAddrinfo> list(found);
  auto* self = static_cast<NameLookup*>(request->data);
  if (self == nullptr) return;
  self->request_ = nullptr;
  auto on_found = std::move(self->on_found_);
  Addresses addresses;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    SocketAddress address = SocketAddress::From(info->ai_addr);
    if (address.family() == AF_UNSPEC) continue;
    address.set_port(self->port_);
    addresses.push_back(address);
  }
  if (status == 0 && addresses.empty()) status = UV_EAI_NODATA;
  if (status != 0) {
    return on_found(tl::unexpected(UvError(status, fmt::format("cannot look up {}", self->host_))));
  }
  on_found(std::move(addresses));
}

}  // namespace weir::net

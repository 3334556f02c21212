#include "origin/apps/apps_service.h"

#include <chrono>
#include <memory>
#include <utility>

#include "base/log.h"
#include "config/document.h"
#include "config/vocabulary.h"
#include "origin/apps/hosts_reader.h"

namespace weir::origin {
namespace {

constexpr auto kLoadAgainAfter = std::chrono::seconds(1);

/// What the API makes stands, for relative paths, beside the configuration file.
std::string PlaceOf(const std::filesystem::path& file) {
  return (file.parent_path() / "API").string();
}

using Check = std::function<Status(const config::Node&, const service::VirtualHosts&)>;

using CheckFiles = std::function<Status(const service::VirtualHosts&)>;

/// All that a start would say of it.
Result<ServerModel> ReadAndCheck(const std::filesystem::path& file, const Check& check,
                                 const CheckFiles& check_files) {
  const auto document = config::Document::Load(file, config::Environment::OfProcess());
  if (!document) return tl::unexpected(document.error());
  const config::Node& server = (*document)->root();
  const Result<service::HostsInForce> read = ReadHosts(server);
  if (!read) return tl::unexpected(read.error());
  if (Status fits = check(server, read->hosts); !fits) return tl::unexpected(fits.error());
  if (Status fine = check_files(read->hosts); !fine) return tl::unexpected(fine.error());
  const auto known = config::CheckVocabulary(**document);
  if (!known) return tl::unexpected(known.error());
  return ServerModel::Of(server);
}

}  // namespace

AppsService::AppsService(Context context)
    : context_(std::move(context)),
      storage_(context_.store),
      apps_(ServerModel::Of(context_.server), JsonForm(PlaceOf(context_.file)),
            {.book = context_.book,
             .storage = storage_,
             .check = context_.check,
             .read_file = [this](auto done) { ReadFile(std::move(done)); },
             .end_streams = context_.end_streams}),
      retry_(context_.control, [this] { Load(); }) {
  context_.control.Post([this] { Load(); });
}

void AppsService::Load() {
  apps_.Load([this](const Status& loaded) {
    if (loaded) return;
    log::Err("api", "", "what the API made cannot be read from the state store: {}",
             loaded.error().detail);
    retry_.Start(kLoadAgainAfter);
  });
}

void AppsService::ReadFile(std::function<void(Result<ServerModel>)> done) {
  worker_.Post([this, done = std::move(done)] {
    // Shared since a function must be copyable.
    auto read = std::make_shared<Result<ServerModel>>(
        ReadAndCheck(context_.file, context_.check, context_.check_files));
    context_.control.Post([read, done] { done(std::move(*read)); });
  });
}

std::function<void(CertificateReloads::Done)> AppsService::OnWorker(
    std::function<Status()> reload) {
  if (!reload) return nullptr;
  return [this, reload = std::move(reload)](CertificateReloads::Done done) {
    worker_.Post([this, reload, done = std::move(done)] {
      context_.control.Post([result = reload(), done] { done(result); });
    });
  };
}

void AppsService::AddCalls(api::Routes& routes) {
  AddHostCalls(routes, apps_);
  AddAppCalls(routes, apps_);
  AddProfileCalls(routes, apps_);
  AddEventPolicyCalls(routes, apps_);
  AddCertificateCalls(
      routes, apps_,
      {.hosts = OnWorker(context_.reload_hosts), .api = OnWorker(context_.reload_api)});
}

}  // namespace weir::origin

#include "origin/apps/apps.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "config/vocabulary.h"
#include "origin/api/place.h"
#include "origin/apps/hosts_reader.h"
#include "origin/apps/stored_hosts.h"

namespace weir::origin {
namespace {

/// Why the storage did not take a change, for who asked for it.
api::Answer NotKept(const Error& error) {
  if (error.code == ErrorCode::kConflict)
    return api::Answer::Error(409, "Could not keep the change: somebody else made one meanwhile");
  if (error.code == ErrorCode::kLimitExceeded || error.code == ErrorCode::kMalformed)
    return api::Answer::Error(400, fmt::format("Could not keep the change: {}", error.detail));
  return api::Answer::Error(
      500, fmt::format("Could not keep the change, so it was not made: {}", error.detail));
}

}  // namespace

/// One change under way.
struct Apps::Step {
  ServerModel next;
  Plan plan;
  std::shared_ptr<const service::HostsInForce> in_force;
  Report report;
  api::Reply reply;
};

Apps::Apps(ServerModel server, JsonForm form, Surroundings around)
    : now_(std::move(server)), form_(std::move(form)), around_(std::move(around)) {}

void Apps::WhenLoaded(std::function<void()> call) {
  if (load_tried_) return call();
  when_loaded_.push_back(std::move(call));
}

void Apps::Load(std::function<void(Status)> done) {
  around_.storage.Load(
      [this, done = std::move(done)](const Result<std::vector<ApiStorage::Record>>& records) {
        if (records && !loaded_) {
          TakeIn(*records);
          loaded_ = true;
        }
        load_tried_ = true;
        for (const auto& call : std::exchange(when_loaded_, {}))
          call();
        done(records ? Status() : tl::unexpected(records.error()));
      });
}

/// Nobody knew of any of it before, so there is nothing to end.
void Apps::TakeIn(const std::vector<ApiStorage::Record>& records) {
  StoredHosts stored(form_, records);
  const auto fits = [this](const ServerModel& model) -> Status {
    const auto checked = Check(model);
    return checked ? Status() : tl::unexpected(checked.error());
  };
  ServerModel next = stored.AddTo(now_, fits);
  auto checked = Check(next);
  if (!checked)
    return log::Err("api", "", "what is stored is left out: {}", checked.error().detail);
  now_ = std::move(next);
  around_.book.Replace(*std::move(checked));
  for (const ApiStorage::Record& record : stored.leftovers())
    around_.storage.Remove(record.key, [](const Status& /*removed*/) {});
  for (const HostModel& host : now_.hosts) {
    for (const AppModel& app : host.apps) {
      if (!host.made) continue;
      for (AppListener* listener : listeners_)
        listener->OnAppStarted(host.name(), app.name());
    }
  }
}

void Apps::Change(Edit edit, Report report, api::Reply reply) {
  Enqueue([this, edit = std::move(edit), report = std::move(report),
           reply]() mutable { Begin(edit, std::move(report), std::move(reply)); },
          reply);
}

void Apps::Restart(const std::string& vhost, const std::string& app, api::Reply reply) {
  const auto report = [](const ServerModel& /*now*/) { return api::Answer::Ok(); };
  const auto again = [vhost, app](ServerModel& next, Plan& plan,
                                  const ServerModel* file) -> std::optional<api::Answer> {
    HostModel* host = next.FindHost(vhost);
    AppModel* there = host == nullptr ? nullptr : host->FindApp(app);
    if (there == nullptr) return api::Answer::Error(404, api::NoApplication(vhost, app));
    if (file != nullptr) {
      const HostModel* fresh_host = file->FindHost(vhost);
      const AppModel* fresh = fresh_host == nullptr ? nullptr : fresh_host->FindApp(app);
      if (fresh == nullptr)
        return api::Answer::Error(
            400, fmt::format("The configuration has no application [{}/{}] any more", vhost, app));
      there->draft = fresh->draft;
    }
    plan.ending = plan.starting = {{.vhost = vhost, .app = app}};
    return std::nullopt;
  };
  Enqueue(
      [this, vhost, again, report, reply] {
        const HostModel* host = now_.FindHost(vhost);
        if (host == nullptr || host->made) {
          return Begin(
              [again](ServerModel& next, Plan& plan) { return again(next, plan, nullptr); }, report,
              reply);
        }
        around_.read_file([this, again, report, reply](const Result<ServerModel>& file) {
          if (!file) return Finish(reply, api::Answer::Error(400, file.error().detail));
          Begin([&](ServerModel& next, Plan& plan) { return again(next, plan, &*file); }, report,
                reply);
        });
      },
      reply);
}

void Apps::Enqueue(std::function<void()> job, const api::Reply& reply) {
  if (jobs_.size() >= kChangesMax)
    return reply(api::Answer::Error(500, "Too many changes are waiting"));
  jobs_.push_back(std::move(job));
  RunNext();
}

void Apps::RunNext() {
  if (busy_ || jobs_.empty()) return;
  busy_ = true;
  const std::function<void()> job = std::move(jobs_.front());
  jobs_.pop_front();
  job();
}

void Apps::Finish(const api::Reply& reply, api::Answer answer) {
  busy_ = false;
  reply(std::move(answer));
  RunNext();
}

void Apps::Begin(const Edit& edit, Report report, api::Reply reply) {
  auto step = std::make_shared<Step>(
      Step{.next = now_, .plan = {}, .in_force = {}, .report = std::move(report), .reply = reply});
  if (std::optional<api::Answer> refusal = edit(step->next, step->plan))
    return Finish(reply, *std::move(refusal));
  if (!loaded_ && !step->plan.writes.empty())
    return Finish(reply, NotKept({.code = ErrorCode::kUnavailable,
                                  .detail = "the state store has not been read yet"}));
  auto checked = Check(step->next);
  if (!checked) return Finish(reply, api::Answer::Error(400, checked.error().detail));
  step->in_force = *std::move(checked);
  WriteNext(step, 0);
}

void Apps::WriteNext(const std::shared_ptr<Step>& step, size_t index) {
  if (index == step->plan.writes.size()) return PutInForce(step);
  const Write& write = step->plan.writes[index];
  auto done = [this, step, index](const Status& kept) {
    if (!kept) {
      log::Err("api", "", "a change was not kept: {}", kept.error().detail);
      return Finish(step->reply, NotKept(kept.error()));
    }
    WriteNext(step, index + 1);
  };
  if (write.value) {
    around_.storage.Put(write.key, *write.value, std::move(done));
  } else {
    around_.storage.Remove(write.key, std::move(done));
  }
}

void Apps::PutInForce(const std::shared_ptr<Step>& step) {
  for (const AppName& name : step->plan.ending) {
    for (AppListener* listener : listeners_)
      listener->OnAppEnding(name.vhost, name.app);
  }
  now_ = std::move(step->next);
  around_.book.Replace(std::move(step->in_force));
  for (const Write& write : step->plan.clearance)
    around_.storage.Remove(write.key, [](const Status& /*removed*/) {});
  EndNext(step, 0);
}

/// Who publishes from here on finds the new rules, and is ended as well if that was too soon.
void Apps::EndNext(const std::shared_ptr<Step>& step, size_t index) {
  if (index < step->plan.ending.size()) {
    const AppName& name = step->plan.ending[index];
    return around_.end_streams(name.vhost, name.app,
                               [this, step, index] { EndNext(step, index + 1); });
  }
  const std::vector<AppName>& starting = step->plan.starting;
  for (const AppName& name : step->plan.ending) {
    if (std::find(starting.begin(), starting.end(), name) != starting.end()) continue;
    for (AppListener* listener : listeners_)
      listener->OnAppDeleted(name.vhost, name.app);
  }
  for (const AppName& name : starting) {
    log::Info("api", name.vhost + "/" + name.app, "the application has started");
    for (AppListener* listener : listeners_)
      listener->OnAppStarted(name.vhost, name.app);
  }
  Finish(step->reply, step->report(now_));
}

/// What a start would check.
Result<std::shared_ptr<const service::HostsInForce>> Apps::Check(const ServerModel& next) const {
  std::shared_ptr<const config::Document> document = config::MakeDocument(next.Compose());
  Result<service::HostsInForce> read = ReadHosts(document->root(), service::Notices::kNone);
  if (!read) return tl::unexpected(read.error());
  if (Status fits = around_.check(document->root(), read->hosts); !fits)
    return tl::unexpected(fits.error());
  const auto known = config::CheckVocabulary(*document);
  if (!known) return tl::unexpected(known.error());
  read->document = std::move(document);
  read->dropped_events = next.dropped_events;
  return std::make_shared<const service::HostsInForce>(*std::move(read));
}

}  // namespace weir::origin

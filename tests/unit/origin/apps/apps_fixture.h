#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/document.h"
#include "net/event_loop.h"
#include "origin/api/routes.h"
#include "origin/apps/apps.h"
#include "origin/apps/calls.h"
#include "origin/apps/hosts_reader.h"
#include "state/embedded_store.h"
#include "support/run_until.h"
#include "support/temp_folder.h"

namespace weir::origin {

/// A store that hands calls on to another, or is away.
class FickleStore final : public state::Store {
 public:
  FickleStore(net::EventLoop& loop, state::Store& inner) : loop_(loop), inner_(inner) {}

  void Call(state::Request request, Clock::duration patience,
            state::Answer<state::Reply> answer) override {
    if (!away) return inner_.Call(std::move(request), patience, std::move(answer));
    loop_.Post([answer] { answer(Fail(ErrorCode::kUnavailable, "it is away")); });
  }

  std::unique_ptr<state::Watch> StartWatch(std::string /*prefix*/,
                                           state::Watcher& /*watcher*/) override {
    return nullptr;
  }

  bool away = false;

 private:
  net::EventLoop& loop_;
  state::Store& inner_;
};

/// The API's calls about applications, over a configuration and a store on disk.
class AppsFixture : public ::testing::Test, protected AppListener {
 protected:
  using Json = nlohmann::json;

  AppsFixture() { Start(); }

  /// One life of the program: what is in the store stays.
  void Start() {
    apps_.reset();
    storage_.reset();
    fickle_.reset();
    store_.reset();
    store_ = *state::EmbeddedStore::Open(loop_, folder_.File("state.db"));
    fickle_ = std::make_unique<FickleStore>(loop_, *store_);
    document_ = ParseFile();
    auto now = std::make_shared<service::HostsInForce>(*ReadHosts(document_->root()));
    book_.Replace(std::move(now));
    storage_ = std::make_unique<ApiStorage>(keeps_ ? fickle_.get() : nullptr);
    apps_ = std::make_unique<Apps>(
        ServerModel::Of(document_->root()), JsonForm("conf/API"),
        Apps::Surroundings{
            .book = book_,
            .storage = *storage_,
            .check = [this](const config::Node&, const service::VirtualHosts&) { return check_; },
            .read_file = [this](auto done) { loop_.Post([this, done] { ReadFile(done); }); },
            .end_streams =
                [this](const std::string& vhost, const std::string& app,
                       std::function<void()> done) {
                  happened_.push_back("streams of " + vhost + "/" + app + " end");
                  loop_.Post(std::move(done));
                }});
    apps_->AddListener(*this);
    routes_ = std::make_unique<api::Routes>();
    AddHostCalls(*routes_, *apps_);
    AddAppCalls(*routes_, *apps_);
    AddProfileCalls(*routes_, *apps_);
    AddEventPolicyCalls(*routes_, *apps_);
    AddCertificateCalls(*routes_, *apps_,
                        {.hosts = [this](const auto& done) { done(reloaded_); }, .api = nullptr});
    EXPECT_TRUE(Load());
  }

  Status Load() {
    std::optional<Status> loaded;
    apps_->Load([&](Status status) { loaded = std::move(status); });
    EXPECT_TRUE(testing::RunUntil(loop_, [&] { return loaded.has_value(); }));
    return loaded.value_or(Status());
  }

  /// Answers when it is answered.
  void Ask(const std::string& method, const std::string& path, const Json& body, api::Reply reply) {
    const api::Routes::Match match = routes_->Find(method, path);
    ASSERT_NE(match.entry, nullptr) << path;
    api::Call call;
    call.method = method;
    call.names = match.names;
    call.body = body;
    match.entry->handler(call, std::move(reply));
  }

  api::Answer Ask(const std::string& method, const std::string& path, const Json& body = {}) {
    std::optional<api::Answer> answer;
    Ask(method, path, body, [&](api::Answer given) { answer = std::move(given); });
    EXPECT_TRUE(testing::RunUntil(loop_, [&] { return answer.has_value(); })) << path;
    return answer.value_or(api::Answer::Error(0, "no answer"));
  }

  Json BodyOf(const api::Answer& answer) { return answer.Body().value_or(Json()); }

  Json Get(const std::string& path) { return BodyOf(Ask("GET", path))["response"]; }

  /// A virtual host of the API with an application.
  void MakeApp() {
    EXPECT_EQ(Ask("POST", "/v1/vhosts", Json::parse(R"([{"name":"made"}])")).status(), 200);
    EXPECT_EQ(Ask("POST", "/v1/vhosts/made/apps", Json::parse(R"([{"name":"app","type":"live"}])"))
                  .status(),
              200);
    happened_.clear();
  }

  // AppListener
  void OnAppEnding(const std::string& vhost, const std::string& app) override {
    happened_.push_back(vhost + "/" + app + " ends");
  }

  void OnAppDeleted(const std::string& vhost, const std::string& app) override {
    happened_.push_back(vhost + "/" + app + " is gone");
  }

  void OnAppStarted(const std::string& vhost, const std::string& app) override {
    happened_.push_back(vhost + "/" + app + " starts");
  }

  std::unique_ptr<config::Document> ParseFile() {
    return *config::Document::Parse(file_, "conf/origin.xml", {.variable = {}, .home = {}});
  }

  void ReadFile(const std::function<void(Result<ServerModel>)>& done) {
    if (!file_error_.empty()) return done(Fail(ErrorCode::kMalformed, file_error_));
    done(ServerModel::Of(ParseFile()->root()));
  }

  std::string file_ =
      R"(<Server version="8"><Type>origin</Type><IP>*</IP><Bind/><VirtualHosts><VirtualHost>
    <Name>default</Name><Host><Names><Name>*</Name></Names></Host><Applications>
    <Application><Name>app</Name><Type>live</Type><Providers><RTMP/></Providers>
      <Publishers><LLHLS><SegmentDuration>2</SegmentDuration></LLHLS></Publishers></Application>
    <Application><Name>other</Name><Type>live</Type></Application>
    </Applications></VirtualHost></VirtualHosts></Server>)";
  std::string file_error_;
  bool keeps_ = true;
  Status check_;
  Status reloaded_;
  std::vector<std::string> happened_;

  testing::TempFolder folder_;
  net::EventLoop loop_;
  std::unique_ptr<state::EmbeddedStore> store_;
  std::unique_ptr<FickleStore> fickle_;
  std::unique_ptr<config::Document> document_;
  service::HostBook book_{nullptr};
  std::unique_ptr<ApiStorage> storage_;
  std::unique_ptr<Apps> apps_;
  std::unique_ptr<api::Routes> routes_;
};

}  // namespace weir::origin

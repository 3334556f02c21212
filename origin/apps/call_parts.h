#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "origin/api/answer.h"
#include "origin/api/routes.h"
#include "origin/apps/apps.h"
#include "origin/apps/server_model.h"

namespace weir::origin {

/// Items of one array, at most: each is a change of its own.
inline constexpr size_t kItemsMax = 100;

api::Answer NoHost(std::string_view vhost);
api::Answer NoApp(std::string_view vhost, std::string_view app);
api::Answer ReadOnly(std::string_view vhost);

/// Nothing where the virtual host is there, and, if asked, may be changed.
enum class Access { kRead, kChange };
std::optional<api::Answer> CheckHost(const ServerModel& now, const std::string& vhost,
                                     Access access);
std::optional<api::Answer> CheckApp(const ServerModel& now, const std::string& vhost,
                                    const std::string& app, Access access);

/// Nothing where `body` is an array of a size that is taken.
std::optional<api::Answer> CheckItems(const nlohmann::json& body);

/// Does `one` with each item, one after another, and answers with all their answers.
void ForEach(nlohmann::json items, std::function<void(const nlohmann::json&, api::Reply)> one,
             api::Reply reply);

/// An application as the API shows it.
nlohmann::json ShowApp(const JsonForm& form, const AppModel& app);

/// A virtual host as the API shows it, without its applications.
nlohmann::json ShowHost(const JsonForm& form, const HostModel& host);

/// Reads an application that is to be made, with OvenMediaEngine's providers, publishers and
/// output profiles where it has none.
Result<config::Draft> ReadNewApp(const JsonForm& form, const nlohmann::json& json);

/// The record of an application of an API-made virtual host.
Apps::Write AppRecord(const JsonForm& form, const HostModel& host, const AppModel& app);

/// Keeps what `app` is now, and starts it again.
void PlanRemake(const JsonForm& form, const HostModel& host, const AppModel& app, Apps::Plan& plan);

/// Adds a call that is answered once what is stored has been taken in.
void AddCall(api::Routes& routes, Apps& apps, api::Route route,
             std::function<void(const api::Call& call, const api::Reply& reply)> handler);

/// A name that can be kept and stand in a path.
bool IsName(std::string_view name);

}  // namespace weir::origin

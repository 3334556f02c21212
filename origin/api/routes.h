#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "origin/api/answer.h"

namespace weir::api {

/// One authenticated call whose body is as its route says.
struct Call {
  std::string method;  ///< "POST"; a HEAD is a GET.
  /// The variables of the path, decoded: "vhost", "app", "stream", ...
  std::map<std::string, std::string, std::less<>> names;
  nlohmann::json body;  ///< Null where there is none: GET, DELETE.
  std::string query;    ///< Without '?'.
  std::string url;      ///< As asked: "http://host:8081/v1/vhosts".
  std::string peer;     ///< The client's address.

  /// A variable the route has.
  const std::string& Name(std::string_view name) const { return names.find(name)->second; }
};

/// Answers calls, on the control loop.
using Handler = std::function<void(const Call& call, Reply reply)>;

/// What a call looks like, for the table and for the OpenAPI description that is made of it.
struct Route {
  std::string method;   ///< "GET", "POST", "PUT", "PATCH" or "DELETE"
  std::string pattern;  ///< "/v1/vhosts/{vhost}/apps/{app}:startRecord"
  std::string summary;  ///< One sentence.
  /// Of the body, as schema.h has it; null where the call takes none. Without `checked` it only
  /// describes, and the handler words its own errors.
  nlohmann::json body{};
  bool checked = true;
  int good = 200;                   ///< The status when it works.
  std::vector<int> bad{};           ///< Those when not, besides 401 and 404.
  std::vector<std::string> tags{};  ///< Groups of the description.
  bool optional_body = false;       ///< An empty body is as good as {}.
  bool open = false;                ///< Whoever reaches the port may call it.
};

/// All calls the API knows.
///
/// Thread: filled before the loops start, read by any afterwards.
class Routes {
 public:
  struct Entry {
    Route route;
    Handler handler;
  };

  struct Match {
    const Entry* entry = nullptr;  ///< Null: there is no such call.
    std::map<std::string, std::string, std::less<>> names;
  };

  /// A pattern of slashes, words, variables, and ":action" at the end. Aborts on one that is there.
  void Add(Route route, Handler handler);

  /// `path` as sent, not decoded. An action is what stands behind the last colon of the last
  /// segment, where a route has that action; else the colon is part of a name.
  Match Find(std::string_view method, std::string_view path) const;

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  Match FindExact(std::string_view method, std::string_view path, std::string_view action) const;

  std::vector<Entry> entries_;
  // By "METHOD/number of segments:action", so that a call is compared with few patterns.
  std::multimap<std::string, size_t, std::less<>> by_shape_;
};

}  // namespace weir::api

#include "origin/api/answer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/status.h"

namespace weir::api {

Answer Answer::Ok() {
  return Answer(200);
}

Answer Answer::Ok(nlohmann::json response) {
  Answer answer(200);
  answer.response_ = std::move(response);
  return answer;
}

Answer Answer::Created() {
  return Answer(201);
}

Answer Answer::Error(int status, std::string text) {
  Answer answer(status);
  answer.error_ = std::move(text);
  return answer;
}

Answer Answer::Each(const std::vector<Answer>& items) {
  nlohmann::json array = nlohmann::json::array();
  for (const Answer& item : items) {
    nlohmann::json one{{"statusCode", item.status_}};
    one["message"] = item.ok() ? std::string(http::ReasonPhrase(item.status_)) : item.error_;
    if (item.response_) one["response"] = *item.response_;
    array.push_back(std::move(one));
  }
  const bool alike = std::all_of(items.begin(), items.end(), [&items](const Answer& item) {
    return item.status_ == items.front().status_;
  });
  const int status = items.empty() ? 200 : alike ? items.front().status_ : 207;
  return Bare(status, std::move(array));
}

Answer Answer::Bare(int status, nlohmann::json body) {
  Answer answer(status);
  answer.bare_ = true;
  if (!body.is_null()) answer.response_ = std::move(body);
  return answer;
}

std::optional<nlohmann::json> Answer::Body() const {
  if (bare_) return response_;
  nlohmann::json body{{"statusCode", status_}};
  body["message"] = ok() ? std::string(http::ReasonPhrase(status_))
                         : fmt::format("[HTTP] {} ({})", error_, status_);
  if (response_) body["response"] = *response_;
  return body;
}

}  // namespace weir::api

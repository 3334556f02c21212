#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace weir::api {

/// The answer to one call, as OvenMediaEngine's API words it:
///
///   {"statusCode":200,"message":"OK","response":...}
///   {"statusCode":404,"message":"[HTTP] Could not find the stream: [...] (404)"}
class Answer {
 public:
  static Answer Ok();
  static Answer Ok(nlohmann::json response);
  static Answer Created();

  /// `text` without the prefix and the code: those are put around it.
  static Answer Error(int status, std::string text);

  /// For calls that take an array, one answer an item: a bare array. Its status is what all items
  /// have in common, or 207; 200 for no item at all. Errors stand in it without prefix and code.
  static Answer Each(const std::vector<Answer>& items);

  /// A body of its own, without the envelope; null is no body.
  static Answer Bare(int status, nlohmann::json body);

  int status() const { return status_; }

  bool ok() const { return status_ < 300; }

  /// An error's text as it was given.
  const std::string& error() const { return error_; }

  /// What leaves: nothing for a bare answer without a body.
  std::optional<nlohmann::json> Body() const;

 private:
  explicit Answer(int status) : status_(status) {}

  int status_;
  std::string error_;
  std::optional<nlohmann::json> response_;
  bool bare_ = false;
};

/// Takes the answer to a call: once, on the control loop, inside the call or later.
using Reply = std::function<void(Answer)>;

}  // namespace weir::api

#include "origin/tasks/task_codec.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace weir::tasks {
namespace {

using nlohmann::json;

std::string Escape(std::string_view part) {
  std::string escaped;
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/' || c == '%' || byte < 0x20) {
      escaped += fmt::format("%{:02X}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> Unescape(std::string_view escaped) {
  std::string part;
  for (size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '%') {
      part += escaped[i];
      continue;
    }
    if (escaped.size() - i < 3) return std::nullopt;
    const int high = DigitOf(escaped[i + 1]);
    const int low = DigitOf(escaped[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    part += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return part;
}

}  // namespace

std::string KeyPrefix(std::string_view kind) {
  return fmt::format("task/{}/", kind);
}

std::string StoreKey(std::string_view kind, const TaskKey& key) {
  return fmt::format("{}{}/{}/{}", KeyPrefix(kind), Escape(key.vhost), Escape(key.app),
                     Escape(key.id));
}

Result<TaskKey> ReadKey(std::string_view kind, std::string_view store_key) {
  const std::string prefix = KeyPrefix(kind);
  if (!store_key.starts_with(prefix)) return Fail(ErrorCode::kMalformed, "no key of a task");
  store_key.remove_prefix(prefix.size());
  std::optional<std::string> vhost = Unescape(TakeUntil(store_key, '/'));
  std::optional<std::string> app = Unescape(TakeUntil(store_key, '/'));
  std::optional<std::string> id = Unescape(store_key);
  if (!vhost || !app || !id || store_key.find('/') != std::string_view::npos)
    return Fail(ErrorCode::kMalformed, "a task's key is damaged");
  return TaskKey{.vhost = std::move(*vhost), .app = std::move(*app), .id = std::move(*id)};
}

std::string EncodeTask(const Task& task) {
  const json value = {
      {"spec", task.spec}, {"progress", task.progress}, {"node", task.node}, {"fence", task.fence}};
  // What is no UTF-8 is replaced, where a dump would throw.
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Task> DecodeTask(std::string_view kind, std::string_view store_key, std::string_view value) {
  Result<TaskKey> key = ReadKey(kind, store_key);
  if (!key) return tl::unexpected(key.error());
  const json read = json::parse(value, nullptr, false);
  if (!read.is_object() || !read.contains("spec") || !read.contains("progress") ||
      !read.contains("node") || !read["node"].is_string() || !read.contains("fence") ||
      !read["fence"].is_number_unsigned())
    return Fail(ErrorCode::kMalformed, fmt::format("what is stored of {} is damaged", key->text()));
  return Task{.key = std::move(*key),
              .spec = read["spec"],
              .progress = read["progress"],
              .node = read["node"].get<std::string>(),
              .fence = read["fence"].get<uint64_t>()};
}

}  // namespace weir::tasks

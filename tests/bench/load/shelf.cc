#include "bench/load/shelf.h"

#include <chrono>
#include <memory>
#include <utility>

#include <zlib.h>

namespace weir::load {
namespace {

constexpr std::chrono::seconds kUseful{30};
constexpr size_t kUnpackedMax = size_t{1} << 20;

}  // namespace

const Shelf::Item* Shelf::Find(const std::string& target) const {
  const auto found = items_.find(target);
  return found == items_.end() ? nullptr : &found->second;
}

void Shelf::Ask(const std::string& kind, const std::string& target) {
  if (asked_.insert(target).second) ++distinct_[kind];
}

const Shelf::Item& Shelf::Add(const std::string& target, Item item) {
  return items_.try_emplace(target, std::move(item)).first->second;
}

void Shelf::Tidy(Clock::time_point now) {
  std::erase_if(items_, [now](const auto& item) { return item.second.got + kUseful < now; });
}

std::string Unpacked(std::span<const uint8_t> bytes) {
  constexpr int kGzipOnly = 16;
  z_stream stream{};
  if (inflateInit2(&stream, MAX_WBITS + kGzipOnly) != Z_OK) return {};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  std::vector<uint8_t> input(bytes.begin(), bytes.end());  // zlib's input is not const
  std::string text(kUnpackedMax, '\0');
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  if (inflate(&stream, Z_FINISH) != Z_STREAM_END) return {};
  text.resize(stream.total_out);
  return text;
}

}  // namespace weir::load

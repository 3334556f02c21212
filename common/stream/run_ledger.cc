#include "stream/run_ledger.h"

#include <algorithm>
#include <functional>
#include <list>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "stream/ledger_file.h"

namespace weir::stream {
namespace {

constexpr size_t kFileSizeMax = size_t{64} << 20;
constexpr size_t kKeySizeMax = 512;
/// Numbers that are ahead of the clock are written down this far in advance, so that not every
/// segment is a write.
constexpr int64_t kReserve = 64;

std::string KeyOf(const StreamPath& path) {
  std::string key = path.text();
  if (key.size() <= kKeySizeMax) return key;
  const size_t hash = std::hash<std::string>()(key);
  key.resize(kKeySizeMax - 32);
  return key + fmt::format("#{:016x}", hash);
}

/// The entries, from the one not used for longest to the one used last.
class Table {
 public:
  explicit Table(size_t entries_max) : entries_max_(std::max<size_t>(entries_max, 1)) {}

  struct Entry {
    LedgerEntry known;
    int64_t reserved = 0;  ///< The file says at least this.
  };

  /// The entry of `key`, made where there is none, as the one used last.
  Entry& Use(const std::string& key) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
      entries_.splice(entries_.end(), entries_, found->second);
      return entries_.back();
    }
    if (entries_.size() >= entries_max_) {
      by_key_.erase(entries_.front().known.path);
      entries_.pop_front();
    }
    entries_.push_back({.known = {.path = key, .last_number = -1, .runs = 0}, .reserved = -1});
    by_key_[key] = std::prev(entries_.end());
    return entries_.back();
  }

  std::vector<LedgerEntry> ForFile() const {
    std::vector<LedgerEntry> written;
    written.reserve(entries_.size());
    for (const Entry& entry : entries_) {
      written.push_back(entry.known);
      written.back().last_number = std::max<int64_t>({0, entry.known.last_number, entry.reserved});
    }
    return written;
  }

  size_t size() const { return entries_.size(); }

  bool write_posted = false;

 private:
  size_t entries_max_;
  std::list<Entry> entries_;
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

void Load(const std::string& file, size_t entries_max, Table& table) {
  const Result<std::string> text = ReadWholeFile(file, kFileSizeMax);
  if (!text && text.error().code == ErrorCode::kNotFound) return;
  const Result<std::vector<LedgerEntry>> entries =
      text ? ParseLedger(*text, entries_max) : tl::unexpected(text.error());
  if (!entries) {
    log::Warn("stream", file, "segment numbers of earlier runs are lost: {}",
              entries.error().detail);
    return;
  }
  for (const LedgerEntry& entry : *entries) {
    Table::Entry& used = table.Use(entry.path);
    used.known = entry;
    used.reserved = entry.last_number;
  }
}

}  // namespace

struct RunLedger::State {
  State(Options options_given, Executor& writer_given)
      : options(std::move(options_given)), writer(writer_given), table([this] {
          Table loaded(options.paths_max);
          if (!options.file.empty()) Load(options.file, options.paths_max, loaded);
          return loaded;
        }()) {}

  const Options options;
  Executor& writer;
  Guarded<Table> table;

  /// On the writer's thread.
  void Write() {
    const std::vector<LedgerEntry> entries = table.With([](Table& known) {
      known.write_posted = false;
      return known.ForFile();
    });
    const Status replaced = ReplaceFile(options.file, RenderLedger(entries));
    if (!replaced) log::Warn("stream", options.file, "{}", replaced.error().detail);
  }
};

namespace {

/// One write waits at most: it takes what is known when its turn comes.
template <class State>
void PostWrite(const std::shared_ptr<State>& state) {
  if (state->options.file.empty()) return;
  const bool posted =
      state->table.With([](Table& table) { return std::exchange(table.write_posted, true); });
  if (!posted) state->writer.Post([state] { state->Write(); });
}

}  // namespace

RunLedger::RunLedger(Options options, Executor& writer)
    : state_(std::make_shared<State>(std::move(options), writer)) {}

RunLedger::~RunLedger() {
  PostWrite(state_);
}

RunLedger::Opening RunLedger::Open(const StreamPath& path, int64_t clock_number) {
  const Opening opening = state_->table.With([&](Table& table) {
    Table::Entry& entry = table.Use(KeyOf(path));
    const Opening opened{.first_number = std::max(clock_number, entry.known.last_number + 1),
                         .discontinuity_sequence = entry.known.runs};
    ++entry.known.runs;
    entry.known.last_number = opened.first_number;
    entry.reserved = std::max(entry.reserved, opened.first_number);
    return opened;
  });
  PostWrite(state_);
  return opening;
}

void RunLedger::Advance(const StreamPath& path, int64_t number, int64_t clock_number) {
  const bool write = state_->table.With([&](Table& table) {
    Table::Entry& entry = table.Use(KeyOf(path));
    entry.known.last_number = std::max(entry.known.last_number, number);
    if (number <= clock_number || number <= entry.reserved) return false;
    entry.reserved = number + kReserve;
    return true;
  });
  if (write) PostWrite(state_);
}

size_t RunLedger::size() const {
  return state_->table.With([](Table& table) { return table.size(); });
}

}  // namespace weir::stream

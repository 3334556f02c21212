#include "origin/dump/dumps.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "protocols/hls/playlist_variants.h"
#include "service/letters.h"

namespace weir::dump {
namespace {

/// Whether viewers of a stream with these tracks may ask for a playlist of that name.
bool HasPlaylist(const media::TrackList& tracks, std::string_view name) {
  const auto is = [name](std::string_view known) {
    return name.starts_with(known) && name.substr(known.size()) == ".m3u8";
  };
  return std::ranges::any_of(hls::kDefaultPlaylistNames, is) ||
         std::ranges::any_of(tracks.playlists, [&is](const media::Playlist& playlist) {
           return is(playlist.file_name);
         });
}

}  // namespace

Dumps::Dumps(Context context)
    : context_(std::move(context)), alive_(std::make_shared<const bool>(true)) {}

Dumps::~Dumps() {
  // Dumps go before the workers they have.
  for (auto& [id, dumped] : dumped_)
    if (dumped.remote) dumped.remote->source.reset();
}

void Dumps::Start(const origin::LiveStreamPtr& stream, DumpSpec spec,
                  std::function<void(Status)> answer) {
  if (Status added = Add(stream, std::move(spec), answer); !added) answer(std::move(added));
}

Status Dumps::Add(const origin::LiveStreamPtr& stream, DumpSpec spec,
                  std::function<void(Status)> answer) {
  const stream::StreamPath& path = stream->identity().path;
  Result<DumpPlace> place = PlaceOf(spec, context_.root, path, context_.utc());
  if (!place) return tl::unexpected(place.error());
  if (Status fine = Check(*stream, spec, *place); !fine) return fine;
  const stream::StreamRef ref = context_.streams.Find(path);
  if (!ref || context_.live.Find(path) != stream)
    return Fail(ErrorCode::kEnded, "The stream has ended");
  Dumped& dumped = dumped_
                       .try_emplace(stream->identity().id,
                                    Dumped{.stream = stream, .loop = context_.loop_of(*stream)})
                       .first->second;
  dumped.entries.push_back({.number = ++last_number_,
                            .spec = std::move(spec),
                            .place = *std::move(place),
                            .worker = context_.make_worker(),
                            .answer = std::move(answer)});
  Begin(dumped, ref, dumped.entries.back());
  return {};
}

const Dumps::Dumped* Dumps::Find(const origin::LiveStream& stream) const {
  const auto found = dumped_.find(stream.identity().id);
  return found == dumped_.end() ? nullptr : &found->second;
}

Status Dumps::Check(const origin::LiveStream& stream, const DumpSpec& spec,
                    const DumpPlace& place) const {
  if (draining_) return Fail(ErrorCode::kUnavailable, "The server is going down");
  if (const Dumped* const dumped = Find(stream)) {
    const auto same = [&spec](const Entry& entry) {
      return entry.listed && entry.spec.id == spec.id;
    };
    if (std::ranges::any_of(dumped->entries, same))
      return Fail(ErrorCode::kConflict, "Duplicate ID");
    if (dumped->entries.size() >= kDumpsMax)
      return Fail(ErrorCode::kLimitExceeded, "Too many dumps");
  }
  if (Status free = CheckFiles(stream, spec, place); !free) return free;
  const auto tracks = stream.state().tracks;
  for (const std::string& name : spec.playlists) {
    // Else it turns out when the first run begins.
    if (tracks != nullptr && !HasPlaylist(*tracks, name))
      return Fail(ErrorCode::kNotFound, "Could not dump master playlist");
  }
  return {};
}

/// Whether another dump writes to the same files.
Status Dumps::CheckFiles(const origin::LiveStream& stream, const DumpSpec& spec,
                         const DumpPlace& place) const {
  for (const auto& [id, dumped] : dumped_) {
    const bool same_names = dumped.stream->identity().path == stream.identity().path;
    for (const Entry& other : dumped.entries) {
      if (other.worker == nullptr) continue;
      if (!place.info_file.empty() && place.info_file == other.place.info_file)
        return Fail(ErrorCode::kConflict, "Duplicate info file");
      if (place.folder != other.place.folder) continue;
      const bool same_playlist = std::ranges::any_of(spec.playlists, [&](const auto& name) {
        return std::ranges::find(other.spec.playlists, name) != other.spec.playlists.end();
      });
      if (same_names || same_playlist) return Fail(ErrorCode::kConflict, "Duplicate output path");
    }
  }
  return {};
}

void Dumps::Begin(Dumped& dumped, const stream::StreamRef& stream, Entry& entry) {
  const stream::StreamPath& path = dumped.stream->identity().path;
  log::Info("dump", path.text(), "dump {} begins: {}/{}", entry.spec.id, context_.root,
            entry.place.folder);
  // Shared, since what is posted must be copyable.
  auto setup = std::make_shared<Dump::Setup>(Dump::Setup{.stream = path,
                                                         .spec = entry.spec,
                                                         .disk = context_.make_disk(entry.place),
                                                         .utc = context_.utc});
  if (dumped.remote == nullptr) dumped.remote = std::make_shared<Remote>();
  dumped.loop.Post([remote = dumped.remote, setup, stream, loop = &dumped.loop,
                    number = entry.number, worker = entry.worker.get(),
                    listener = ListenerFor(dumped.stream->identity().id, entry.number)] {
    if (remote->source == nullptr)
      remote->source = std::make_unique<DumpSource>(setup->stream, stream, *loop);
    remote->source->Add(number, std::make_unique<Dump>(std::move(*setup), *worker, listener));
  });
}

Dump::Listener Dumps::ListenerFor(const std::string& id, uint64_t number) {
  const auto tell =
      [this, id, number, control = &context_.control,
       alive = std::weak_ptr<const bool>(alive_)](std::function<void(Dumped&, Entry&)> act) {
        control->Post([this, id, number, alive, act = std::move(act)] {
          if (!alive.expired()) ToEntry(id, number, act);
        });
      };
  return {
      .opened =
          [tell](const Status& opened) {
            tell([opened](Dumped& /*dumped*/, Entry& entry) { OnOpened(entry, opened); });
          },
      .ending =
          [tell](const std::optional<Error>& error) {
            tell([error](Dumped& dumped, Entry& entry) { OnEnding(dumped, entry, error); });
          },
      .done =
          [this, tell](const Status& written) {
            tell([this, written](Dumped& dumped, Entry& entry) { OnDone(dumped, entry, written); });
          }};
}

void Dumps::ToEntry(const std::string& id, uint64_t number,
                    const std::function<void(Dumped&, Entry&)>& act) {
  const auto dumped = dumped_.find(id);
  if (dumped == dumped_.end()) return;
  std::list<Entry>& entries = dumped->second.entries;
  const auto entry = std::ranges::find(entries, number, &Entry::number);
  if (entry != entries.end()) act(dumped->second, *entry);
}

void Dumps::OnOpened(Entry& entry, const Status& opened) {
  if (!entry.answer) return;
  if (opened) return std::exchange(entry.answer, nullptr)({});
  // Nothing came of it, so its id is free.
  entry.listed = false;
  const std::string& detail = opened.error().detail;
  std::exchange(entry.answer,
                nullptr)(Fail(opened.error().code, detail.substr(0, detail.find(':'))));
}

void Dumps::OnEnding(const Dumped& dumped, Entry& entry, const std::optional<Error>& error) {
  entry.enabled = false;
  if (!error) return;
  entry.failed = true;
  log::Warn("dump", dumped.stream->identity().path.text(), "dump {} ends: {}", entry.spec.id,
            error->detail);
}

void Dumps::OnDone(Dumped& dumped, Entry& entry, const Status& written) {
  const std::string path = dumped.stream->identity().path.text();
  if (!written && !entry.failed) {
    log::Warn("dump", path, "the end of dump {} is not written: {}", entry.spec.id,
              written.error().detail);
  } else if (!entry.failed) {
    log::Info("dump", path, "dump {} is complete", entry.spec.id);
  }
  // The worker goes once nobody can post to it.
  dumped.loop.Post([this, remote = dumped.remote, id = dumped.stream->identity().id,
                    number = entry.number, control = &context_.control,
                    alive = std::weak_ptr<const bool>(alive_)] {
    remote->source->Remove(number);
    control->Post([this, id, number, alive] {
      if (!alive.expired()) OnRemoved(id, number);
    });
  });
}

void Dumps::OnRemoved(const std::string& id, uint64_t number) {
  ToEntry(id, number, [](Dumped& dumped, Entry& entry) {
    entry.worker.reset();
    if (entry.listed) return;
    std::erase_if(dumped.entries,
                  [number = entry.number](const Entry& each) { return each.number == number; });
  });
  const auto dumped = dumped_.find(id);
  if (dumped != dumped_.end()) Tidy(dumped);
  CheckDrained();
}

/// Lets go of what nobody needs any more; perhaps of all.
void Dumps::Tidy(DumpedById::iterator dumped) {
  Dumped& those = dumped->second;
  if (std::ranges::any_of(those.entries,
                          [](const Entry& entry) { return entry.worker != nullptr; }))
    return;
  if (those.remote != nullptr) {
    those.loop.Post([remote = std::exchange(those.remote, nullptr)] { remote->source.reset(); });
  }
  if (those.ended) dumped_.erase(dumped);
}

void Dumps::StopEntry(const Dumped& dumped, Entry& entry) {
  if (!std::exchange(entry.enabled, false)) return;
  dumped.loop.Post(
      [remote = dumped.remote, number = entry.number] { remote->source->Stop(number); });
}

Status Dumps::Stop(const origin::LiveStream& stream, const std::string& id) {
  const auto dumped = dumped_.find(stream.identity().id);
  bool found = id.empty();
  if (dumped != dumped_.end()) {
    for (Entry& entry : dumped->second.entries) {
      if (!entry.listed || (!id.empty() && entry.spec.id != id)) continue;
      found = true;
      StopEntry(dumped->second, entry);
    }
  }
  if (!found) return Fail(ErrorCode::kNotFound, "Could not find dump info");
  return {};
}

nlohmann::json Dumps::List(const origin::LiveStream& stream, const std::string& id) const {
  nlohmann::json list = nlohmann::json::array();
  const Dumped* const dumped = Find(stream);
  if (dumped == nullptr) return list;
  for (const Entry& entry : dumped->entries) {
    if (entry.listed && (id.empty() || entry.spec.id == id))
      list.push_back(Show(entry.spec, stream.identity().path.name, entry.enabled));
  }
  return list;
}

void Dumps::Drain(std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  for (auto& [id, dumped] : dumped_)
    for (Entry& entry : dumped.entries)
      StopEntry(dumped, entry);
  CheckDrained();
}

void Dumps::CheckDrained() {
  const bool busy = std::ranges::any_of(dumped_, [](const auto& each) {
    return std::ranges::any_of(each.second.entries,
                               [](const Entry& entry) { return entry.worker != nullptr; });
  });
  if (!busy && drained_) std::exchange(drained_, nullptr)();
}

void Dumps::OnStreamStarted(const origin::LiveStreamPtr& stream) {
  const stream::StreamPath& path = stream->identity().path;
  // Where a name changes hands at once, the end of the one before may not have been told.
  std::vector<origin::LiveStreamPtr> before;
  for (const auto& [id, dumped] : dumped_)
    if (dumped.stream->identity().path == path && dumped.stream != stream)
      before.push_back(dumped.stream);
  for (const origin::LiveStreamPtr& gone : before)
    OnStreamEnded(gone);
  const auto configured = context_.configured(path.vhost, path.app);
  if (!configured) return;
  for (const ConfiguredDump& dump : *configured) {
    if (!service::MatchesWildcards(dump.stream_name, path.name)) continue;
    DumpSpec spec = dump.spec;
    if (spec.id.empty()) spec.id = context_.new_id();
    const std::string id = spec.id;
    if (const Status added = Add(stream, std::move(spec), nullptr); !added) {
      log::Warn("dump", path.text(), "the configured dump {} does not begin: {}", id,
                added.error().detail);
    }
  }
}

void Dumps::OnStreamEnded(const origin::LiveStreamPtr& stream) {
  const auto dumped = dumped_.find(stream->identity().id);
  if (dumped == dumped_.end()) return;
  dumped->second.ended = true;
  for (Entry& entry : dumped->second.entries)
    StopEntry(dumped->second, entry);
  Tidy(dumped);
}

}  // namespace weir::dump

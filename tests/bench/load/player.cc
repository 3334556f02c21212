#include "bench/load/player.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "bench/load/delays.h"

namespace weir::load {
namespace {

constexpr std::chrono::milliseconds kRest{500};  // after an error
constexpr int kStartParts = 3;                   // as PART-HOLD-BACK has it

/// Whether it is ISO boxes from the first byte to the last.
bool IsWhole(std::span<const uint8_t> file) {
  while (file.size() >= 8) {
    const size_t size =
        size_t{file[0]} << 24 | size_t{file[1]} << 16 | size_t{file[2]} << 8 | file[3];
    if (size < 8 || size > file.size()) return false;
    file = file.subspan(size);
  }
  return file.empty();
}

Playlist Read(const AnswerHead& head, std::span<const uint8_t> body) {
  if (head.gzip) return ReadPlaylist(Unpacked(body));
  return ReadPlaylist({reinterpret_cast<const char*>(body.data()), body.size()});
}

}  // namespace

const char* Rendition::NameOf(Kind kind) {
  switch (kind) {
    case Kind::kChunklist:
      return "chunklist";
    case Kind::kReload:
      return "reload";
    case Kind::kInit:
      return "init";
    case Kind::kPart:
      return "part";
  }
  return "";
}

Rendition::Rendition(Theatre& theatre, const Address& server, std::string chunklist,
                     PlayerTraits traits)
    : theatre_(theatre),
      chunklist_(std::move(chunklist)),
      traits_(traits),
      client_(theatre.loop, server, traits.accept_encoding, *this),
      timer_(theatre.loop, [this] { Ask(Kind::kChunklist, chunklist_); }) {
  Ask(Kind::kChunklist, chunklist_);
}

Rendition::~Rendition() = default;

void Rendition::Ask(Kind kind, std::string target) {
  kind_ = kind;
  target_ = std::move(target);
  body_.clear();
  received_ = 0;
  differs_ = false;
  ++theatre_.figures.requests[NameOf(kind)];
  theatre_.shelf.Ask(NameOf(kind), target_);
  client_.Get(target_);
}

/// The next request, by what is known and what was got.
void Rendition::GoOn() {
  if (playlist_->ended) return;
  hinted_ = false;
  if (map_ != playlist_->map_uri) {
    map_ = playlist_->map_uri;
    return Ask(Kind::kInit, theatre_.folder + map_);
  }
  const auto next = std::find_if(playlist_->parts.begin(), playlist_->parts.end(),
                                 [this](const ListedPart& part) { return part.place > got_; });
  if (next != playlist_->parts.end()) {
    part_ = *next;
    return Ask(Kind::kPart, theatre_.folder + part_.uri);
  }
  live_ = true;
  if (traits_.hints && !playlist_->hint_uri.empty()) {
    hinted_ = true;
    part_ = {.place = {playlist_->next_number, playlist_->next_part},
             .uri = playlist_->hint_uri,
             .end = {}};
    return Ask(Kind::kPart, theatre_.folder + part_.uri);
  }
  AskReload();
}

void Rendition::AskReload() {
  asked_ = {playlist_->next_number, playlist_->next_part};
  Ask(Kind::kReload, fmt::format("{}?_HLS_msn={}&_HLS_part={}{}", chunklist_, asked_.number,
                                 asked_.part, playlist_->may_skip ? "&_HLS_skip=YES" : ""));
}

void Rendition::Rest() {
  timer_.Start(kRest);
}

void Rendition::OnBody(const AnswerHead& /*head*/, std::span<const uint8_t> piece) {
  theatre_.figures.bytes += piece.size();
  const Shelf::Item* const known =
      kind_ == Kind::kChunklist ? nullptr : theatre_.shelf.Find(target_);
  const size_t at = received_;
  received_ += piece.size();
  if (known == nullptr || !body_.empty()) {
    // Somebody else's copy may have come while this one was under way: it is looked at in the end.
    body_.insert(body_.end(), piece.begin(), piece.end());
  } else if (received_ > known->bytes.size() ||
             std::memcmp(known->bytes.data() + at, piece.data(), piece.size()) != 0) {
    differs_ = true;
  }
}

void Rendition::OnAnswer(const AnswerHead& head) {
  Figures& figures = theatre_.figures;
  if (!head.cors) Fault(figures.no_cors, "no Access-Control-Allow-Origin");
  if (head.cookie) Fault(figures.cookies, "a cookie");
  if (head.status == 404 && kind_ == Kind::kPart && hinted_) {
    ++figures.hints_missed;
    return AskReload();
  }
  if (head.status != 200) {
    Fault(figures.errors[head.status], fmt::format("status {}", head.status));
    return Rest();
  }
  if (kind_ == Kind::kChunklist) {
    playlist_ = std::make_shared<const Playlist>(Read(head, body_));
    return OnPlaylist(*playlist_);
  }
  OnFile(head);
}

/// What is the same for everybody who asks.
void Rendition::OnFile(const AnswerHead& head) {
  Figures& figures = theatre_.figures;
  const Shelf::Item* item = theatre_.shelf.Find(target_);
  if (item == nullptr) {
    Shelf::Item first{.bytes = std::move(body_), .playlist = {}, .got = theatre_.loop.now()};
    if (kind_ == Kind::kReload) {
      first.playlist = std::make_shared<const Playlist>(Read(head, first.bytes));
    } else if (!IsWhole(first.bytes)) {
      Fault(figures.broken, "not whole boxes");
    }
    item = &theatre_.shelf.Add(target_, std::move(first));
  } else if (differs_ || received_ != item->bytes.size() ||
             (!body_.empty() && body_ != item->bytes)) {
    Fault(figures.different, "other bytes than somebody else got");
  }
  if (kind_ == Kind::kReload) {
    playlist_ = item->playlist;
    return OnPlaylist(*playlist_);
  }
  if (kind_ == Kind::kPart) return OnPart();
  GoOn();
}

void Rendition::OnPlaylist(const Playlist& playlist) {
  Figures& figures = theatre_.figures;
  const Place newest = playlist.newest();
  if (playlist.parts.empty() && !playlist.ended) Fault(figures.broken, "a playlist without parts");
  const bool lacks = kind_ == Kind::kReload && newest < asked_ && newest.number <= asked_.number &&
                     !playlist.ended;
  if (lacks || newest < seen_) {
    Fault(figures.old_playlists, fmt::format("ends with {}.{} after {}.{}", newest.number,
                                             newest.part, seen_.number, seen_.part));
    return Rest();
  }
  seen_ = newest;
  if (hinted_at_) {
    const auto part = std::find_if(playlist.parts.begin(), playlist.parts.end(),
                                   [this](const ListedPart& p) { return p.place == got_; });
    if (part != playlist.parts.end()) NoteDelay(part->end, *hinted_at_);
    hinted_at_.reset();
  }
  if (got_.number < 0 && playlist.parts.size() > kStartParts) {
    got_ = playlist.parts[playlist.parts.size() - kStartParts - 1].place;
  }
  GoOn();
}

void Rendition::OnPart() {
  got_ = part_.place;
  if (hinted_) {
    hinted_at_ = UtcNow();
    return AskReload();
  }
  if (live_) NoteDelay(part_.end, UtcNow());
  GoOn();
}

void Rendition::NoteDelay(UtcTime end, UtcTime arrived) {
  if (!theatre_.figures.measuring) return;
  const std::chrono::duration<float, std::milli> delay = arrived - end;
  theatre_.figures.delays_ms.push_back(delay.count());
}

void Rendition::OnNoAnswer(const Error& reason) {
  Fault(theatre_.figures.lost, reason.detail);
  Rest();
}

void Rendition::Fault(uint64_t& counter, std::string_view what) {
  ++counter;
  if (theatre_.figures.first_fault.empty()) {
    theatre_.figures.first_fault = fmt::format("{}: {}", target_, what);
  }
}

Player::Player(Theatre& theatre, const Address& server, PlayerTraits traits)
    : theatre_(theatre),
      server_(server),
      traits_(traits),
      client_(theatre.loop, server, traits.accept_encoding, *this) {
  ++theatre_.figures.requests["multivariant"];
  client_.Get(theatre.master);
}

Player::~Player() = default;

void Player::OnBody(const AnswerHead& /*head*/, std::span<const uint8_t> piece) {
  body_.insert(body_.end(), piece.begin(), piece.end());
}

void Player::OnAnswer(const AnswerHead& head) {
  if (head.status != 200) {
    ++theatre_.figures.errors[head.status];
    return;
  }
  const std::string text = head.gzip ? Unpacked(body_) : std::string(body_.begin(), body_.end());
  for (const std::string& chunklist : ReadMultivariant(text)) {
    renditions_.push_back(
        std::make_unique<Rendition>(theatre_, server_, theatre_.folder + chunklist, traits_));
  }
  theatre_.figures.playing += renditions_.size();
  if (renditions_.empty()) ++theatre_.figures.broken;
}

void Player::OnNoAnswer(const Error& /*reason*/) {
  ++theatre_.figures.lost;
}

}  // namespace weir::load

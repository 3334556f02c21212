#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/figures.h"
#include "bench/load/http_client.h"
#include "bench/load/playlist.h"
#include "bench/load/shelf.h"
#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::load {

/// What the players of a process share; outlives them.
struct Theatre {
  net::EventLoop& loop;
  std::string folder;  ///< "/app/stream/"
  std::string master;  ///< "/app/stream/llhls.m3u8"
  Shelf shelf;
  Figures figures;
};

/// In what players differ.
struct PlayerTraits {
  bool hints = false;                         ///< Asks for hinted parts.
  std::string_view accept_encoding = "gzip";  ///< A literal.
};

/// One rendition as hls.js follows it: the chunklist once, from then on blocking reloads, and each
/// new part behind the reload that listed it; all on one connection. With hints as Safari does:
/// the hinted part is asked for before it exists, and the reload comes behind it.
///
/// Thread: its loop.
class Rendition final : HttpClient::Owner {
 public:
  Rendition(Theatre& theatre, const Address& server, std::string chunklist, PlayerTraits traits);
  ~Rendition() override;

 private:
  enum class Kind { kChunklist, kReload, kInit, kPart };

  static const char* NameOf(Kind kind);
  void Ask(Kind kind, std::string target);
  void GoOn();
  void AskReload();
  void Rest();
  void OnBody(const AnswerHead& head, std::span<const uint8_t> piece) override;
  void OnAnswer(const AnswerHead& head) override;
  void OnNoAnswer(const Error& reason) override;
  void OnFile(const AnswerHead& head);
  void OnPlaylist(const Playlist& playlist);
  void OnPart();
  void NoteDelay(UtcTime end, UtcTime arrived);
  void Fault(uint64_t& counter, std::string_view what);

  Theatre& theatre_;
  const std::string chunklist_;
  const PlayerTraits traits_;
  HttpClient client_;
  net::Timer timer_;

  // The request under way.
  Kind kind_ = Kind::kChunklist;
  std::string target_;
  ListedPart part_;                   // with kPart
  bool hinted_ = false;               // the part was not listed yet
  std::optional<UtcTime> hinted_at_;  // such a part came, and its end is not known yet
  std::vector<uint8_t> body_;         // unless somebody got the same before
  size_t received_ = 0;
  bool differs_ = false;

  std::shared_ptr<const Playlist> playlist_;
  Place asked_;        // by the last reload
  Place seen_;         // newest that any playlist listed
  Place got_;          // the newest part
  std::string map_;    // that was got
  bool live_ = false;  // all that is listed was got once
};

/// A viewer: the multivariant playlist, then both renditions on a connection each.
class Player final : HttpClient::Owner {
 public:
  Player(Theatre& theatre, const Address& server, PlayerTraits traits);
  ~Player() override;

 private:
  void OnBody(const AnswerHead& head, std::span<const uint8_t> piece) override;
  void OnAnswer(const AnswerHead& head) override;
  void OnNoAnswer(const Error& reason) override;

  Theatre& theatre_;
  const Address& server_;
  const PlayerTraits traits_;
  std::vector<uint8_t> body_;
  HttpClient client_;
  std::vector<std::unique_ptr<Rendition>> renditions_;
};

}  // namespace weir::load

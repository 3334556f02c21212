#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "formats/flv/tag_body.h"
#include "media/frame.h"
#include "media/track.h"
#include "net/byte_session.h"
#include "protocols/rtmp/client_options.h"
#include "protocols/rtmp/client_session.h"
#include "protocols/rtmp/random_source.h"

namespace weir::rtmp {

/// Publishes one stream to an RTMP server: frames to messages, at most one track of video and one
/// of audio. For one connection.
///
/// Begins, and goes on after a loss, with a key frame of the video, before which onMetaData and the
/// tracks' configurations are sent. A server that is slow loses frames down to the next key frame.
/// Of the timed data that goes with frames, what is AMF is sent before them.
///
/// Thread: the connection's loop.
class Egress final : ClientSession::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    /// The server gave leave: frames are sent from now on. May call OnFrame.
    virtual void OnPublishing() = 0;
  };

  struct Stats {
    uint64_t sent_bytes = 0;  ///< Of tags that the system has taken.
    MediaTime sent_time{0};   ///< From the first frame to the last.
    uint64_t frames_dropped = 0;
  };

  /// `tracks` are those to send: the first of video and the first of audio; there is one at least.
  /// `options` says where to; its FourCC list is made here.
  Egress(Owner& owner, ClientOptions options, RandomSource random,
         std::vector<media::Track> tracks);

  /// The connection's session. Call once; `output` outlives it, and so does this.
  std::unique_ptr<net::ByteSession> MakeSession(net::ByteOutput& output, Clock::time_point now);

  /// The same tracks with other configurations. kUnsupported: what was agreed upon does not allow
  /// it, a codec is another one.
  Status OnTracks(std::vector<media::Track> tracks);

  /// Frames of other tracks are left out.
  void OnFrame(const media::Frame& frame);

  /// Frames are missing here.
  void OnGap();

  /// Says good-bye; the connection's end follows.
  void Leave();

  /// The connection is over; its session is not touched any more.
  void Detach();

  Stats stats() const;

 private:
  void OnPublishing(ClientSession& session, Clock::time_point now) override;

  const media::Track* Find(media::TrackId id) const;
  bool MayBegin(const media::Track& track, const media::Frame& frame) const;
  bool Begin(const media::Frame& frame);
  bool SendHeaders(uint32_t timestamp);
  bool SendFrame(const media::Track& track, const media::Frame& frame);
  void SendEvents(const media::EventList& events, uint32_t timestamp);
  bool SendData(const SharedBytes& data, uint32_t timestamp);
  bool Send(const flv::TagBody& body, uint32_t timestamp);
  void Drop();

  Owner& owner_;
  ClientOptions options_;
  const RandomSource random_;
  std::optional<media::Track> video_;
  std::optional<media::Track> audio_;
  ClientSession* session_ = nullptr;
  bool publishing_ = false;
  bool waiting_ = true;            // for a key frame
  bool headers_due_ = true;        // before the next frame
  std::optional<MediaTime> base_;  // dts of what was sent first; timestamp 0
  MediaTime last_{0};
  uint64_t written_bytes_ = 0;
  uint64_t frames_dropped_ = 0;
};

}  // namespace weir::rtmp

#include <gtest/gtest.h>

#include "protocols/relay/messages/control.h"
#include "protocols/relay/messages/credit.h"
#include "protocols/relay/messages/describe.h"
#include "protocols/relay/messages/end.h"
#include "protocols/relay/messages/events.h"
#include "protocols/relay/messages/greeting.h"
#include "protocols/relay/messages/proof_message.h"
#include "protocols/relay/messages/refused.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/messages/subscribe.h"
#include "protocols/relay/messages/viewers.h"
#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

media::TrackList Sample() {
  media::TrackList list;
  media::Track video;
  video.config = SharedBytes(std::vector<uint8_t>{1, 2, 3});
  video.codec_string = "avc1.64001f";
  video.bitrate = 2'000'000;
  video.frame_duration = FromTicks<30'000>(1001);
  video.part_target = FromTicks<1000>(500);
  video.width = 1280;
  video.height = 720;
  media::Track audio;
  audio.id = 1;
  audio.codec = media::CodecId::kAac;
  audio.sample_rate = 48'000;
  audio.channels = 2;
  video.range = media::VideoRange::kHlg;
  list.tracks = {video, audio};
  list.playlists = {
      {.name = "n",
       .file_name = "abr",
       .path_depth = -1,
       .ts_packaging = true,
       .renditions = {{.name = "r", .video = 0, .audio = {1}}, {.name = "s", .audio = {}}}}};
  list.run = media::Run{.id = "0123456789abcdef",
                        .first_number = 123,
                        .discontinuity_sequence = 4,
                        .target_duration = std::chrono::seconds(6),
                        .segment_duration = FromTicks<1>(6),
                        .segment_count = 10,
                        .part_hold_back = FromTicks<1>(2),
                        .preload_hint = false};
  return list;
}

MapWriter AudioWith(int64_t id, int64_t sample_rate, std::string_view codec = "AAC") {
  MapWriter track;
  track.Integer("id", id);
  track.Text("codec", codec);
  track.Integer("sample_rate", sample_rate);
  return track;
}

Result<media::TrackList> Describe(const std::vector<MapWriter>& tracks) {
  MapWriter map;
  map.List("tracks", tracks);
  return DecodeDescribe(map.Finish());
}

TEST(Messages, SurviveTheWire) {
  Greeting greeting{.node = "edge-1"};
  greeting.nonce.fill(9);
  EXPECT_EQ(*DecodeGreeting(Encode(greeting)), greeting);
  ProofMessage proof;
  proof.proof.fill(7);
  EXPECT_EQ(*DecodeProofMessage(Encode(proof)), proof);
  const Refused refused{.reason = "because"};
  EXPECT_EQ(*DecodeRefused(Encode(refused)), refused);
  const Credit credit{.bytes = kCreditMax};
  EXPECT_EQ(*DecodeCredit(Encode(credit)), credit);
  const StreamStats stats{.protocols = {{.name = "hls", .viewers = 3, .bytes_out = 9}}};
  EXPECT_EQ(*DecodeStreamStats(Encode(stats)), stats);
  const ControlMessage control{.action = ControlMessage::Action::kConclude, .reason = "over"};
  EXPECT_EQ(**DecodeControlMessage(Encode(control)), control);
}

TEST(Messages, SubscribeSurvivesTheWireForEveryStart) {
  for (const auto start : {Subscribe::Start::kNextSegment, Subscribe::Start::kSegmentsBack,
                           Subscribe::Start::kAfterSegment}) {
    const Subscribe message{.path = {.vhost = "v", .app = "a", .name = "n/m"},
                            .start = start,
                            .number = 12,
                            .credit = 1000};
    EXPECT_EQ(*DecodeSubscribe(Encode(message)), message);
  }
}

TEST(Messages, EndSurvivesTheWireForEveryReason) {
  for (const auto reason :
       {media::EndReason::kFinished, media::EndReason::kLost, media::EndReason::kConcluded,
        media::EndReason::kMoved, media::EndReason::kRefused, media::EndReason::kNotFound,
        media::EndReason::kStopped})
    EXPECT_EQ(DecodeEnd(Encode(End{.reason = reason}))->reason, reason);
}

TEST(Messages, AnUnknownEndReasonIsTakenByItsClass) {
  const auto decoded = [](std::string_view retry) {
    MapWriter map;
    map.Text("reason", "eaten");
    map.Text("retry", retry);
    return DecodeEnd(map.Finish())->reason;
  };
  EXPECT_EQ(decoded("now"), media::EndReason::kLost);
  EXPECT_EQ(decoded("never"), media::EndReason::kRefused);
  EXPECT_EQ(decoded("later"), media::EndReason::kFinished);
}

TEST(Messages, AnUnknownControlActionIsNothing) {
  MapWriter map;
  map.Text("action", "dance");
  const auto decoded = DecodeControlMessage(map.Finish());
  ASSERT_TRUE(decoded);
  EXPECT_FALSE(*decoded);
}

TEST(Messages, KeysOfALaterVersionAreLeftUnread) {
  MapWriter map;
  map.Integer("bytes", 5);
  map.Text("colour", "blue");
  EXPECT_EQ(DecodeCredit(map.Finish())->bytes, 5);
}

TEST(Messages, DescribeCarriesEveryField) {
  const media::TrackList list = Sample();
  const Result<media::TrackList> decoded = DecodeDescribe(EncodeDescribe(list));
  ASSERT_TRUE(decoded) << decoded.error().detail;
  EXPECT_EQ(EncodeDescribe(*decoded), EncodeDescribe(list));
  ASSERT_EQ(decoded->tracks.size(), 2U);
  const media::Track& video = decoded->tracks[0];
  EXPECT_EQ(video.config.size(), 3U);
  EXPECT_EQ(video.codec_string, "avc1.64001f");
  EXPECT_EQ(video.bitrate, 2'000'000);
  EXPECT_EQ(video.frame_duration, FromTicks<30'000>(1001));
  EXPECT_EQ(video.part_target, FromTicks<1000>(500));
  EXPECT_EQ(video.width, 1280U);
  EXPECT_EQ(video.height, 720U);
  EXPECT_EQ(decoded->tracks[1].sample_rate, 48'000U);
  EXPECT_EQ(decoded->tracks[1].channels, 2U);
  EXPECT_EQ(video.range, media::VideoRange::kHlg);
  ASSERT_EQ(decoded->playlists.size(), 1U);
  const media::Playlist& playlist = decoded->playlists[0];
  EXPECT_EQ(playlist.name, "n");
  EXPECT_EQ(playlist.file_name, "abr");
  EXPECT_EQ(playlist.path_depth, -1);
  EXPECT_TRUE(playlist.ts_packaging);
  ASSERT_EQ(playlist.renditions.size(), 2U);
  EXPECT_EQ(playlist.renditions[0].name, "r");
  EXPECT_EQ(playlist.renditions[0].video, 0U);
  EXPECT_EQ(playlist.renditions[0].audio, std::vector<media::TrackId>{1});
  EXPECT_FALSE(playlist.renditions[1].video);
  ASSERT_TRUE(decoded->run);
  EXPECT_EQ(decoded->run->id, "0123456789abcdef");
  EXPECT_EQ(decoded->run->first_number, 123);
  EXPECT_EQ(decoded->run->discontinuity_sequence, 4);
  EXPECT_EQ(decoded->run->target_duration, std::chrono::seconds(6));
  EXPECT_EQ(decoded->run->segment_duration, FromTicks<1>(6));
  EXPECT_EQ(decoded->run->segment_count, 10);
  EXPECT_EQ(decoded->run->part_hold_back, FromTicks<1>(2));
  EXPECT_FALSE(decoded->run->preload_hint);
}

TEST(Messages, DescribeRefusesWhatCannotBeUsed) {
  EXPECT_TRUE(Describe({AudioWith(1, 48'000)}));
  EXPECT_FALSE(Describe({}));
  EXPECT_FALSE(Describe({AudioWith(1, 0)}));
  EXPECT_FALSE(Describe({AudioWith(1, 47'999)}));
  EXPECT_FALSE(Describe({AudioWith(1, 48'000), AudioWith(1, 48'000)}));
  EXPECT_FALSE(Describe({AudioWith(-1, 48'000)}));
  std::vector<MapWriter> many;
  for (int i = 0; i < 64; ++i)
    many.push_back(AudioWith(i, 48'000));
  EXPECT_TRUE(Describe(many));
  many.push_back(AudioWith(64, 48'000));
  EXPECT_FALSE(Describe(many));
}

TEST(Messages, DescribeLeavesOutATrackOfAnUnknownCodec) {
  const auto decoded = Describe({AudioWith(0, 48'000, "H277"), AudioWith(1, 48'000)});
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->tracks.size(), 1U);
  EXPECT_FALSE(Describe({AudioWith(0, 48'000, "H277")}));
}

TEST(Messages, DescribeRefusesARunIdThatIsNotHexadecimal) {
  media::TrackList list = Sample();
  for (const char* id : {"../../etc/passwd", "0123456789ABCDEF", "0123456789abcde", ""}) {
    list.run->id = id;
    EXPECT_FALSE(DecodeDescribe(EncodeDescribe(list))) << id;
  }
}

TEST(Messages, RefuseWhatIsMissingOrOverALimit) {
  const Subscribe fine{.path = {.vhost = std::string(255, 'v'), .app = "a", .name = "n"},
                       .number = 1000,
                       .credit = kCreditMax};
  EXPECT_TRUE(DecodeSubscribe(Encode(fine)));
  Subscribe wrong = fine;
  wrong.path.vhost += "v";
  EXPECT_FALSE(DecodeSubscribe(Encode(wrong)));
  wrong = fine;
  wrong.path.app.clear();
  EXPECT_FALSE(DecodeSubscribe(Encode(wrong)));
  wrong = fine;
  wrong.number = 1001;
  EXPECT_FALSE(DecodeSubscribe(Encode(wrong)));
  wrong = fine;
  wrong.number = -1;
  EXPECT_FALSE(DecodeSubscribe(Encode(wrong)));
  wrong = fine;
  wrong.credit = kCreditMax + 1;
  EXPECT_FALSE(DecodeSubscribe(Encode(wrong)));
  EXPECT_FALSE(DecodeCredit(Encode(Credit{.bytes = 0})));
  EXPECT_FALSE(DecodeCredit(Encode(Credit{.bytes = kCreditMax + 1})));
  EXPECT_FALSE(DecodeGreeting(MapWriter().Finish()));
  EXPECT_FALSE(DecodeProofMessage(MapWriter().Finish()));
}

TEST(RelayMessages, ViewersComeBackAsTheyWere) {
  const ViewerRecord viewer{.id = "9e107d9d-372b-4ab9-8e5c-6f1c2a3b4c5d",
                            .path = {.vhost = "default", .app = "app", .name = "stream"},
                            .protocol = "hls",
                            .address = "192.0.2.1",
                            .user_agent = "player",
                            .created_ms = 1,
                            .idle_ms = 2,
                            .requests = 3,
                            .bytes_out = 4};
  const ViewersPage page{.ask = 1, .viewers = {viewer, {}}, .last = "x"};
  EXPECT_EQ(DecodeViewersPage(Encode(page)), page);
  const FindViewers question{.ask = 2,
                             .choice = {.vhost = "v", .app = "a", .name = "n", .ids = {"1", "2"}},
                             .after = "x",
                             .limit = 200};
  EXPECT_EQ(DecodeFindViewers(Encode(question)), question);
  const EndViewers order{.ask = 3, .choice = question.choice, .reason = "over"};
  EXPECT_EQ(DecodeEndViewers(Encode(order)), order);
  const ViewersEnded ended{.ask = 4, .count = 5};
  EXPECT_EQ(DecodeViewersEnded(Encode(ended)), ended);
}

TEST(RelayMessages, ViewersAreBounded) {
  EXPECT_FALSE(DecodeFindViewers(Encode(FindViewers{.limit = 201})));
  EXPECT_FALSE(DecodeFindViewers(Encode(FindViewers{.limit = 0})));
  EXPECT_FALSE(DecodeViewersEnded(Encode(ViewersEnded{.count = -1})));
  ViewersPage page;
  page.viewers.resize(250);
  EXPECT_EQ(DecodeViewersPage(Encode(page))->viewers.size(), kViewersMax);
  std::vector<MapWriter> viewers(201);
  MapWriter map;
  map.List("viewers", viewers);
  EXPECT_FALSE(DecodeViewersPage(map.Finish()));
}

bool Same(const media::Event& one, const media::Event& other) {
  return one.kind == other.kind && one.target == other.target && one.id == other.id &&
         one.payload.text() == other.payload.text() && one.out == other.out &&
         one.duration == other.duration && one.splice_id == other.splice_id &&
         one.auto_return == other.auto_return && one.start == other.start;
}

TEST(FrameEvents, ComeBackAsTheyWere) {
  using media::Event;
  const media::EventList events{
      {.kind = Event::Kind::kId3,
       .target = Event::Target::kAudio,
       .id = 0xFFFFFFFF,
       .payload = SharedBytes(std::string("ID3"))},
      {.kind = Event::Kind::kCue, .out = true, .duration = std::chrono::milliseconds(60'500)},
      {.kind = Event::Kind::kScte35,
       .id = 3,
       .out = true,
       .duration = std::chrono::milliseconds(1),
       .splice_id = 7,
       .auto_return = true,
       .start = UtcTime(std::chrono::microseconds(1'768'132'800'000'001))},
      {.kind = Event::Kind::kAmf, .payload = SharedBytes(std::string("\x02", 1))},
      {.kind = Event::Kind::kConclude}};
  const auto read = DecodeFrameEvents(Encode(7, events));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->track, 7U);
  ASSERT_EQ(read->events.size(), events.size());
  for (size_t i = 0; i < events.size(); ++i)
    EXPECT_TRUE(Same(read->events[i], events[i])) << i;
}

TEST(FrameEvents, AKindOfALaterVersionIsLeftOut) {
  MapWriter unknown;
  unknown.Text("kind", "hologram");
  MapWriter known;
  known.Text("kind", "conclude");
  MapWriter map;
  map.List("events", std::vector<MapWriter>{unknown, known});
  const auto read = DecodeFrameEvents(map.Finish());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->events.size(), 1U);
}

TEST(FrameEvents, RefuseWhatIsOutOfRange) {
  MapWriter event;
  event.Text("kind", "cue");
  event.Integer("duration", -1);
  MapWriter map;
  map.List("events", std::vector<MapWriter>{event});
  EXPECT_FALSE(DecodeFrameEvents(map.Finish()));
  EXPECT_FALSE(DecodeFrameEvents(
      Encode(0, {{.payload = SharedBytes(std::string(media::Event::kPayloadMax + 1, 'x'))}})));
  EXPECT_FALSE(DecodeFrameEvents(Encode(0, media::EventList(media::kEventsPerFrameMax + 1))));
}

}  // namespace
}  // namespace weir::relay

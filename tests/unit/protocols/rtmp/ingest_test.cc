#include "protocols/rtmp/ingest.h"

#include <chrono>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "formats/amf/writer.h"
#include "support/recording_sink.h"
#include "unit/protocols/rtmp/publisher.h"

namespace weir::rtmp {
namespace {

using std::chrono::seconds;

MediaTime Ms(int64_t ms) {
  return FromTicks<1'000>(ms);
}

class IngestTest : public ::testing::Test {
 protected:
  void Attach(IngestLimits limits = {}) {
    ingest_.emplace("live/cam", limits);
    ingest_->Attach(sink_);
  }

  void Send(MessageType type, uint32_t timestamp, Bytes payload) {
    ingest_->OnMessage({.type = type,
                        .stream_id = 1,
                        .timestamp = timestamp,
                        .payload = SharedBytes(std::move(payload))},
                       now_);
  }

  void Video(uint32_t timestamp, Bytes payload) {
    Send(MessageType::kVideo, timestamp, std::move(payload));
  }

  void Audio(uint32_t timestamp, Bytes payload) {
    Send(MessageType::kAudio, timestamp, std::move(payload));
  }

  void Metadata(std::vector<amf::Member> members) {
    const std::vector<amf::Value> values{amf::Text("@setDataFrame"), amf::Text("onMetaData"),
                                         amf::EcmaArrayOf(std::move(members))};
    Send(MessageType::kData, 0, amf::WriteAll(values));
  }

  size_t track_count() const { return sink_.track_lists().back()->tracks.size(); }

  Clock::time_point now_{std::chrono::hours(1)};
  test::RecordingSink sink_;
  std::optional<Ingest> ingest_;
};

TEST_F(IngestTest, BothSequenceHeadersMakeTheTracksKnown) {
  Attach();
  Audio(0, AacHeaderTag());
  EXPECT_TRUE(sink_.calls().empty());
  Video(0, AvcHeaderTag());
  ASSERT_EQ(sink_.calls().size(), 1U);
  ASSERT_EQ(track_count(), 2U);
  EXPECT_EQ(sink_.track_lists()[0]->tracks[0].id, 0U);
  EXPECT_EQ(sink_.track_lists()[0]->tracks[0].kind(), media::MediaKind::kVideo);
  EXPECT_EQ(sink_.track_lists()[0]->tracks[1].id, 1U);
}

TEST_F(IngestTest, MetadataThatDeclaresOnlyVideoSavesTheWait) {
  Attach();
  Metadata({{"videocodecid", amf::Number(7)}, {"videodatarate", amf::Number(2000)}});
  Video(0, AvcHeaderTag());
  ASSERT_EQ(track_count(), 1U);
  EXPECT_EQ(sink_.track_lists()[0]->tracks[0].bitrate, 2'000'000);
}

TEST_F(IngestTest, MetadataThatDeclaresOnlyAudioSavesTheWait) {
  Attach();
  Metadata({{"audiocodecid", amf::Text("mp4a")}, {"videocodecid", amf::Number(0)}});
  Audio(0, AacHeaderTag());
  ASSERT_EQ(track_count(), 1U);
  EXPECT_EQ(sink_.track_lists()[0]->tracks[0].id, 1U);
}

TEST_F(IngestTest, OneKindAloneIsHeldForASecondOfMedia) {
  Attach();
  Video(0, AvcHeaderTag());
  Video(0, AvcFrameTag(true));
  for (uint32_t time = 100; time < 1'000; time += 100)
    Video(time, AvcFrameTag(false));
  EXPECT_TRUE(sink_.calls().empty());
  Video(1'000, AvcFrameTag(false));
  EXPECT_EQ(track_count(), 1U);
  EXPECT_EQ(sink_.frames().size(), 11U);
}

TEST_F(IngestTest, OneKindAloneIsHeldForFiveHundredMessagesAtMost) {
  Attach();
  Video(0, AvcHeaderTag());
  for (int i = 0; i < 498; ++i)
    Video(0, AvcFrameTag(true));
  EXPECT_TRUE(sink_.calls().empty());
  Video(0, AvcFrameTag(true));
  EXPECT_EQ(sink_.frames().size(), 499U);
}

TEST_F(IngestTest, WhatIsHeldIsBoundedInBytes) {
  Attach({.held_size_max = 40});
  Video(0, AvcHeaderTag());
  Video(0, AvcFrameTag(true));  // 8 bytes of payload each
  Video(10, AvcFrameTag(false));
  EXPECT_TRUE(sink_.calls().empty());
  Video(20, AvcFrameTag(false));
  EXPECT_EQ(sink_.frames().size(), 3U) << "half full is as good as a second";
}

TEST_F(IngestTest, WithoutASinkFramesPastTheBoundAreGivenUp) {
  ingest_.emplace("live/cam", IngestLimits{.held_size_max = 20});
  Video(0, AvcHeaderTag());
  for (uint32_t time = 0; time < 100; time += 10)
    Video(time, AvcFrameTag(true));
  ingest_->Attach(sink_);
  EXPECT_EQ(sink_.frames().size() + ingest_->stats().not_held, 10U);
  EXPECT_LE(sink_.frames().size(), 2U);
}

TEST_F(IngestTest, ATrackThatComesLaterIsToldBeforeItsFirstFrame) {
  Attach({.track_wait = MediaTime(0)});
  Video(0, AvcHeaderTag());
  Video(0, AvcFrameTag(true));
  ASSERT_EQ(track_count(), 1U);
  Audio(20, AacHeaderTag());
  Audio(20, AacFrameTag());
  ASSERT_EQ(sink_.track_lists().size(), 2U);
  EXPECT_EQ(track_count(), 2U);
  EXPECT_EQ(sink_.calls().back().frame->track, 1U);
  EXPECT_EQ(ingest_->stats().config_changes, 0U);
}

TEST_F(IngestTest, ARepeatedSequenceHeaderIsNoNewsAndADifferentOneIs) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  Video(10, AvcHeaderTag());
  Audio(10, AacHeaderTag());
  EXPECT_EQ(sink_.track_lists().size(), 1U);
  Video(20, OtherAvcHeaderTag());
  ASSERT_EQ(sink_.track_lists().size(), 2U);
  EXPECT_EQ(sink_.track_lists()[1]->tracks[0].id, 0U);
  EXPECT_EQ(sink_.track_lists()[1]->tracks[0].width, 96U);
  EXPECT_EQ(ingest_->stats().config_changes, 1U);
}

TEST_F(IngestTest, ParameterSetsInsideAFrameChangeTheTrackBeforeIt) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  Video(0, AvcFrameTag(true));
  const Bytes header = OtherAvcHeaderTag();
  constexpr size_t kSpsOffset = 5 + 6;  // the tag's header and the avcC's
  const size_t sps_size = header[kSpsOffset + 1];
  Bytes tag = AvcFrameTag(true);
  Bytes sps{0, 0, 0, static_cast<uint8_t>(sps_size)};
  sps.insert(sps.end(), header.begin() + kSpsOffset + 2,
             header.begin() + static_cast<ptrdiff_t>(kSpsOffset + 2 + sps_size));
  tag.insert(tag.begin() + 5, sps.begin(), sps.end());
  Video(100, tag);
  ASSERT_EQ(sink_.track_lists().size(), 2U);
  EXPECT_EQ(sink_.track_lists()[1]->tracks[0].width, 96U);
  ASSERT_EQ(sink_.frames().size(), 2U);
  EXPECT_EQ(sink_.calls().back().frame->payload.size(), 8U + sps.size());
  Video(200, tag);
  Video(200, AvcHeaderTag());  // the first sequence header again is no news
  EXPECT_EQ(sink_.track_lists().size(), 2U);
  EXPECT_EQ(ingest_->stats().config_changes, 1U);
}

TEST_F(IngestTest, AnAccessUnitWithoutAPictureIsDropped) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  Video(0, {0x27, 1, 0, 0, 0, 0, 0, 0, 2, 0x06, 0x80});  // SEI alone
  EXPECT_TRUE(sink_.frames().empty());
  EXPECT_EQ(ingest_->stats().empty, 1U);
}

TEST_F(IngestTest, FramesCarryTheTimesAndTheBytesOfTheirTags) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  Video(100, AvcFrameTag(true, 80));
  Audio(120, AacFrameTag());
  const auto frames = sink_.frames();
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0]->dts, Ms(100));
  EXPECT_EQ(frames[0]->pts, Ms(180));
  EXPECT_TRUE(frames[0]->key);
  EXPECT_EQ(frames[0]->payload.size(), 8U);
  EXPECT_EQ(frames[1]->track, 1U);
  EXPECT_EQ(frames[1]->payload.size(), 3U);
  EXPECT_TRUE(frames[1]->key);
}

TEST_F(IngestTest, APayloadIsASliceOfItsMessage) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  const SharedBytes message(AvcFrameTag(true));
  ingest_->OnMessage({.type = MessageType::kVideo, .timestamp = 0, .payload = message}, now_);
  EXPECT_EQ(sink_.frames().at(0)->payload.data(), message.data() + 5);
}

TEST_F(IngestTest, TimestampsThatWrapGoOnAndThoseThatJumpBackDo) {
  Attach();
  Audio(0xffffffc0, AacHeaderTag());
  Video(0xffffffc0, AvcHeaderTag());
  Video(0xfffffff0, AvcFrameTag(true));
  Audio(0x10, AacFrameTag());
  Video(0xfffffff8, AvcFrameTag(false));  // an interleaved one from before the wrap
  Video(0x20, AvcFrameTag(false));
  const auto frames = sink_.frames();
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames[1]->dts - frames[0]->dts, Ms(0x20));
  EXPECT_EQ(frames[2]->dts - frames[0]->dts, Ms(8));
  EXPECT_EQ(frames[3]->dts - frames[0]->dts, Ms(0x30));
}

TEST_F(IngestTest, AJumpBackOfAnHourStaysOneForThePipelineToRepair) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  Video(4'000'000, AvcFrameTag(true));
  Video(400'000, AvcFrameTag(true));
  EXPECT_EQ(sink_.frames().at(1)->dts, Ms(400'000));
}

TEST_F(IngestTest, BrokenInputIsDroppedAndCountedAndTheStreamGoesOn) {
  Attach();
  Video(0, AvcFrameTag(true));  // before its configuration
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  Video(0, {});
  Audio(0, {});
  Video(0, {0x17, 0x01, 0, 0, 0});                       // a frame with nothing in it
  Video(0, {0x17, 0x01, 0, 0, 0, 0, 0, 0, 9, 0x65, 1});  // 9 bytes announced, 2 there
  Video(0, {0x17, 0x01, 0, 0});                          // cut off in its header
  Video(0, {0x17, 0x00, 0, 0, 0, 1, 2, 3});              // a configuration that is none
  Video(0, {0x12, 0x00, 0x01});                          // Sorenson H.263
  Audio(0, {0x2f, 0x00, 0x01});                          // MP3
  Video(40, AvcFrameTag(true));
  const IngestStats& stats = ingest_->stats();
  EXPECT_EQ(stats.without_config, 1U);
  EXPECT_EQ(stats.empty, 3U);
  EXPECT_EQ(stats.broken, 3U);
  EXPECT_EQ(stats.unsupported, 2U);
  EXPECT_EQ(stats.video_frames, 1U);
  EXPECT_EQ(sink_.frames().size(), 1U);
}

TEST_F(IngestTest, AnAggregateIsTakenApart) {
  Attach();
  Audio(0, AacHeaderTag());
  Video(0, AvcHeaderTag());
  ByteWriter aggregate;
  uint32_t timestamp = 5'000;
  for (const Bytes& tag : {AvcFrameTag(true), AvcFrameTag(false)}) {
    aggregate.U8(static_cast<uint8_t>(MessageType::kVideo));
    aggregate.U24(static_cast<uint32_t>(tag.size()));
    aggregate.U24(timestamp);
    aggregate.U8(0);
    aggregate.U24(0);
    aggregate.Bytes(tag);
    aggregate.U32(static_cast<uint32_t>(11 + tag.size()));
    timestamp += 40;
  }
  const Bytes whole = aggregate.Take();
  Send(MessageType::kAggregate, 100, whole);
  ASSERT_EQ(sink_.frames().size(), 2U);
  EXPECT_EQ(sink_.frames()[0]->dts, Ms(100));
  EXPECT_EQ(sink_.frames()[1]->dts, Ms(140));
  Send(MessageType::kAggregate, 200, Bytes(whole.begin(), whole.begin() + 20));
  EXPECT_EQ(ingest_->stats().broken, 1U);
}

TEST(Metadata, OnlyWhatMakesSenseIsTaken) {
  const auto read = [](std::vector<amf::Member> members) {
    const std::vector<amf::Value> values{amf::Text("onMetaData"),
                                         amf::ObjectOf(std::move(members))};
    return *ReadMetadata(values);
  };
  const Metadata wild = read({{"videodatarate", amf::Number(-5)},
                              {"audiodatarate", amf::Number(1e300)},
                              {"framerate", amf::Text("30")},
                              {"width", amf::NullValue()}});
  EXPECT_EQ(wild, Metadata{});
  const Metadata obs = read({{"videocodecid", amf::Number(7)},
                             {"framerate", amf::Number(29.97)},
                             {"videodatarate", amf::Number(2'500)},
                             {"audiocodecid", amf::Number(10)},
                             {"audiodatarate", amf::Number(160)}});
  EXPECT_TRUE(obs.video);
  EXPECT_TRUE(obs.audio);
  EXPECT_EQ(obs.video_bitrate, 2'500'000);
  EXPECT_EQ(obs.audio_bitrate, 160'000);
  EXPECT_EQ(obs.frame_rate, 29.97);
  EXPECT_FALSE(ReadMetadata(std::vector<amf::Value>{amf::Text("onTextData")}));
}

TEST_F(IngestTest, DataOfEachNameForOthersIsToldAsItCame) {
  Attach();
  for (const char* name : {"onTextData", "onUserData", "onUserDataEvent", "onCuePoint"}) {
    const std::vector<amf::Value> values{amf::Text(name), amf::Text("x")};
    std::vector<amf::Value> wrapped = values;
    wrapped.insert(wrapped.begin(), amf::Text("@setDataFrame"));
    for (const auto& sent : {values, wrapped}) {
      Send(MessageType::kData, 0, amf::WriteAll(sent));
      ASSERT_FALSE(sink_.events.empty()) << name;
      const auto view = sink_.events.back().payload.view();
      EXPECT_EQ(Bytes(view.begin(), view.end()), amf::WriteAll(values)) << name;
      sink_.events.clear();
    }
  }
}

TEST_F(IngestTest, TriggersMakeTagsOfAnyData) {
  ingest_.emplace("live/cam", IngestLimits{});
  ingest_->Attach(sink_, {{.begin = {"onTextData"},
                           .key = "title",
                           .target = media::Event::Target::kAudio,
                           .frame = {.id = "TIT2", .data = "${TriggerValue}"}},
                          {.begin = {"@setDataFrame", "onMetaData"},
                           .key = "encoder",
                           .frame = {.id = "TXXX", .info = "e", .data = "by ${TriggerValue}"}}});
  const auto tag = [](const id3::Frame& frame) { return id3::WriteTag({&frame, 1}); };
  const auto payload = [this](size_t index) {
    const auto view = sink_.events.at(index).payload.view();
    return Bytes(view.begin(), view.end());
  };
  Send(MessageType::kData, 0,
       amf::WriteAll(std::vector<amf::Value>{
           amf::Text("onTextData"),
           amf::EcmaArrayOf({{.name = "title", .value = amf::Text("a song")}})}));
  ASSERT_EQ(sink_.events.size(), 2U) << "the tag, and what is sent on";
  EXPECT_EQ(sink_.events[0].kind, media::Event::Kind::kId3);
  EXPECT_EQ(sink_.events[0].target, media::Event::Target::kAudio);
  EXPECT_EQ(payload(0), tag({.id = "TIT2", .data = "a song"}));
  EXPECT_EQ(sink_.events[1].kind, media::Event::Kind::kAmf);
  Metadata({{"encoder", amf::Text("obs")}});
  ASSERT_EQ(sink_.events.size(), 3U);
  EXPECT_EQ(payload(2), tag({.id = "TXXX", .info = "e", .data = "by obs"}));
}

TEST_F(IngestTest, DataForOthersIsToldAsEvents) {
  Attach();
  const std::vector<amf::Value> text{amf::Text("onTextData"),
                                     amf::EcmaArrayOf({{.name = "a", .value = amf::Text("b")}})};
  const std::vector<amf::Value> other{amf::Text("onStatus"), amf::Number(1)};
  Send(MessageType::kData, 0, amf::WriteAll(text));
  Send(MessageType::kData, 0, amf::WriteAll(other));
  Metadata({});
  ASSERT_EQ(sink_.events.size(), 1U);
  EXPECT_EQ(sink_.events[0].kind, media::Event::Kind::kAmf);
  const auto view = sink_.events[0].payload.view();
  EXPECT_EQ(std::vector<uint8_t>(view.begin(), view.end()), amf::WriteAll(text));
}

}  // namespace
}  // namespace weir::rtmp

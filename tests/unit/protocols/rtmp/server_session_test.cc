#include "protocols/rtmp/server_session.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/rtmp/control_message.h"
#include "stream/registry.h"
#include "unit/protocols/rtmp/publisher.h"

namespace weir::rtmp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kUrl = "rtmp://origin.example/live";

/// The first answer of that name, or an empty command.
Command Find(const std::vector<Command>& commands, std::string_view name) {
  for (const Command& command : commands)
    if (command.name == name) return command;
  return {};
}

struct Frames {
  std::vector<std::tuple<media::TrackId, MediaTime, MediaTime, bool, std::string>> list;
  size_t track_lists = 0;
  bool operator==(const Frames&) const = default;
};

Frames FramesOf(test::FakeGate::Publisher& publisher) {
  Frames frames;
  for (const auto& frame : publisher.sink.frames())
    frames.list.emplace_back(frame->track, frame->dts, frame->pts, frame->key,
                             std::string(frame->payload.text()));
  frames.track_lists = publisher.sink.track_lists().size();
  return frames;
}

Frames Replay(const Bytes& capture, size_t piece_size) {
  Publisher client;
  for (size_t offset = 0; offset < capture.size(); offset += piece_size)
    EXPECT_TRUE(client.Feed(
        std::span(capture).subspan(offset, std::min(piece_size, capture.size() - offset))));
  return FramesOf(client.published());
}

TEST(RecordedFfmpeg, IsPublishedWithItsTracksFramesAndEnd) {
  Publisher client;
  ASSERT_TRUE(client.Feed(ReadCapture("ffmpeg_publish.bin")));
  ASSERT_EQ(client.gate.requests.size(), 1U);
  const service::PublishRequest& request = client.gate.requests[0];
  EXPECT_EQ(request.protocol, "rtmp");
  EXPECT_EQ(request.host, "127.0.0.1");
  EXPECT_EQ(request.app, "live");
  EXPECT_EQ(request.stream, "cam");
  EXPECT_EQ(request.query, "token=a");
  EXPECT_EQ(request.url, "rtmp://127.0.0.1:21935/live/cam");
  EXPECT_EQ(request.peer, "192.0.2.1:5000");
  const auto lists = client.published().sink.track_lists();
  ASSERT_EQ(lists.size(), 1U);
  ASSERT_EQ(lists[0]->tracks.size(), 2U);
  EXPECT_EQ(lists[0]->tracks[0].codec, media::CodecId::kH264);
  EXPECT_EQ(lists[0]->tracks[0].width, 64U);
  EXPECT_EQ(lists[0]->tracks[0].bitrate, 39'063);
  EXPECT_EQ(lists[0]->tracks[1].sample_rate, 48'000U);
  EXPECT_EQ(client.published().sink.frames(0).size(), 20U);
  EXPECT_EQ(client.published().sink.frames(1).size(), 95U);
  EXPECT_EQ(client.published().sink.end(), media::EndReason::kFinished);
  const auto first = client.published().sink.frames(0).at(0);
  EXPECT_TRUE(first->key);
  EXPECT_EQ(first->pts - first->dts, FromTicks<1'000>(200)) << "B-frames";
}

class SessionInAnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(SessionInAnyChunking, ARecordedSessionGivesTheSameFrames) {
  const Bytes capture = ReadCapture("ffmpeg_publish.bin");
  EXPECT_EQ(Replay(capture, GetParam()), Replay(capture, capture.size()));
}

INSTANTIATE_TEST_SUITE_P(Sizes, SessionInAnyChunking, ::testing::Values(1, 2, 7, 128, 1537, 8192));

TEST(ServerSession, ObsStyleOrderOfCommandsPublishes) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live", kUrl));
  ASSERT_TRUE(client.Call("releaseStream", 2, {amf::NullValue(), amf::Text("cam")}));
  ASSERT_TRUE(client.Call("FCPublish", 3, {amf::NullValue(), amf::Text("cam")}));
  ASSERT_TRUE(client.Call("createStream", 4, {amf::NullValue()}));
  ASSERT_TRUE(client.Publish("cam"));
  const std::vector<Command> answers = client.Commands();
  EXPECT_EQ(answers.at(0).name, "_result");
  EXPECT_EQ(*answers.at(0).object(0)->Find("fmsVer")->text(), "FMS/3,5,2,654");
  EXPECT_EQ(answers.at(0).object(1)->Find("objectEncoding")->number(), 0.0);
  EXPECT_EQ(Find(answers, "onFCPublish").name, "onFCPublish");
  const auto created = std::find_if(answers.begin(), answers.end(), [](const Command& command) {
    return command.name == "_result" && command.transaction == 4;
  });
  ASSERT_NE(created, answers.end());
  EXPECT_EQ(created->arguments.at(1).number(), 1.0);
  EXPECT_THAT(client.Codes(), ElementsAre("NetConnection.Connect.Success",
                                          "NetStream.Publish.Start", "NetStream.Publish.Start"));
}

TEST(ServerSession, LibrtmpMayPublishWithoutReleaseStreamOrFcPublish) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  EXPECT_EQ(client.gate.publishers.size(), 1U);
}

TEST(ServerSession, TheControlMessagesOfTheGreetingComeFirst) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live", kUrl));
  std::vector<MessageType> types;
  for (const Message& message : client.Answers())
    types.push_back(message.type);
  EXPECT_THAT(types, ElementsAre(MessageType::kWindowSize, MessageType::kPeerBandwidth,
                                 MessageType::kSetChunkSize, MessageType::kCommand));
}

TEST(ServerSession, EnhancedRtmpIsOfferedToThoseWhoSpeakIt) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Call("connect", 1,
                          {amf::ObjectOf({{"app", amf::Text("live")},
                                          {"fourCcList", amf::ArrayOf({amf::Text("*")})}})}));
  const Command result = client.Commands().at(0);
  const amf::Value* list = result.object(0)->Find("fourCcList");
  ASSERT_NE(list, nullptr);
  EXPECT_THAT(list->array()->items, Contains(amf::Text("hvc1")));
  EXPECT_THAT(list->array()->items, Contains(amf::Text("Opus")));
}

TEST(ServerSession, TheStreamMayStandInTheUrlAndTheKeyBeEmpty) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live/cam", "rtmps://Origin.Example:8443/live/cam?sig=1"));
  ASSERT_TRUE(client.Publish(""));
  ASSERT_EQ(client.gate.requests.size(), 1U);
  EXPECT_EQ(client.gate.requests[0].host, "origin.example");
  EXPECT_EQ(client.gate.requests[0].app, "live");
  EXPECT_EQ(client.gate.requests[0].stream, "cam");
  EXPECT_EQ(client.gate.requests[0].query, "sig=1");
  EXPECT_EQ(client.gate.requests[0].url, "rtmps://origin.example:8443/live/cam");
}

TEST(ServerSession, AnAppInstanceIsNoPartOfTheStream) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live/_definst_", "rtmp://h/live/_definst_"));
  ASSERT_TRUE(client.Publish("cam?a=1"));
  EXPECT_EQ(client.gate.requests.at(0).app, "live");
  EXPECT_EQ(client.gate.requests.at(0).stream, "cam");
  EXPECT_EQ(client.gate.requests.at(0).query, "a=1");
}

TEST(ServerSession, Amf3CommandMessagesBeginWithAZeroByteAndGoOnInAmf0) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live", kUrl));
  Message message = WriteCommand(
      {.name = "publish", .transaction = 5, .arguments = {amf::NullValue(), amf::Text("cam")}}, 0);
  Bytes payload{0};
  payload.insert(payload.end(), message.payload.view().begin(), message.payload.view().end());
  message.payload = SharedBytes(std::move(payload));
  message.type = MessageType::kCommandAmf3;
  ASSERT_TRUE(client.Send(ChunkStreamId::kCommand, message));
  EXPECT_EQ(client.gate.publishers.size(), 1U);
}

TEST(ServerSession, ASecondPublisherOfANameIsToldBadName) {
  Publisher client;
  client.gate.refusal =
      Error{.code = ErrorCode::kRefused, .detail = std::string(stream::kNameTaken)};
  const Status published = client.StartPublishing();
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, ErrorCode::kRefused);
  EXPECT_THAT(published.error().detail, HasSubstr("live/cam"));
  EXPECT_EQ(client.Codes().back(), "NetStream.Publish.BadName");
}

TEST(ServerSession, OtherRefusalsAreToldRejected) {
  for (const ErrorCode code :
       {ErrorCode::kRefused, ErrorCode::kNotFound, ErrorCode::kUnavailable}) {
    Publisher client;
    client.gate.refusal = Error{.code = code, .detail = "no"};
    ASSERT_FALSE(client.StartPublishing());
    EXPECT_EQ(client.Codes().back(), "NetStream.Publish.Rejected");
  }
}

TEST(ServerSession, AStreamWithoutAUsableNameIsRejected) {
  for (const std::string key : {"", "?token=1", "a/b", "a\nb"}) {
    Publisher client;
    ASSERT_TRUE(client.ShakeHands());
    ASSERT_TRUE(client.Connect("live", kUrl));
    EXPECT_FALSE(client.Publish(key));
    EXPECT_EQ(client.Codes().back(), "NetStream.Publish.Rejected");
    EXPECT_TRUE(client.gate.requests.empty());
  }
}

TEST(ServerSession, ARefusalThatComesLaterFinishesTheConnection) {
  Publisher client;
  client.gate.hold_answers = true;
  client.gate.refusal = Error{.code = ErrorCode::kNotFound, .detail = "no such application"};
  ASSERT_TRUE(client.StartPublishing());
  EXPECT_FALSE(client.output.finished);
  client.gate.AnswerHeld();
  ASSERT_TRUE(client.output.finished);
  EXPECT_EQ(client.Codes().back(), "NetStream.Publish.Rejected");
}

TEST(ServerSession, MediaThatComesBeforeTheGateAnswersIsHeld) {
  Publisher client;
  client.gate.hold_answers = true;
  ASSERT_TRUE(client.StartPublishing());
  ASSERT_TRUE(client.Media(MessageType::kVideo, 0, AvcHeaderTag()));
  ASSERT_TRUE(client.Media(MessageType::kAudio, 0, AacHeaderTag()));
  ASSERT_TRUE(client.Media(MessageType::kVideo, 0, AvcFrameTag(true)));
  client.gate.AnswerHeld();
  EXPECT_EQ(client.published().sink.frames().size(), 1U);
}

TEST(ServerSession, AnAnswerAfterTheSessionIsGoneFindsNobody) {
  Publisher client;
  client.gate.hold_answers = true;
  ASSERT_TRUE(client.StartPublishing());
  client.session.reset();
  client.gate.AnswerHeld();
  EXPECT_TRUE(client.published().destroyed);
}

TEST(ServerSession, AnAnswerAfterDeleteStreamFindsNobody) {
  Publisher client;
  client.gate.hold_answers = true;
  ASSERT_TRUE(client.StartPublishing());
  ASSERT_TRUE(client.Call("deleteStream", 0, {amf::NullValue(), amf::Number(1)}));
  client.gate.AnswerHeld();
  EXPECT_TRUE(client.published().destroyed);
  EXPECT_THAT(client.Codes(), Not(Contains("NetStream.Publish.Start")));
}

TEST(ServerSession, UnpublishingEndsThePublicationOnceAndAnotherMayFollow) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  ASSERT_TRUE(client.Call("FCUnpublish", 6, {amf::NullValue(), amf::Text("cam")}));
  ASSERT_TRUE(client.Call("deleteStream", 7, {amf::NullValue(), amf::Number(1)}));
  EXPECT_EQ(client.published().sink.calls().size(), 1U);
  EXPECT_EQ(client.published().sink.end(), media::EndReason::kFinished);
  EXPECT_TRUE(client.published().destroyed);
  EXPECT_EQ(client.Codes().back(), "NetStream.Unpublish.Success");
  ASSERT_TRUE(client.Publish("cam2"));
  EXPECT_EQ(client.gate.publishers.size(), 2U);
}

TEST(ServerSession, AConnectionThatBreaksLosesItsPublication) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  client.session.reset();
  EXPECT_EQ(client.published().sink.end(), media::EndReason::kLost);
}

TEST(ServerSession, AStopByTheServerTellsThePublisherAndFinishes) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  client.published().stop({.code = ErrorCode::kEnded, .detail = "stopped by API"});
  EXPECT_EQ(client.Codes().back(), "NetStream.Unpublish.Success");
  ASSERT_TRUE(client.output.finished);
  EXPECT_EQ(client.output.finished->detail, "stopped by API");
  EXPECT_TRUE(client.published().destroyed) << "the name is free at once";
}

TEST(ServerSession, PlayIsRefusedInSoManyWords) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live", kUrl));
  const Status played = client.Call("play", 0, {amf::NullValue(), amf::Text("cam")});
  ASSERT_FALSE(played);
  EXPECT_EQ(played.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(client.Codes().back(), "NetStream.Play.Failed");
}

TEST(ServerSession, UnknownCallsAreAnsweredOnlyIfTheyAskForIt) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live", kUrl));
  const size_t before = client.Commands().size();
  ASSERT_TRUE(client.Call("mystery", 0, {}));
  ASSERT_TRUE(client.Call("_result", 9, {}));
  EXPECT_EQ(client.Commands().size(), before);
  ASSERT_TRUE(client.Call("mystery", 9, {}));
  EXPECT_EQ(client.Commands().back().name, "_error");
  EXPECT_EQ(client.Commands().back().transaction, 9.0);
  ASSERT_TRUE(client.Call("_checkbw", 10, {}));
  EXPECT_EQ(client.Commands().back().name, "_result");
}

TEST(ServerSession, CommandsOutOfTurnEndTheConnection) {
  const auto expect_malformed = [](const Status& status) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kMalformed);
  };
  Publisher before_connect;
  ASSERT_TRUE(before_connect.ShakeHands());
  expect_malformed(before_connect.Publish("cam"));
  Publisher twice;
  ASSERT_TRUE(twice.StartPublishing());
  expect_malformed(twice.Publish("cam"));
  Publisher reconnecting;
  ASSERT_TRUE(reconnecting.StartPublishing());
  expect_malformed(reconnecting.Connect("live", kUrl));
}

TEST(ServerSession, PingsAreAnsweredAndBytesAcknowledgedAtHalfTheWindow) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  ASSERT_TRUE(client.Send(
      ChunkStreamId::kControl,
      {.type = MessageType::kUserControl, .payload = SharedBytes(Bytes{0, 6, 1, 2, 3, 4})}));
  EXPECT_EQ(client.Answers().back().payload.text(), SharedBytes(Bytes{0, 7, 1, 2, 3, 4}).text());
  ASSERT_TRUE(client.Send(
      ChunkStreamId::kControl,
      {.type = MessageType::kWindowSize, .payload = SharedBytes(Bytes{0, 2, 0, 0})}));  // 131,072
  ASSERT_TRUE(client.Media(MessageType::kAudio, 0, Bytes(70'000, 0)));
  const Message last = client.Answers().back();
  EXPECT_EQ(last.type, MessageType::kAcknowledgement);
  EXPECT_EQ(ReadWindowSize(last), client.session->stats().bytes_in);
}

// Deadlines.

TEST(ServerSession, SilenceInTheHandshakeEndsAfterFiveSeconds) {
  Publisher client;
  const Clock::time_point start = client.now;
  EXPECT_EQ(client.session->NextDeadline(), start + seconds(5));
  client.now += seconds(3);
  ASSERT_TRUE(client.Feed(Bytes(10, 3)));
  EXPECT_EQ(client.session->NextDeadline(), start + seconds(8));
  EXPECT_TRUE(client.session->OnDeadline(start + milliseconds(7'999)));
  const Status late = client.session->OnDeadline(start + seconds(8));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
}

TEST(ServerSession, ABusyPeerThatNeverPublishesEndsToo) {
  Publisher client;
  const Clock::time_point start = client.now;
  ASSERT_TRUE(client.ShakeHands());
  ASSERT_TRUE(client.Connect("live", kUrl));
  while (client.now < start + seconds(28)) {
    client.now += seconds(2);
    ASSERT_TRUE(client.Call("getStreamLength", 2, {amf::NullValue()}));
  }
  EXPECT_EQ(client.session->NextDeadline(), start + seconds(30));
  EXPECT_FALSE(client.session->OnDeadline(start + seconds(30)));
}

TEST(ServerSession, AGateThatNeverAnswersIsGivenUp) {
  Publisher client;
  client.gate.hold_answers = true;
  ASSERT_TRUE(client.StartPublishing());
  EXPECT_EQ(client.session->NextDeadline(), client.now + seconds(30));
  EXPECT_FALSE(client.session->OnDeadline(client.now + seconds(30)));
}

TEST(ServerSession, ASilentPublisherIsPingedAndThenDropped) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  const Clock::time_point start = client.now;
  EXPECT_EQ(client.session->NextDeadline(), start + seconds(15));
  ASSERT_TRUE(client.session->OnDeadline(start + seconds(15)));
  EXPECT_EQ(client.Answers().back().type, MessageType::kUserControl);
  EXPECT_EQ(client.session->NextDeadline(), start + seconds(30));
  EXPECT_FALSE(client.session->OnDeadline(start + seconds(30)));
}

TEST(ServerSession, APausingPublisherThatAnswersPingsStays) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  for (int i = 0; i < 10; ++i) {
    client.now += seconds(15);
    ASSERT_TRUE(client.session->OnDeadline(client.now));
    ASSERT_TRUE(client.Send(
        ChunkStreamId::kControl,
        {.type = MessageType::kUserControl, .payload = SharedBytes(Bytes{0, 7, 0, 0, 0, 0})}));
  }
}

TEST(ServerSession, ThePacketSilenceOptionEndsAPublisherWithoutAPing) {
  Publisher client({}, {.packet_silence = milliseconds(3'000)});
  ASSERT_TRUE(client.StartPublishing());
  EXPECT_EQ(client.session->NextDeadline(), client.now + seconds(3));
  EXPECT_FALSE(client.session->OnDeadline(client.now + seconds(3)));
}

// Bad input.

TEST(ServerSession, GarbageInsteadOfAHandshakeEndsTheConnection) {
  Publisher client;
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  const Status fed = client.Feed(Bytes(request.begin(), request.end()));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::kUnsupported);
}

TEST(ServerSession, ACommandNestedTenThousandDeepEndsTheConnection) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  Bytes payload{2, 0, 7, 'c', 'o', 'n', 'n', 'e', 'c', 't', 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (int i = 0; i < 10'000; ++i)
    payload.insert(payload.end(), {3, 0, 1, 'a'});
  const Status sent = client.Send(ChunkStreamId::kCommand,
                                  {.type = MessageType::kCommand, .payload = SharedBytes(payload)});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kLimitExceeded);
}

TEST(ServerSession, MetadataNestedTenThousandDeepIsDroppedAndTheStreamGoesOn) {
  Publisher client;
  ASSERT_TRUE(client.StartPublishing());
  Bytes payload{2, 0, 10, 'o', 'n', 'M', 'e', 't', 'a', 'D', 'a', 't', 'a'};
  for (int i = 0; i < 10'000; ++i)
    payload.insert(payload.end(), {3, 0, 1, 'a'});
  ASSERT_TRUE(client.Send(ChunkStreamId::kStream,
                          {.type = MessageType::kData, .payload = SharedBytes(payload)}));
  EXPECT_EQ(client.session->stats().ingest.broken, 1U);
}

TEST(ServerSession, ACommandPastItsLimitEndsTheConnection) {
  Publisher client;
  ASSERT_TRUE(client.ShakeHands());
  const Status sent =
      client.Send(ChunkStreamId::kCommand,
                  {.type = MessageType::kCommand,
                   .payload = SharedBytes(Bytes(client.options.command_size_max + 1, 5))});
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kLimitExceeded);
}

TEST(ServerSession, ATcUrlThatIsNoneEndsTheConnection) {
  for (const std::string url : {"http://h/live", "rtmp:///live", "rtmp://h:0/live", "rtmp://h:x/a",
                                "rtmp://[::1/live", "nonsense"}) {
    Publisher client;
    ASSERT_TRUE(client.ShakeHands());
    const Status connected = client.Connect("live", url);
    ASSERT_FALSE(connected) << url;
    EXPECT_EQ(connected.error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace weir::rtmp

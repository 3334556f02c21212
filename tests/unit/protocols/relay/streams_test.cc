// Streams over one connection: both sessions wired back to back.
#include <gtest/gtest.h>

#include "protocols/relay/frame_head.h"
#include "protocols/relay/message_writer.h"
#include "protocols/relay/messages/describe.h"
#include "unit/protocols/relay/pair.h"

namespace weir::relay {
namespace {

using namespace std::chrono_literals;
using test::AudioAndVideo;
using test::kPath;
using test::MakeFrame;
using test::Pair;
using test::Play;
using test::RecordingSink;

const stream::StreamPath kOther{.vhost = "default", .app = "app", .name = "other"};

Options WithWindow(int64_t bytes) {
  Options options = test::OptionsOf("secret");
  options.window_bytes = bytes;
  return options;
}

bool SameFrames(const std::vector<std::shared_ptr<const media::Frame>>& left,
                const std::vector<std::shared_ptr<const media::Frame>>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& a, const auto& b) {
                      return a->track == b->track && a->dts == b->dts && a->pts == b->pts &&
                             a->key == b->key && a->mark.has_value() == b->mark.has_value() &&
                             std::ranges::equal(a->payload.view(), b->payload.view());
                    });
}

/// What a sink got, in short: "T", "G", "E" and frames as track and mark.
std::string Heard(const RecordingSink& sink) {
  std::string text;
  for (const RecordingSink::Call& call : sink.calls()) {
    if (call.kind == RecordingSink::Call::Kind::kTracks) text += "T ";
    if (call.kind == RecordingSink::Call::Kind::kGap) text += "G ";
    if (call.kind == RecordingSink::Call::Kind::kEnd) text += "E ";
    if (!call.frame) continue;
    text += std::to_string(call.frame->track);
    if (call.frame->mark) text += "/" + std::to_string(call.frame->mark->number);
    text += " ";
  }
  return text;
}

TEST(RelayStreams, ArriveAsTheyWerePublished) {
  for (const size_t cut : {1U, 13U, 100'000U}) {
    Pair pair(Pair::Setup{.cut = cut});
    const auto stream = pair.Publish(kPath);
    Play(*stream, 1);
    RecordingSink sink;
    pair.client->Open({.path = kPath, .number = 5}, sink);
    pair.Run();
    Play(*stream, 2, 3000);
    pair.Run();
    ASSERT_EQ(sink.track_lists().size(), 1U);
    EXPECT_EQ(EncodeDescribe(*sink.track_lists()[0]), EncodeDescribe(*AudioAndVideo(test::kRunA)));
    RecordingSink direct;
    const auto subscription =
        stream::Subscribe(stream->ref(), pair.loop,
                          {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = 5}, direct);
    pair.Run();
    EXPECT_TRUE(SameFrames(sink.frames(), direct.frames()));
    EXPECT_EQ(sink.frames().size(), direct.frames().size());
  }
}

TEST(RelayStreams, SayWhereTheBacklogEnds) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  Play(*stream, 1);
  Play(*stream, 2, 3000);
  RecordingSink sink;
  pair.client->Open({.path = kPath, .number = 5}, sink);
  pair.Run();
  const size_t past = sink.calls().size();
  EXPECT_GT(past, 10U);
  Play(*stream, 3);
  pair.Run();
  EXPECT_GT(sink.calls().size(), past);
  EXPECT_EQ(sink.presents, std::vector<size_t>{past});
}

TEST(RelayStreams, SayThatThereIsNoBacklog) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  pair.client->Open({.path = kPath, .number = 5}, sink);
  pair.Run();
  EXPECT_EQ(sink.presents, std::vector<size_t>{0});
}

TEST(RelayStreams, AFrameLeavesInTheTurnItArrives) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  Play(*stream, 1);
  RecordingSink sink;
  pair.client->Open({.path = kPath}, sink);
  pair.Run();
  const auto frame = MakeFrame({.dts_ms = 2000, .mark = 2, .size = 500});
  stream->OnFrame(frame);
  pair.loop.RunAll();
  // The head, and then the very bytes of the frame: no copy.
  ASSERT_EQ(pair.server_out.writes.size(), 2U);
  EXPECT_EQ(pair.server_out.writes[1].data(), frame->payload.data());
}

TEST(RelayStreams, AStreamThatIsNotThereEndsAsNotFound) {
  Pair pair;
  RecordingSink sink;
  pair.client->Open({.path = kPath}, sink);
  pair.Run();
  EXPECT_EQ(sink.end(), media::EndReason::kNotFound);
  EXPECT_EQ(pair.server->stats().channels, 0U);
  EXPECT_EQ(pair.client->stats().channels, 0U);
}

TEST(RelayStreams, TellWhyTheyEnd) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  pair.client->Open({.path = kPath}, sink);
  pair.Run();
  stream->OnEnd(media::EndReason::kConcluded);
  pair.Run();
  EXPECT_EQ(sink.end(), media::EndReason::kConcluded);
  EXPECT_EQ(pair.server->stats().channels, 0U);
  pair.Wait(2s);
  EXPECT_TRUE(pair.server_status);
}

TEST(RelayStreams, DescribeAgainWhenTracksChange) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  Play(*stream, 1);
  RecordingSink sink;
  pair.client->Open({.path = kPath}, sink);
  pair.Run();
  stream->OnTracks(AudioAndVideo(test::kRunB));
  Play(*stream, 2);
  pair.Run();
  ASSERT_EQ(sink.track_lists().size(), 2U);
  EXPECT_EQ(sink.track_lists()[1]->run->id, test::kRunB);
}

TEST(RelayStreams, ResumeAfterTheSegmentAnEdgeHas) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  for (int64_t number = 1; number <= 5; ++number)
    Play(*stream, number);
  RecordingSink sink;
  pair.client->Open({.path = kPath, .start = Subscribe::Start::kAfterSegment, .number = 3}, sink);
  pair.Run();
  EXPECT_EQ(Heard(sink), "T 0/4 0 1/4 0 1 0 1 0/5 1 0 1/5 0 1 0 1 ");
}

TEST(RelayStreams, StopWhenClosed) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  const ChannelId channel = pair.client->Open({.path = kPath}, sink);
  pair.Run();
  Play(*stream, 1);
  pair.loop.RunAll();
  pair.client->Close(channel);  // while frames are on their way
  const size_t calls = sink.calls().size();
  pair.Run();
  EXPECT_EQ(sink.calls().size(), calls);
  EXPECT_EQ(pair.server->stats().channels, 0U);
  EXPECT_GT(pair.client->stats().frames_stray, 0U);
}

TEST(RelayStreams, ASinkMayCloseItsChannelFromWithin) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  const ChannelId channel = pair.client->Open({.path = kPath}, sink);
  sink.on_call = [&](const RecordingSink::Call& call) {
    if (call.frame) pair.client->Close(channel);
  };
  Play(*stream, 1);
  pair.Run();
  EXPECT_EQ(Heard(sink), "T 0/1 ");
  EXPECT_TRUE(pair.client_status);
}

TEST(RelayStreams, ASlowOneLeavesAnotherFlowing) {
  Pair pair(Pair::Setup{.edge = WithWindow(2000)});
  const auto slow = pair.Publish(kPath);
  const auto fast = pair.Publish(kOther);
  RecordingSink slow_sink;
  RecordingSink fast_sink;
  const ChannelId channel = pair.client->Open({.path = kPath, .self_paced = true}, slow_sink);
  pair.client->Open({.path = kOther}, fast_sink);
  pair.Run();
  for (int64_t number = 1; number <= 20; ++number) {
    Play(*slow, number, 500);
    Play(*fast, number, 500);
    pair.Run();
  }
  // The window, and the frame that went past it.
  EXPECT_EQ(slow_sink.frames().size(), 4U);
  EXPECT_EQ(fast_sink.frames().size(), 159U);  // without the audio before its first mark
  pair.client->Grant(channel, 2000);
  pair.Run();
  EXPECT_EQ(slow_sink.frames().size(), 8U);
}

TEST(RelayStreams, ASlowOneGoesOnAtASegmentStartAfterAGap) {
  Pair pair(Pair::Setup{.edge = WithWindow(500)});
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  const ChannelId channel = pair.client->Open({.path = kPath, .self_paced = true}, sink);
  pair.Run();
  for (int64_t number = 1; number <= 20; ++number) {
    Play(*stream, number, 500);
    pair.Run();
  }
  pair.client->Grant(channel, 2 * 500);
  pair.Run();
  EXPECT_EQ(Heard(sink), "T 0/1 G 0/20 0 ");
  EXPECT_GT(pair.server->stats().frames_dropped, 100U);
  EXPECT_EQ(pair.server->stats().gaps, 1U);
}

TEST(RelayStreams, AnEdgeThatTakesNothingCostsNoMoreThanTheQueueAndTheMark) {
  Options origin = test::OptionsOf("secret");
  origin.queue_bytes = 100'000;
  origin.start_bytes = 0;
  origin.unsent_mark = 50'000;
  Pair pair(Pair::Setup{.origin = origin});
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  pair.client->Open({.path = kPath}, sink);
  pair.Run();
  (void)pair.server_out.Take();
  for (int64_t number = 1; number <= 100; ++number) {
    Play(*stream, number, 5000);
    pair.loop.RunAll();
    pair.server_out.unsent = pair.server_out.written.size();
    EXPECT_LE(pair.server->stats().queued_bytes, origin.queue_bytes);
  }
  // All of a turn may be written before the test has set what is unsent: one segment.
  EXPECT_LE(pair.server_out.written.size(), origin.unsent_mark + size_t{50'000});
  pair.Drain();
  pair.Run();
  EXPECT_NE(Heard(sink).find("G 0/"), std::string::npos);
}

TEST(RelayStreams, AllQueuesOfAConnectionTogetherAreBounded) {
  Options origin = test::OptionsOf("secret");
  origin.connection_bytes = 40'000;
  Pair pair(Pair::Setup{.origin = origin});
  const auto one = pair.Publish(kPath);
  const auto two = pair.Publish(kOther);
  RecordingSink sink;
  pair.client->Open({.path = kPath}, sink);
  pair.client->Open({.path = kOther}, sink);
  pair.Run();
  pair.server_out.unsent = origin.unsent_mark;
  for (int64_t number = 1; number <= 2; ++number) {
    Play(*one, number, 5000);
    Play(*two, number, 5000);
    pair.loop.RunAll();
    EXPECT_LE(pair.server->stats().queued_bytes, origin.connection_bytes);
  }
  EXPECT_GT(pair.server->stats().queued_bytes, 0U);
}

TEST(RelayStreams, AChannelTooManyIsRefusedAndTheOthersGoOn) {
  Options origin = test::OptionsOf("secret");
  origin.channels_max = 2;
  Pair pair(Pair::Setup{.origin = origin});
  const auto stream = pair.Publish(kPath);
  RecordingSink sinks[3];
  for (RecordingSink& sink : sinks)
    pair.client->Open({.path = kPath}, sink);
  pair.Run();
  EXPECT_FALSE(sinks[1].end());
  EXPECT_EQ(sinks[2].end(), media::EndReason::kRefused);
}

TEST(RelayStreams, CarryStatisticsUpAndOrdersDown) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  RecordingSink sink;
  const ChannelId channel = pair.client->Open({.path = kPath}, sink);
  pair.Run();
  const StreamStats stats{.protocols = {{.name = "hls", .viewers = 7, .bytes_out = 1000}}};
  pair.client->SendStats(channel, stats);
  pair.Run();
  ASSERT_EQ(pair.witness.stats.size(), 1U);
  EXPECT_EQ(pair.witness.stats[0].first, kPath);
  EXPECT_EQ(pair.witness.stats[0].second, stats);
  const ControlMessage order{.action = ControlMessage::Action::kEndViewers, .reason = "stopped"};
  EXPECT_TRUE(pair.server->SendControl(kPath, order));
  EXPECT_FALSE(pair.server->SendControl(kOther, order));
  pair.Run();
  EXPECT_EQ(pair.witness.controls, std::vector<ControlMessage>{order});
  EXPECT_EQ(pair.server->streams(), std::vector<stream::StreamPath>{kPath});
}

TEST(RelayStreams, AnOriginAsksAndEndsViewers) {
  Pair::Setup setup;
  for (const size_t cut : {size_t{1}, size_t{7}, size_t{4096}}) {
    setup.cut = cut;
    Pair pair(setup);
    pair.Run();
    EXPECT_TRUE(pair.server->knows_viewers());
    const FindViewers question{
        .ask = 4, .choice = {.app = "app", .ids = {"a", "b"}}, .after = "a", .limit = 17};
    const EndViewers order{.ask = 5, .choice = {.name = "stream"}, .reason = "over"};
    pair.server->Send(question);
    pair.server->Send(order);
    pair.Run();
    EXPECT_TRUE(pair.client_status);
    EXPECT_EQ(pair.witness.questions, std::vector<FindViewers>{question});
    EXPECT_EQ(pair.witness.orders, std::vector<EndViewers>{order});
    ASSERT_EQ(pair.witness.pages.size(), 1U);
    EXPECT_EQ(pair.witness.pages[0].ask, 4);
    EXPECT_EQ(pair.witness.pages[0].viewers,
              (std::vector{ViewerRecord{.id = "id", .path = kPath}}));
    EXPECT_EQ(pair.witness.ended, (std::vector{ViewersEnded{.ask = 5, .count = 3}}));
  }
}

TEST(RelayStreams, TheirEndsAreToldToTheOwnersOnce) {
  Pair pair;
  pair.Run();
  pair.server.reset();
  pair.client.reset();
  EXPECT_EQ(pair.witness.edges_closed, 1);
  EXPECT_EQ(pair.witness.origins_closed, 1);
}

TEST(RelayLiveness, AQuietConnectionIsKeptByPings) {
  Pair pair;
  pair.Run();
  pair.Wait(60s);
  EXPECT_TRUE(pair.server_status);
  EXPECT_TRUE(pair.client_status);
}

TEST(RelayLiveness, ADeadPeerIsFoundInThreeSeconds) {
  Pair pair;
  pair.Run();
  const Clock::time_point heard = pair.now;
  pair.Wait(2999ms, true);
  EXPECT_TRUE(pair.server_status);
  EXPECT_TRUE(pair.client_status);
  pair.Wait(1s, true);
  EXPECT_EQ(pair.now, heard + 3s);
  EXPECT_FALSE(pair.server_status && pair.client_status);
}

TEST(RelayLiveness, AnOriginThatOnlySendsStillPingsAnEdgeThatSaysNothing) {
  Pair pair;
  pair.Run();
  (void)pair.server_out.Take();
  ASSERT_EQ(pair.server->NextDeadline(), pair.now + 1s);
  ASSERT_TRUE(pair.server->OnDeadline(pair.now + 1s));
  EXPECT_EQ(pair.server_out.Take().at(4), static_cast<uint8_t>(MessageType::kPing));
}

TEST(RelayStreams, MalformedMessagesEndTheConnection) {
  const std::vector<std::pair<MessageType, std::vector<uint8_t>>> wrong{
      {MessageType::kSubscribe, {0x80}}, {MessageType::kSubscribe, {0xff, 0xff}},
      {MessageType::kCredit, {0x80}},    {MessageType::kStats, {0x01}},
      {MessageType::kDescribe, {0x80}},  {MessageType::kHello, {0x80}},
  };
  for (const auto& [type, body] : wrong) {
    Pair pair;
    pair.Run();
    EXPECT_FALSE(pair.server->OnBytes(WriteMessage(type, 5, body).view(), pair.now));
  }
}

TEST(RelayStreams, AChannelInUseCannotBeTakenAgain) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  pair.Run();
  const SharedBytes subscribe =
      WriteMessage(MessageType::kSubscribe, 5, Encode(Subscribe{.path = kPath}));
  EXPECT_TRUE(pair.server->OnBytes(subscribe.view(), pair.now));
  EXPECT_EQ(pair.server->OnBytes(subscribe.view(), pair.now).error().code, ErrorCode::kMalformed);
}

TEST(RelayStreams, TooMuchCreditEndsTheConnection) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  pair.Run();
  ASSERT_TRUE(pair.server->OnBytes(
      WriteMessage(MessageType::kSubscribe, 5, Encode(Subscribe{.path = kPath})).view(), pair.now));
  const std::vector<uint8_t> all{0x81, 0xa5, 'b', 'y', 't', 'e', 's', 0xce, 0x40, 0, 0, 0};
  const SharedBytes credit = WriteMessage(MessageType::kCredit, 5, all);
  EXPECT_TRUE(pair.server->OnBytes(credit.view(), pair.now));
  EXPECT_EQ(pair.server->OnBytes(credit.view(), pair.now).error().code, ErrorCode::kLimitExceeded);
}

TEST(RelayStreams, AFrameBeforeItsDescriptionEndsTheConnection) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  Play(*stream, 1);
  RecordingSink sink;
  const ChannelId channel = pair.client->Open({.path = kPath}, sink);
  pair.Run();
  RecordingSink other;
  const ChannelId undescribed = pair.client->Open({.path = kOther}, other);
  media::Frame frame;
  frame.track = 99;
  frame.payload = SharedBytes(std::vector<uint8_t>(10));
  const auto bytes = [&](ChannelId to) {
    const auto head = WriteFrameHead(to, frame);
    std::vector<uint8_t> all(head.begin(), head.end());
    all.insert(all.end(), 10, 0);
    return all;
  };
  EXPECT_TRUE(pair.client->OnBytes(bytes(channel), pair.now));  // a stray track is left out
  EXPECT_EQ(pair.client->stats().frames_stray, 1U);
  EXPECT_EQ(pair.client->OnBytes(bytes(undescribed), pair.now).error().code, ErrorCode::kMalformed);
}

TEST(RelayStreams, CarryTimedDataWithItsFrame) {
  Pair pair;
  const auto stream = pair.Publish(kPath);
  stream->OnTracks(AudioAndVideo(test::kRunA));
  media::Frame frame = *MakeFrame({.track = 0, .dts_ms = 0, .mark = 1});
  frame.events = std::make_shared<const media::EventList>(
      media::EventList{{.id = 5, .payload = SharedBytes(std::string("tag"))}});
  stream->OnFrame(std::make_shared<const media::Frame>(frame));
  stream->OnFrame(MakeFrame({.track = 0, .dts_ms = 250}));
  RecordingSink sink;
  pair.client->Open({.path = kPath, .number = 5}, sink);
  pair.Run();
  ASSERT_EQ(sink.frames().size(), 2U);
  ASSERT_TRUE(sink.frames()[0]->events);
  ASSERT_EQ(sink.frames()[0]->events->size(), 1U);
  EXPECT_EQ(sink.frames()[0]->events->front().payload.text(), "tag");
  EXPECT_EQ(sink.frames()[0]->events->front().id, 5U);
  EXPECT_FALSE(sink.frames()[1]->events);
}

}  // namespace
}  // namespace weir::relay

#include "net/tcp_connection.h"

#include <string>

#include <gmock/gmock.h>

#include "base/log.h"
#include "base/memory_file.h"
#include "raw_socket.h"
#include "test_server.h"

namespace weir::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr size_t kMega = 1'000'000;

SharedBytes Text(std::string text) {
  return SharedBytes(std::move(text));
}

Error Ended(const char* detail) {
  return {.code = ErrorCode::kEnded, .detail = detail};
}

/// Runs until no connection is left, and returns the line that says why the last one ended.
std::string LineOfTheEnd(TestServer& server) {
  log::Configure(log::Level::kDebug, log::Format::kText);
  ::testing::internal::CaptureStdout();
  EXPECT_TRUE(server.RunUntilOpen(0));
  log::Configure(log::Level::kInfo, log::Format::kText);
  return ::testing::internal::GetCapturedStdout();
}

TEST(TcpConnection, PassesBytesBothWays) {
  TestServer server;
  RawSocket client(server.port());
  client.Send("hello");
  ASSERT_TRUE(
      server.RunUntil([&] { return server.made == 1 && server.session->received == "hello"; }));
  server.output->Write(Text("good "));
  server.output->Write(Text("day"));
  EXPECT_EQ(server.output->unsent_bytes(), 8U);
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadUntil("good day"); }));
  EXPECT_EQ(server.output->unsent_bytes(), 0U);
  EXPECT_THAT(server.last_peer.address, HasSubstr("127.0.0.1:"));
  EXPECT_FALSE(server.last_peer.secure);
}

TEST(TcpConnection, WritesNothingBeforeTheTurnEnds) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  bool looked = false;
  server.loop.Post([&] {
    server.output->Write(Text("later"));
    client.Read();
    EXPECT_EQ(client.received, "");
    looked = true;
  });
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadUntil("later"); }));
  EXPECT_TRUE(looked);
}

TEST(TcpConnection, TellsTheEndOfATurnWhenAskedTo) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.session->on_turn_end = [&] { server.output->Write(Text("joined")); };
  server.loop.Post([&] {
    EXPECT_TRUE(server.output->RequestTurnEnd());
    EXPECT_TRUE(server.output->RequestTurnEnd());
    EXPECT_EQ(server.session->turn_ends, 0);
  });
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadUntil("joined"); }));
  EXPECT_EQ(server.session->turn_ends, 1);
}

TEST(TcpConnection, EndsInTheTurnWhoseEndTheSessionWasTold) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.session->on_turn_end = [&] {
    server.output->Write(Text("last words"));
    server.output->Finish(Ended("all said"));
    EXPECT_FALSE(server.output->RequestTurnEnd());
  };
  server.loop.Post([&] { server.output->RequestTurnEnd(); });
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadUntil("last words"); }));
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("all said"));
}

TEST(TcpConnection, SendsWhatTheSessionWroteAsItWasMade) {
  TestServer server;
  server.on_session = [](auto& /*session*/, ByteOutput& output) { output.Write(Text("hello")); };
  RawSocket client(server.port());
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadUntil("hello"); }));
}

TEST(TcpConnection, SendsFromFilesInOrderWithTheRest) {
  constexpr size_t kTotal = 8 * kMega;  // more than the kernel takes at once
  const auto file = MemoryFile::Make(kTotal);
  std::string expected = "head";
  for (size_t i = 0; i < kTotal; ++i) {
    file->bytes()[i] = static_cast<uint8_t>('a' + i % 23);
    expected += static_cast<char>('a' + i % 23);
  }
  expected += "tail";
  TestServer server;
  server.on_session = [&](auto& /*session*/, ByteOutput& output) {
    output.Write(Text("head"));
    output.Write(SharedBytes::InFile(file, file->bytes()));
    output.Write(Text("tail"));
  };
  RawSocket client(server.port());
  EXPECT_TRUE(server.RunUntil([&] {
    client.Read();
    return client.received.size() >= expected.size();
  }));
  EXPECT_TRUE(client.received == expected);
}

TEST(TcpConnection, SendsMuchInOrderAndCallsForMoreWhenItIsLow) {
  constexpr size_t kTotal = 64 * kMega;
  TestServer server;
  const SharedBytes mega(std::string(kMega, 'x'));
  size_t written = 0;
  server.on_session = [&](testing::ScriptedSession& session, ByteOutput& output) {
    const auto write = [&] {
      while (output.unsent_bytes() < 4 * kMega && written < kTotal) {
        // Pieces of odd sizes, all of the same shared bytes.
        const size_t size = std::min(kTotal - written, written % 3 == 0 ? kMega : kMega / 7);
        output.Write(mega.Slice(0, size));
        written += size;
      }
      return Status{};
    };
    session.on_writable = write;
    ASSERT_TRUE(write());
  };
  RawSocket client(server.port());
  EXPECT_TRUE(server.RunUntil([&] {
    client.Read();
    return client.received.size() == kTotal;
  }));
  EXPECT_EQ(client.received.find_first_not_of('x'), std::string::npos);
  EXPECT_GT(server.session->writables, 3);
  EXPECT_EQ(server.output->unsent_bytes(), 0U);
}

TEST(TcpConnection, SendsManySmallPieces) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  std::string expected;
  for (int i = 0; i < 3000; ++i) {
    std::string piece = std::to_string(i) + ",";
    expected += piece;
    server.output->Write(Text(std::move(piece)));
  }
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadUntil("2999,"); }));
  EXPECT_EQ(client.received, expected);
}

TEST(TcpConnection, EndsOnePastItsLimitOfUnsentBytes) {
  TestServer server({.unsent_max = 1000});
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(Text(std::string(1000, 'a')));
  ASSERT_TRUE(server.RunUntil([&] { return client.ReadUntil(std::string(1000, 'a')); }));
  server.output->Write(Text(std::string(1000, 'b')));
  server.output->Write(Text("b"));
  EXPECT_EQ(server.listener->connections(), 1U) << "never inside the call";
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("warn  test [127.0.0.1:"));
  EXPECT_TRUE(client.ReadToEnd());
  EXPECT_THAT(client.received, Not(HasSubstr("b")));
}

TEST(TcpConnection, EndsWhenAReaderIsTooSlowForTheLimit) {
  TestServer server({.unsent_max = 8 * kMega});
  RawSocket client(server.port(), 4096);
  ASSERT_TRUE(server.RunUntilOpen(1));
  const SharedBytes mega(std::string(kMega, 'x'));
  Timer pour(server.loop, [&] {
    if (server.destroyed > 0) return;
    server.output->Write(mega);
    pour.Start(milliseconds(1));
  });
  pour.Start(milliseconds(1));
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("more than 8000000 unsent bytes"));
}

TEST(TcpConnection, EndsWhenUnsentBytesDoNotMove) {
  TestServer server({.write_patience = milliseconds(20)});
  RawSocket client(server.port(), 4096);
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(Text(std::string(15 * kMega, 'x')));
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("the peer does not take"));
}

TEST(TcpConnection, IsPatientWithASlowReaderWhoReads) {
  TestServer server({.write_patience = milliseconds(100)});
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  constexpr size_t kTotal = 12 * kMega;
  server.output->Write(Text(std::string(kTotal, 'x')));
  EXPECT_TRUE(server.RunUntil([&] {  // a little every millisecond
    client.Read();
    return client.received.size() == kTotal;
  }));
  testing::RunFor(server.loop, milliseconds(150));
  EXPECT_EQ(server.listener->connections(), 1U)
      << "with nothing unsent there is nothing to wait for";
}

TEST(TcpConnection, CallsAtTheDeadlineAndNeverEarly) {
  TestServer server;
  Clock::time_point deadline;
  server.on_session = [&](testing::ScriptedSession& session, ByteOutput& /*output*/) {
    deadline = Clock::now() + milliseconds(10);
    session.deadline = deadline;
  };
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntil([&] { return server.made == 1 && server.session->deadlines == 1; }));
  EXPECT_GE(server.session->last_told, deadline);
}

TEST(TcpConnection, FollowsADeadlineThatMovesAwayWithEveryRead) {
  TestServer server;
  server.on_session = [&](testing::ScriptedSession& session, ByteOutput& /*output*/) {
    session.deadline = Clock::now() + milliseconds(500);
    session.on_bytes = [&](auto /*bytes*/) {
      session.deadline = Clock::now() + milliseconds(500);
      return Status{};
    };
  };
  RawSocket client(server.port());
  const Clock::time_point until = Clock::now() + milliseconds(800);
  ASSERT_TRUE(server.RunUntil([&] {
    client.Send("x");
    return Clock::now() > until;
  }));
  EXPECT_EQ(server.session->deadlines, 0);
  EXPECT_TRUE(server.RunUntil([&] { return server.session->deadlines == 1; }));
}

TEST(TcpConnection, FollowsADeadlineThatComesNearer) {
  TestServer server;
  server.on_session = [&](testing::ScriptedSession& session, ByteOutput& /*output*/) {
    session.deadline = Clock::now() + std::chrono::hours(1);
    session.on_bytes = [&](auto /*bytes*/) {
      session.deadline = Clock::now() + milliseconds(1);
      return Status{};
    };
  };
  RawSocket client(server.port());
  client.Send("x");
  EXPECT_TRUE(server.RunUntil([&] { return server.made == 1 && server.session->deadlines == 1; }));
}

TEST(TcpConnection, AsksForTheDeadlineAgainAfterSomebodyMadeTheSessionWrite) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.session->deadline = Clock::now() + milliseconds(1);
  server.output->Write(Text("from outside"));
  EXPECT_TRUE(server.RunUntil([&] { return server.session->deadlines == 1; }));
}

TEST(TcpConnection, EndsForAnErrorOfTheSessionAndSendsItsLastWords) {
  TestServer server;
  server.on_session = [](testing::ScriptedSession& session, ByteOutput& output) {
    session.on_bytes = [&](auto /*bytes*/) -> Status {
      output.Write(Text("bad request"));
      return Fail(ErrorCode::kMalformed, "no such verb");
    };
  };
  RawSocket client(server.port());
  client.Send("BREW /pot");
  ASSERT_TRUE(server.RunUntil([&] { return client.ReadToEnd(); }));
  EXPECT_EQ(client.received, "bad request");
  EXPECT_EQ(server.destroyed, 1) << "while the peer is given a moment to close";
  client.CloseWriting();
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("connection ended: no such verb"));
}

TEST(TcpConnection, DoesNotResetAPeerThatStillSendsWhileItsLastWordsLeave) {
  TestServer server;
  server.on_session = [](testing::ScriptedSession& session, ByteOutput& output) {
    session.on_bytes = [&](auto /*bytes*/) -> Status {
      output.Write(Text("too much"));
      return Fail(ErrorCode::kLimitExceeded, "body too long");
    };
  };
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntil([&] {
    client.Send("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    return client.ReadToEnd();
  }));
  EXPECT_EQ(client.received, "too much");
  EXPECT_FALSE(client.reset);
}

TEST(TcpConnection, DoesNotWaitForEverForAPeerToClose) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(Text("bye"));
  server.output->Finish(Ended("drained"));
  EXPECT_TRUE(server.RunUntilOpen(0));
}

TEST(TcpConnection, FinishSendsWhatWasWrittenAndNothingMore) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  const std::string much(12 * kMega, 'x');
  server.output->Write(Text(much));
  server.output->Finish(Ended("drained"));
  server.output->Write(Text("too late"));
  server.output->Finish({.code = ErrorCode::kMalformed, .detail = "another reason"});
  client.Send("ignored");
  ASSERT_TRUE(server.RunUntil([&] { return client.ReadToEnd(); }));
  EXPECT_EQ(client.received.size(), much.size());
  client.CloseWriting();
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("debug test"));
}

TEST(TcpConnection, FinishEndsAtOnceWithNothingToSend) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Finish(Ended("drained"));
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("drained"));
}

TEST(TcpConnection, GivesLastWordsNoLongerThanWritesInGeneral) {
  TestServer server({.write_patience = milliseconds(20)});
  RawSocket client(server.port(), 4096);
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(Text(std::string(15 * kMega, 'x')));
  server.output->Finish(Ended("drained"));
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("drained"));
}

TEST(TcpConnection, AnswersAPeerThatHasSaidAllItHadToSay) {
  TestServer server;
  server.on_session = [](testing::ScriptedSession& session, ByteOutput& output) {
    session.on_bytes = [&](auto /*bytes*/) {
      output.Write(Text("answer"));
      return Status{};
    };
  };
  RawSocket client(server.port());
  client.Send("question");
  client.CloseWriting();
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadToEnd(); }));
  EXPECT_EQ(client.received, "answer");
  EXPECT_TRUE(server.RunUntilOpen(0));
}

TEST(TcpConnection, EndsInGoodOrderWhenThePeerCloses) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  client.CloseWriting();
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("connection ended: closed by the peer"));
  EXPECT_EQ(server.destroyed, 1);
}

TEST(TcpConnection, EndsWhenThePeerResets) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  client.Reset();
  EXPECT_THAT(LineOfTheEnd(server), HasSubstr("info  test"));
}

TEST(TcpConnection, SurvivesWritingToAPeerThatIsGone) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  client.Reset();
  for (int i = 0; i < 3; ++i)
    server.output->Write(Text("is anybody there?"));
  EXPECT_TRUE(server.RunUntilOpen(0));
}

TEST(TcpConnection, LetsTheSessionWriteInVainFromItsDestructor) {
  TestServer server;
  ByteOutput* last = nullptr;
  TcpListener listener(server.loop, {.address = "127.0.0.1"},
                       [&](ByteOutput& output, const Peer&, auto /*now*/) {
                         last = &output;
                         return std::make_unique<testing::ScriptedSession>([&output] {
                           output.Write(Text("too late"));
                           output.Finish(Ended("twice"));
                         });
                       });
  ASSERT_TRUE(listener.Listen());
  RawSocket one(listener.port());
  RawSocket two(listener.port());
  ASSERT_TRUE(server.RunUntil([&] { return listener.connections() == 2; }));
  last->Finish(Ended("once"));
  ASSERT_TRUE(server.RunUntil([&] { return listener.connections() == 1; }));
}

}  // namespace
}  // namespace weir::net

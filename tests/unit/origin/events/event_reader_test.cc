#include "origin/events/event_reader.h"

#include <string>

#include <gmock/gmock.h>

#include "formats/amf/writer.h"
#include "formats/id3/tag.h"

namespace weir::origin {
namespace {

using media::Event;
using std::chrono::milliseconds;

const UtcTime kNow{std::chrono::milliseconds(1'700'000'000'123)};

Result<std::optional<Event>> Read(const std::string& body) {
  return ReadEvent(nlohmann::json::parse(body), kNow);
}

/// The event, which is sound.
Event Good(const std::string& body) {
  const auto read = Read(body);
  EXPECT_TRUE(read && *read) << body;
  return read && *read ? **read : Event{};
}

std::string Refusal(const std::string& body) {
  const auto read = Read(body);
  return read ? "none" : read.error().detail;
}

TEST(EventReader, MakesOneTagOfAllFrames) {
  const Event event = Good(R"({"eventFormat":"ID3v2","eventType":"audio","events":[
      {"frameType":"TXXX","info":"i","data":"d"},{"frameType":"TIT2","data":"t"},
      {"frameType":"PRIV","info":"o","data":"p"}]})");
  EXPECT_EQ(event.kind, Event::Kind::kId3);
  EXPECT_EQ(event.target, Event::Target::kAudio);
  const auto tag = id3::WriteTag(std::vector<id3::Frame>{{.id = "TXXX", .info = "i", .data = "d"},
                                                         {.id = "TIT2", .data = "t"},
                                                         {.id = "PRIV", .info = "o", .data = "p"}});
  EXPECT_TRUE(std::ranges::equal(event.payload.view(), tag));
}

TEST(EventReader, ReadsBreaks) {
  const Event cue = Good(
      R"({"eventFormat":"cue","events":[{"cueType":"out","duration":60500},{"cueType":"x"}]})");
  EXPECT_EQ(cue.kind, Event::Kind::kCue);
  EXPECT_TRUE(cue.out);
  EXPECT_EQ(cue.duration, milliseconds(60'500));
  EXPECT_FALSE(Good(R"({"eventFormat":"cue","events":[{"cueType":"in"}]})").out);
  const auto cont = Read(R"({"eventFormat":"cue","events":[{"cueType":"cont"}]})");
  ASSERT_TRUE(cont);
  EXPECT_FALSE(*cont);

  const Event splice = Good(R"({"eventFormat":"scte35","events":[{"spliceCommand":"spliceInsert",
      "id":4294967295,"type":"out","duration":60500,"autoReturn":true}]})");
  EXPECT_EQ(splice.kind, Event::Kind::kScte35);
  EXPECT_EQ(splice.splice_id, 0xFFFFFFFF);
  EXPECT_TRUE(splice.auto_return);
  EXPECT_EQ(Good(R"({"eventFormat":"scte35","events":[{"type":"in"}]})").out, false);
}

TEST(EventReader, ReadsSeiWithTheTime) {
  const Event event = Good(
      R"({"eventFormat":"sei","events":[{"seiType":"UserDataUnregistered","data":"a ${EpochTime}"}]})");
  EXPECT_EQ(event.kind, Event::Kind::kSei);
  EXPECT_EQ(event.payload.text(), "a 1700000000123");
  EXPECT_EQ(Good(R"({"eventFormat":"sei","events":[{}]})").payload.size(), 0U);
}

TEST(EventReader, MakesAmfOfAmf) {
  const auto sent = [](const std::string& event) {
    return std::string(Good(R"({"eventFormat":"amf","events":[)" + event + "]}").payload.text());
  };
  const auto written = [](std::vector<amf::Value> values) {
    const auto bytes = amf::WriteAll(values);
    return std::string(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(sent(R"({"amfType":"onTextData","data":{"a":"b","n":1.5,"t":true}})"),
            written({amf::Text("onTextData"),
                     amf::EcmaArrayOf({{.name = "a", .value = amf::Text("b")},
                                       {.name = "n", .value = amf::Number(1.5)},
                                       {.name = "t", .value = amf::Boolean(true)}})}));
  EXPECT_EQ(sent(R"({"amfType":"onUserDataEvent","data":"${EpochTime}"})"),
            written({amf::Text("onUserDataEvent"), amf::Text("1700000000123")}));
  EXPECT_EQ(sent(R"({"amfType":"onCuePoint.YouTube","version":"0.1","preRollTimeSec":2.56,
                "cuePointStart":true,"breakDurationSec":30,"spliceEventId":0})"),
            written({amf::Text("onCuePoint"),
                     amf::ObjectOf({{.name = "type", .value = amf::Text("com.youtube.cuepoint")},
                                    {.name = "version", .value = amf::Text("0.1")},
                                    {.name = "pre_roll_time_sec", .value = amf::Number(2.56)},
                                    {.name = "cue_point_start", .value = amf::Boolean(true)},
                                    {.name = "break_duration_sec", .value = amf::Number(30)},
                                    {.name = "splice_event_id", .value = amf::Number(0)}})}));
}

struct Refused {
  const char* body;
  const char* text;
};

class RefusedEvents : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedEvents, SayWhy) {
  EXPECT_EQ(Refusal(GetParam().body), GetParam().text) << GetParam().body;
}

constexpr const char* kRequired = "eventFormat(string) and events(array) are required";
constexpr const char* kData = "Could not make events data";

INSTANTIATE_TEST_SUITE_P(
    All, RefusedEvents,
    ::testing::Values(
        Refused{"null", kRequired}, Refused{"[]", kRequired}, Refused{"{}", kRequired},
        Refused{R"({"eventFormat":1,"events":[{}]})", kRequired},
        Refused{R"({"eventFormat":"cue","events":{}})", kRequired},
        Refused{R"({"eventFormat":"cue","events":[]})", kRequired},
        Refused{R"({"eventFormat":"x","events":[{}]})", "eventFormat is not supported: [x]"},
        Refused{R"({"eventFormat":"cue","eventType":1,"events":[{}]})", "eventType must be string"},
        Refused{R"({"eventFormat":"cue","eventTarget":"x","events":[{}]})",
                "eventType is not supported: [x]"},
        Refused{R"({"eventFormat":"cue","events":[1]})", kData},
        Refused{R"({"eventFormat":"id3v2","events":[{}]})", "frameType is required in events"},
        Refused{R"({"eventFormat":"id3v2","events":[{"frameType":"APIC"}]})",
                "frameType is not supported: [APIC]"},
        Refused{R"({"eventFormat":"id3v2","events":[{"frameType":"TIT2","data":1}]})", kData},
        Refused{R"({"eventFormat":"cue","events":[{}]})", "cueType is required in events"},
        Refused{R"({"eventFormat":"cue","events":[{"cueType":"x"}]})",
                "cueType is not supported: [x]"},
        Refused{R"({"eventFormat":"cue","events":[{"cueType":"out","duration":-1}]})", kData},
        Refused{R"({"eventFormat":"cue","events":[{"cueType":"out","duration":"1"}]})", kData},
        Refused{
            R"({"eventFormat":"cue","events":[{"cueType":"out","duration":18446744073709551615}]})",
            kData},
        Refused{R"({"eventFormat":"scte35","events":[{"spliceCommand":"timeSignal"}]})",
                "Now only spliceInsert is supported"},
        Refused{R"({"eventFormat":"scte35","events":[{"id":"1","type":"in"}]})",
                "id is required in events"},
        Refused{R"({"eventFormat":"scte35","events":[{"id":4294967296,"type":"in"}]})",
                "id is required in events"},
        Refused{R"({"eventFormat":"scte35","events":[{"id":1}]})", "type is required in events"},
        Refused{R"({"eventFormat":"scte35","events":[{"id":1,"type":"x"}]})",
                "type must be 'out' or 'in'"},
        Refused{R"({"eventFormat":"scte35","events":[{"id":1,"type":"in","autoReturn":1}]})",
                kData},
        Refused{R"({"eventFormat":"sei","events":[{"seiType":"x"}]})",
                "Unknown seiType or Invalid format"},
        Refused{R"({"eventFormat":"amf","events":[{}]})", "amfType is required in events"},
        Refused{R"({"eventFormat":"amf","events":[{"amfType":"x"}]})", kData},
        Refused{R"({"eventFormat":"amf","events":[{"amfType":"onTextData","data":"x"}]})",
                "data is required in events"},
        Refused{R"({"eventFormat":"amf","events":[{"amfType":"onTextData","data":{"a":[]}}]})",
                kData},
        Refused{
            R"({"eventFormat":"amf","events":[{"amfType":"onCuePoint.YouTube","version":"1"}]})",
            "version, preRollTimeSec is required in events"}));

TEST(EventReader, RefusesWhatIsTooLarge) {
  const std::string text(Event::kPayloadMax, 'x');
  EXPECT_EQ(Refusal(R"({"eventFormat":"id3v2","events":[{"frameType":"TIT2","data":")" + text +
                    R"("}]})"),
            kData);
  EXPECT_EQ(Refusal(R"({"eventFormat":"sei","events":[{"data":"x)" + text + R"("}]})"), kData);
  EXPECT_EQ(Refusal(R"({"eventFormat":"amf","events":[{"amfType":"onTextData","data":{"a":")" +
                    text + R"("}}]})"),
            kData);
}

}  // namespace
}  // namespace weir::origin

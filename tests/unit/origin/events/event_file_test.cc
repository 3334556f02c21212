#include "origin/events/event_file.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>

#include "config/document.h"
#include "origin/events/event_reader.h"
#include "support/temp_folder.h"

namespace weir::origin {
namespace {

using media::Event;
using nlohmann::json;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

Result<std::vector<PeriodicEvent>> Read(const std::string& inside) {
  const auto document = config::Document::Parse("<EventInfo>" + inside + "</EventInfo>",
                                                "events.xml", config::Environment{});
  EXPECT_TRUE(document) << document.error().detail;
  return ReadEventInfo((*document)->root());
}

std::string OneEvent(const std::string& format, const std::string& values,
                     const std::string& more = {}) {
  return "<Event>\n<SourceStreamName>cam*</SourceStreamName><Interval>2000</"
         "Interval><EventFormat>" +
         format + "</EventFormat>" + more + "\n<Values>" + values + "</Values></Event>";
}

/// The body of the one event there is.
json BodyOf(const std::string& format, const std::string& values) {
  const auto read = Read(OneEvent(format, values));
  EXPECT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->size(), 1U);
  return read->front().body;
}

std::string Refusal(const std::string& inside) {
  const auto read = Read(inside);
  return read ? "none" : read.error().detail;
}

TEST(EventFileTest, ReadsWhatIsEnabled) {
  const auto read = Read(
      "<Event><Enable>true</Enable><SourceStreamName>cam*</SourceStreamName>"
      "<Interval>2000</Interval><EventFormat>sei</EventFormat><EventType>video</EventType>"
      "<Urgent>false</Urgent><Values><SeiType>UserDataUnregistered</SeiType>"
      "<Data>tag ${EpochTime}</Data><KeyframeOnly>true</KeyframeOnly></Values></Event>"
      "<Event><Enable>false</Enable><Interval>nonsense</Interval></Event>" +
      OneEvent("sei", "<Data>always</Data>"));
  ASSERT_TRUE(read) << read.error().detail;
  ASSERT_EQ(read->size(), 2U);
  const PeriodicEvent& first = read->front();
  EXPECT_EQ(first.stream_name, "cam*");
  EXPECT_EQ(first.interval, milliseconds(2'000));
  EXPECT_TRUE(first.key_frame_only);
  EXPECT_EQ(first.body, json::parse(R"({"eventFormat":"sei","eventType":"video",
      "events":[{"seiType":"UserDataUnregistered","data":"tag ${EpochTime}"}]})"));
  EXPECT_FALSE(read->back().key_frame_only);
  EXPECT_TRUE(Read("")->empty());
}

TEST(EventFileTest, MakesOfValuesWhatCallsHave) {
  EXPECT_EQ(BodyOf("AMF",
                   "<AmfType>onTextData</AmfType><Data><a>x</a><b type=\"string\">1</b>"
                   "<c type=\"double\">354.1</c><d type=\"boolean\">true</d></Data>"),
            json::parse(R"({"eventFormat":"amf","events":[{"amfType":"onTextData",
                "data":{"a":"x","b":"1","c":354.1,"d":true}}]})"));
  EXPECT_EQ(BodyOf("amf", "<AmfType>onUserDataEvent</AmfType><Data><![CDATA[<x/>]]></Data>"),
            json::parse(R"({"eventFormat":"amf","events":[{"amfType":"onUserDataEvent",
                "data":"<x/>"}]})"));
  EXPECT_EQ(BodyOf("amf", "<AmfType>onUserData</AmfType><Data type=\"double\">7</Data>"),
            json::parse(R"({"eventFormat":"amf","events":[{"amfType":"onUserData","data":7}]})"));
  EXPECT_EQ(BodyOf("amf",
                   "<AmfType>onCuePoint.YouTube</AmfType><Version>0.1</Version>"
                   "<PreRollTimeSec>2.56</PreRollTimeSec><CuePointStart>true</CuePointStart>"
                   "<BreakDurationSec>30</BreakDurationSec><SpliceEventId>4</SpliceEventId>"),
            json::parse(R"({"eventFormat":"amf","events":[{"amfType":"onCuePoint.YouTube",
                "version":"0.1","preRollTimeSec":2.56,"cuePointStart":true,
                "breakDurationSec":30,"spliceEventId":4}]})"));
  EXPECT_EQ(BodyOf("ID3", "<FrameType>TXXX</FrameType><Info>i</Info><Data>d</Data>"),
            json::parse(R"({"eventFormat":"id3v2","events":[{"frameType":"TXXX","info":"i",
                "data":"d"}]})"));
  EXPECT_EQ(BodyOf("cue", "<CueType>out</CueType><Duration>15000</Duration>"),
            json::parse(R"({"eventFormat":"cue","events":[{"cueType":"out",
                "duration":15000}]})"));
  EXPECT_EQ(BodyOf("scte35",
                   "<SpliceCommand>spliceInsert</SpliceCommand><Id>1</Id><Type>out</Type>"
                   "<Duration>15000</Duration><AutoReturn>true</AutoReturn>"),
            json::parse(R"({"eventFormat":"scte35","events":[{"spliceCommand":"spliceInsert",
                "id":1,"type":"out","duration":15000,"autoReturn":true}]})"));
}

TEST(EventFileTest, WhatIsWrongIsToldWithItsPlace) {
  const std::string sei = "<Data>x</Data>";
  EXPECT_THAT(Refusal("\n<Other/>"), HasSubstr("events.xml:2: EventInfo/Other: "));
  EXPECT_THAT(Refusal("<Event/>"), HasSubstr("it needs a SourceStreamName, an Interval"));
  EXPECT_THAT(Refusal(OneEvent("sei", sei, "<EvenType>video</EvenType>")),
              AllOf(HasSubstr("events.xml:2: "), HasSubstr("Event/EvenType: it is not a known")));
  EXPECT_THAT(Refusal(OneEvent("sei", sei, "<Urgent>yes</Urgent>")), HasSubstr("neither true"));
  EXPECT_THAT(Refusal(OneEvent("sei", sei, "<EventType>x</EventType>")),
              HasSubstr("events.xml:1: EventInfo/Event: eventType is not supported: [x]"));
  EXPECT_THAT(Refusal(OneEvent("sei", "<Data>x</Data><KeyFrameOnly>true</KeyFrameOnly>")),
              HasSubstr("events.xml:3: EventInfo/Event/Values/KeyFrameOnly: an event of the format "
                        "'sei' has no such value"));
  EXPECT_THAT(Refusal(OneEvent("sei", "<KeyframeOnly>1</KeyframeOnly>")),
              HasSubstr("neither true"));
  EXPECT_THAT(Refusal(OneEvent("smoke", "")), HasSubstr("eventFormat is not supported: [smoke]"));
  EXPECT_THAT(Refusal(OneEvent("amf", "<AmfType>onTextData</AmfType><Data>text</Data>")),
              HasSubstr("data is required in events"));
  EXPECT_THAT(Refusal(OneEvent("amf", "<AmfType>onTextData</AmfType><Data><a><b/></a></Data>")),
              HasSubstr("can only hold a value"));
  EXPECT_THAT(Refusal(OneEvent("amf",
                               "<AmfType>onTextData</AmfType>"
                               "<Data><a type=\"int\">1</a></Data>")),
              HasSubstr("its type 'int' is none of"));
  EXPECT_THAT(Refusal(OneEvent("amf",
                               "<AmfType>onTextData</AmfType>"
                               "<Data><a type=\"double\">nan</a></Data>")),
              HasSubstr("'nan' is not a number"));
  EXPECT_THAT(Refusal(OneEvent("cue", "<CueType>out</CueType><Duration>1.5</Duration>")),
              HasSubstr("Could not make events data"));
}

TEST(EventFileTest, RefusesWhatComesTooOftenOrIsTooMuch) {
  const auto every = [](const std::string& interval) {
    return "<Event><SourceStreamName>*</SourceStreamName><Interval>" + interval +
           "</Interval><EventFormat>sei</EventFormat><Values/></Event>";
  };
  EXPECT_EQ(Read(every("100"))->front().interval, kIntervalMin);
  for (const char* interval : {"0", "99", "86400001"})
    EXPECT_THAT(Refusal("\n" + every(interval)),
                AllOf(HasSubstr("events.xml:2: EventInfo/Event/Interval: "),
                      HasSubstr("is not between 100 and 86400000")))
        << interval;
  EXPECT_THAT(Refusal(every("")), HasSubstr("is not a whole number"));
  std::string many;
  for (size_t i = 0; i < kPeriodicEventsMax; ++i)
    many += every("100");
  EXPECT_EQ(Read(many)->size(), kPeriodicEventsMax);
  EXPECT_THAT(Refusal(many + every("100")), HasSubstr("100 events, not more"));
}

TEST(EventFileTest, TheRootIsEventInfo) {
  const testing::TempFolder folder;
  const std::string path = folder.File("events.xml");
  EXPECT_THAT(ReadEventFile(path).error().detail, HasSubstr("no such file"));
  std::ofstream(path) << "<Events/>";
  EXPECT_THAT(ReadEventFile(path).error().detail, HasSubstr("events.xml:1: Events: "));
}

class EventGeneratorOptionsTest : public ::testing::Test {
 protected:
  /// Where the one application's events are, or what is wrong with it.
  std::string FileOf(const std::string& inside) {
    Parse(inside);
    const auto file = FindEventFile(hosts_.list().front().applications.front());
    return file ? *file : file.error().detail;
  }

  void Parse(const std::string& inside) {
    document_ = *config::Document::Parse(
        "<Server><VirtualHosts><VirtualHost><Name>v</Name><Host><Names><Name>*</Name></Names>"
        "</Host><Applications><Application><Name>a</Name><Type>live</Type>" +
            inside + "</Application></Applications></VirtualHost></VirtualHosts></Server>",
        folder_.File("a.xml"), config::Environment{});
    hosts_ = *service::VirtualHosts::Read(document_->root());
  }

  const testing::TempFolder folder_;
  std::unique_ptr<config::Document> document_;
  service::VirtualHosts hosts_;
};

TEST_F(EventGeneratorOptionsTest, NameTheFile) {
  EXPECT_EQ(FileOf(""), "");
  EXPECT_EQ(FileOf("<EventGenerator><Path>e.xml</Path></EventGenerator>"), "");
  EXPECT_EQ(FileOf("<EventGenerator><Enable>true</Enable><Path>e.xml</Path></EventGenerator>"),
            folder_.File("e.xml"));
  EXPECT_THAT(FileOf("<EventGenerator><Enable>true</Enable></EventGenerator>"),
              HasSubstr("has no Path"));
}

TEST_F(EventGeneratorOptionsTest, AFileThatIsWrongIsFoundAtAStart) {
  Parse("<EventGenerator><Enable>true</Enable><Path>e.xml</Path></EventGenerator>");
  EXPECT_THAT(CheckEventFiles(hosts_).error().detail, HasSubstr("no such file"));
  std::ofstream(folder_.File("e.xml")) << "<EventInfo>\n<Event/></EventInfo>";
  EXPECT_THAT(CheckEventFiles(hosts_).error().detail, HasSubstr("e.xml:2: EventInfo/Event: "));
  std::ofstream(folder_.File("e.xml")) << "<EventInfo/>";
  EXPECT_TRUE(CheckEventFiles(hosts_));
}

}  // namespace
}  // namespace weir::origin

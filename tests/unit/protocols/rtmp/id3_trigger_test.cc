#include "protocols/rtmp/id3_trigger.h"

#include <limits>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::rtmp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<std::vector<Id3Trigger>> Read(const std::string& events) {
  const auto document =
      config::Document::Parse("<RTMP>\n<EventGenerator>" + events + "</EventGenerator></RTMP>",
                              "a.xml", config::Environment{});
  EXPECT_TRUE(document) << document.error().detail;
  return ReadId3Triggers((*document)->root());
}

std::string Event(const std::string& trigger, const std::string& tag) {
  return "<Event><Trigger>" + trigger + "</Trigger><HLSID3v2>" + tag + "</HLSID3v2></Event>";
}

constexpr const char* kTag =
    "<EventType>video</EventType><FrameType>TXXX</FrameType>"
    "<Info>i ${TriggerValue}</Info><Data>${TriggerValue}, ${TriggerValue}</Data>";

/// The text of the tag that a message makes; "none" where it makes none.
std::string TagOf(const Id3Trigger& trigger, const std::vector<amf::Value>& values) {
  const auto event = MakeId3Event(trigger, values);
  return event ? std::string(event->payload.text()) : "none";
}

TEST(Id3TriggerTest, IsReadFromTheProvider) {
  const auto read = Read(Event("AMFDataMessage.@setDataFrame.onMetaData.key", kTag) +
                         "<Event><Trigger>AMFDataMessage.a.b</Trigger></Event>");
  ASSERT_TRUE(read) << read.error().detail;
  ASSERT_EQ(read->size(), 1U) << "an event without a tag asks for nothing";
  const Id3Trigger& trigger = read->front();
  EXPECT_THAT(trigger.begin, ElementsAre("@setDataFrame", "onMetaData"));
  EXPECT_EQ(trigger.key, "key");
  EXPECT_EQ(trigger.target, media::Event::Target::kVideo);
  EXPECT_EQ(trigger.frame.id, "TXXX");
  EXPECT_EQ(trigger.frame.info, "i ${TriggerValue}");
  const auto none = config::Document::Parse("<RTMP/>", "a.xml", config::Environment{});
  EXPECT_TRUE(ReadId3Triggers((*none)->root())->empty());
}

TEST(Id3TriggerTest, WhatIsWrongIsToldWithItsPlace) {
  const std::string good = "AMFDataMessage.onTextData.key";
  const auto refusal = [](const std::string& events) {
    const auto read = Read(events);
    return read ? "none" : read.error().detail;
  };
  EXPECT_THAT(refusal("<Event><HLSID3v2/></Event>"), HasSubstr("a.xml:2: "));
  for (const char* trigger : {"", "AMFDataMessage", "AMFDataMessage.key", "Other.onTextData.key",
                              "AMFDataMessage..key", "AMFDataMessage.onTextData."})
    EXPECT_THAT(refusal(Event(trigger, kTag)), HasSubstr("is not of the form")) << trigger;
  EXPECT_THAT(refusal(Event(good, "<FrameType>TXXX</FrameType>")), HasSubstr("EventType ''"));
  EXPECT_THAT(refusal(Event(good, "<EventType>event</EventType><FrameType>APIC</FrameType>")),
              HasSubstr("FrameType 'APIC'"));
  EXPECT_THAT(refusal(Event(good, "<EventType>event</EventType><FrameType>TIT2</FrameType><Data>" +
                                      std::string(1'025, 'x') + "</Data>")),
              HasSubstr("its Data has more than 1024 bytes"));
  std::string many;
  for (int i = 0; i < 50; ++i)
    many += Event(good, kTag);
  EXPECT_TRUE(Read(many));
  EXPECT_THAT(refusal(many + Event(good, kTag)), HasSubstr("50 events, not more"));
}

TEST(Id3TriggerTest, FindsItsValueInTheMessage) {
  const Id3Trigger trigger{.begin = {"onTextData"},
                           .key = "key",
                           .frame = {.id = "TXXX", .info = "i", .data = "<${TriggerValue}>"}};
  const auto with = [](amf::Value value) {
    return std::vector<amf::Value>{amf::Text("onTextData"),
                                   amf::ObjectOf({{.name = "other", .value = amf::Text("o")},
                                                  {.name = "key", .value = std::move(value)}})};
  };
  EXPECT_THAT(TagOf(trigger, with(amf::Text("found"))), HasSubstr("<found>"));
  EXPECT_THAT(TagOf(trigger, with(amf::Number(30))), HasSubstr("<30>"));
  EXPECT_THAT(TagOf(trigger, with(amf::Number(2.5))), HasSubstr("<2.5>"));
  EXPECT_THAT(TagOf(trigger, with(amf::Boolean(true))), HasSubstr("<true>"));
  EXPECT_THAT(TagOf(trigger, {amf::Text("onTextData"), amf::Text("itself"), amf::Number(1)}),
              HasSubstr("<itself>"));
  EXPECT_EQ(TagOf(trigger, with(amf::NullValue())), "none");
  EXPECT_EQ(TagOf(trigger, {amf::Text("onTextData"), amf::ObjectOf({})}), "none");
  EXPECT_EQ(TagOf(trigger, {amf::Text("onTextData")}), "none");
  EXPECT_EQ(TagOf(trigger, {amf::Text("onOther"), amf::Text("itself")}), "none");
  EXPECT_EQ(TagOf(trigger, {amf::Number(1), amf::Text("itself")}), "none");
  EXPECT_EQ(TagOf(trigger, {}), "none");
}

TEST(Id3TriggerTest, PutsItWhereverItIsWanted) {
  const auto read = Read(Event("AMFDataMessage.onTextData.key", kTag));
  ASSERT_TRUE(read);
  const std::vector<amf::Value> values{amf::Text("onTextData"), amf::Text("v")};
  EXPECT_THAT(TagOf(read->front(), values), HasSubstr(std::string("i v\0v, v", 8)));
  const std::vector<amf::Value> large{amf::Text("onTextData"),
                                      amf::Text(std::string(media::Event::kPayloadMax + 1, 'x'))};
  EXPECT_EQ(TagOf(read->front(), large), "none");
}

}  // namespace
}  // namespace weir::rtmp

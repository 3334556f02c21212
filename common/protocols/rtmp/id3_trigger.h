#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "formats/amf/value.h"
#include "formats/id3/tag.h"
#include "media/event.h"

namespace weir::rtmp {

/// Makes an ID3 tag of what a publisher's data message says: an <Event> of an application's
/// <Providers><RTMP><EventGenerator>.
///
///   <Trigger>AMFDataMessage.onTextData.title</Trigger>     values of the message: a text
///   <HLSID3v2>                                             "onTextData", then an object that has a
///     <EventType>event</EventType>                         "title", or a text as it is
///     <FrameType>TXXX</FrameType>
///     <Info>title</Info> <Data>now: ${TriggerValue}</Data>
///   </HLSID3v2>
struct Id3Trigger {
  std::vector<std::string> begin;  ///< The texts that the message begins with.
  std::string key;                 ///< Of the object behind them.
  media::Event::Target target = media::Event::Target::kAll;
  id3::Frame frame;  ///< With ${TriggerValue} in `info` and `data`.
};

/// Those of a <Providers><RTMP>; an <Event> without <HLSID3v2> asks for nothing. Errors name file
/// and line.
Result<std::vector<Id3Trigger>> ReadId3Triggers(const config::Node& provider);

/// What a message of these values makes; nothing where it has not what the trigger asks for. Of an
/// object's members texts, numbers and flags count.
std::optional<media::Event> MakeId3Event(const Id3Trigger& trigger,
                                         std::span<const amf::Value> values);

}  // namespace weir::rtmp

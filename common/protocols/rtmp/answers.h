#pragma once

#include <string>
#include <string_view>

#include "formats/amf/value.h"
#include "protocols/rtmp/command.h"

namespace weir::rtmp {

/// A NetConnection or NetStream event, as onStatus and _result carry it.
struct StatusEvent {
  std::string_view code;  ///< "NetStream.Publish.Start"
  std::string description;
  bool is_error = false;
};

/// "_result" of the connect command whose object is `request`: who this server is, and which codecs
/// of Enhanced RTMP it takes where the client named its own (fourCcList and the FourCC info maps).
Command ConnectResult(double transaction, const amf::Object& request);

/// "_result" with `value` behind a null.
Command ResultOf(double transaction, amf::Value value);

/// "_error": the call is not known, or not possible now.
Command CallFailed(double transaction, std::string_view name);

/// "onStatus".
Command OnStatus(const StatusEvent& event);

/// "onFCPublish" or "onFCUnpublish", as Flash Media Server answers their namesakes.
Command OnFcEvent(std::string_view name, std::string_view code, std::string_view stream);

}  // namespace weir::rtmp

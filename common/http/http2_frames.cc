#include "http/http2_frames.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "http/fields.h"
#include "http/shared_fields.h"
#include "http/status.h"

namespace weir::http {
namespace {

using CallbacksPtr = CPtr<nghttp2_session_callbacks, nghttp2_session_callbacks_del>;
using OptionPtr = CPtr<nghttp2_option, nghttp2_option_del>;

constexpr size_t kFrameHead = 9;  // RFC 9113, 4.1

// An idle connection keeps no more than this many empty places.
constexpr size_t kIdlePieces = 32;

std::string_view Text(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv Field(std::string_view name, std::string_view value) {
  // nghttp2 copies both, and writes to neither.
  const auto bytes = [](std::string_view text) {
    return const_cast<uint8_t*>(  // NOLINT(cppcoreguidelines-pro-type-const-cast)
        reinterpret_cast<const uint8_t*>(text.data()));
  };
  return {.name = bytes(name),
          .value = bytes(value),
          .namelen = name.size(),
          .valuelen = value.size(),
          .flags = NGHTTP2_NV_FLAG_NONE};
}

OptionPtr MakeOptions() {
  nghttp2_option* made = nullptr;
  WEIR_CHECK(nghttp2_option_new(&made) == 0);
  nghttp2_option_set_no_closed_streams(made, 1);
  nghttp2_option_set_builtin_recv_extension_type(made, NGHTTP2_PRIORITY_UPDATE);
  return OptionPtr(made);
}

}  // namespace

/// nghttp2 knows C functions only: each of these passes its call on.
struct Http2Frames::Callbacks {
  static Http2Frames& Of(void* user) { return *static_cast<Http2Frames*>(user); }

  static Http2Stream* StreamOf(nghttp2_session* session, int32_t id) {
    return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int OnBeginFrame(nghttp2_session* /*session*/, const nghttp2_frame_hd* head, void* user) {
    Http2Frames& self = Of(user);
    return self.Keep(self.owner_.OnFrame(head->type, head->flags, head->length));
  }

  static int OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    Http2Stream& stream = Of(user).owner_.OnRequest(frame->hd.stream_id);
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, &stream);
    return 0;
  }

  // NOLINTNEXTLINE(readability-function-size): nghttp2's shape
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t /*flags*/,
                      void* user) {
    Http2Frames& self = Of(user);
    Http2Stream* const stream = StreamOf(session, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    return self.Keep(self.owner_.OnField(*stream, Text(name, name_size), Text(value, value_size)));
  }

  // NOLINTNEXTLINE(readability-function-size): nghttp2's shape
  static int OnInvalidHeader(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/,
                             const uint8_t* /*name*/, size_t /*name_size*/,
                             const uint8_t* /*value*/, size_t /*value_size*/, uint8_t /*flags*/,
                             void* /*user*/) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream
  }

  static int OnFrameReceived(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Http2Frames& self = Of(user);
    const uint8_t type = frame->hd.type;
    if (type == NGHTTP2_WINDOW_UPDATE) {
      const auto increment = static_cast<size_t>(frame->window_update.window_size_increment);
      return self.Keep(self.owner_.OnWindowUpdate(increment));
    }
    if (type != NGHTTP2_HEADERS && type != NGHTTP2_DATA) return 0;
    Http2Stream* const stream = StreamOf(session, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    if (type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      self.owner_.OnHead(*stream);
    }
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) self.owner_.OnRequestEnd(*stream);
    return 0;
  }

  // NOLINTNEXTLINE(readability-function-size): nghttp2's shape
  static int OnDataChunk(nghttp2_session* session, uint8_t /*flags*/, int32_t id,
                         const uint8_t* data, size_t size, void* user) {
    if (Http2Stream* const stream = StreamOf(session, id)) {
      Of(user).owner_.OnBody(*stream, {data, size});
    }
    return 0;
  }

  static int OnStreamClose(nghttp2_session* session, int32_t id, uint32_t /*code*/, void* user) {
    if (Http2Stream* const stream = StreamOf(session, id)) Of(user).owner_.OnClosed(*stream);
    return 0;
  }

  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Http2Frames& self = Of(user);
    switch (frame->hd.type) {
      case NGHTTP2_RST_STREAM:
        return self.Keep(self.owner_.OnResetSent());
      case NGHTTP2_GOAWAY:
        if (frame->goaway.error_code != NGHTTP2_NO_ERROR) {
          self.goaway_ = nghttp2_http2_strerror(frame->goaway.error_code);
          // nghttp2's own words, if any: nothing of the peer's.
          if (frame->goaway.opaque_data_len > 0) {
            self.goaway_ += ": ";
            self.goaway_ += Text(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
          }
        }
        return 0;
      case NGHTTP2_HEADERS:
      case NGHTTP2_DATA: {
        Http2Stream* const stream = StreamOf(session, frame->hd.stream_id);
        const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (stream != nullptr && last) self.owner_.OnAnswerSent(*stream);
        return 0;
      }
      default:
        return 0;
    }
  }

  // NOLINTNEXTLINE(readability-function-size): nghttp2's shape
  static ssize_t ReadBody(nghttp2_session* /*session*/, int32_t /*id*/, uint8_t* /*buffer*/,
                          size_t size, uint32_t* flags, nghttp2_data_source* source,
                          void* /*user*/) {
    const auto& stream = *static_cast<const Http2Stream*>(source->ptr);
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (stream.unsent.size() <= size) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(std::min(size, stream.unsent.size()));
  }

  // NOLINTNEXTLINE(readability-function-size): nghttp2's shape
  static int SendBody(nghttp2_session* /*session*/, nghttp2_frame* /*frame*/, const uint8_t* head,
                      size_t size, nghttp2_data_source* source, void* user) {
    Http2Frames& self = Of(user);
    const size_t waiting = self.written_.size() + self.piece_bytes_;
    if (self.output_->unsent_bytes() + waiting >= net::kLowWater) return NGHTTP2_ERR_WOULDBLOCK;
    auto& stream = *static_cast<Http2Stream*>(source->ptr);
    self.written_ += Text(head, kFrameHead);
    self.pieces_.push_back({.before = self.written_.size(), .body = stream.unsent.Slice(0, size)});
    self.piece_bytes_ += size;
    stream.unsent = size == stream.unsent.size() ? SharedBytes() : stream.unsent.From(size);
    self.owner_.OnDataSent(stream, size);
    return 0;
  }

  static CallbacksPtr Make() {
    nghttp2_session_callbacks* made = nullptr;
    WEIR_CHECK(nghttp2_session_callbacks_new(&made) == 0);
    nghttp2_session_callbacks_set_on_begin_frame_callback(made, OnBeginFrame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
    nghttp2_session_callbacks_set_on_invalid_header_callback(made, OnInvalidHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrameReceived);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnDataChunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, OnStreamClose);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, OnFrameSent);
    nghttp2_session_callbacks_set_send_data_callback(made, SendBody);
    return CallbacksPtr(made);
  }
};

Http2Frames::Http2Frames(Owner& owner, const ServerLimits& limits) : owner_(owner) {
  // Tables that never change.
  static const CallbacksPtr callbacks = Callbacks::Make();
  static const OptionPtr options = MakeOptions();
  nghttp2_session* made = nullptr;
  WEIR_CHECK(nghttp2_session_server_new2(&made, callbacks.get(), this, options.get()) == 0);
  session_.reset(made);
  const std::array<nghttp2_settings_entry, 3> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, static_cast<uint32_t>(limits.streams)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(limits.head_bytes)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  WEIR_CHECK(nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(),
                                     settings.size()) == 0);
}

/// Remembers what one of our callbacks failed with, and returns what to tell nghttp2.
int Http2Frames::Keep(const Status& step) {
  if (step) return 0;
  if (!error_) error_ = step.error();
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

Status Http2Frames::Read(std::span<const uint8_t> bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), bytes.data(), bytes.size());
  if (error_) return tl::unexpected(*error_);
  if (taken >= 0) return {};
  const auto failed = static_cast<int>(taken);
  const bool flood = failed == NGHTTP2_ERR_FLOODED || failed == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS;
  return Fail(flood ? ErrorCode::kLimitExceeded : ErrorCode::kMalformed,
              fmt::format("HTTP/2: {}", nghttp2_strerror(failed)));
}

Status Http2Frames::Write(net::ByteOutput& output) {
  output_ = &output;
  ssize_t size = 0;
  do {
    const uint8_t* bytes = nullptr;
    size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size > 0) written_ += Text(bytes, static_cast<size_t>(size));
  } while (size > 0);
  HandOver(output);
  output_ = nullptr;
  if (error_) return tl::unexpected(*error_);
  if (size == 0) return {};
  return Fail(ErrorCode::kUnavailable,
              fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(size))));
}

/// All heads of frames are pieces of one buffer; bodies go between them uncopied.
void Http2Frames::HandOver(net::ByteOutput& output) {
  if (written_.empty()) return;
  const SharedBytes heads(std::exchange(written_, {}));
  size_t at = 0;
  for (Piece& piece : pieces_) {
    output.Write(heads.Slice(at, piece.before - at));
    output.Write(std::move(piece.body));
    at = piece.before;
  }
  if (at < heads.size()) output.Write(heads.From(at));
  pieces_.clear();
  if (pieces_.capacity() > kIdlePieces) pieces_ = {};
  piece_bytes_ = 0;
}

Http2Stream* Http2Frames::Find(int32_t id) const {
  return Callbacks::StreamOf(session_.get(), id);
}

void Http2Frames::Answer(Http2Stream& stream, Response& response, const std::string& date) {
  const std::string status = std::to_string(response.status);
  const std::string length = std::to_string(response.body.size());
  std::vector<nghttp2_nv> fields;
  fields.reserve(response.fields.size() + 16);
  fields.push_back(Field(":status", status));
  fields.push_back(Field("date", date));
  fields.push_back(Field("server", "Weir"));
  for (const SharedFieldsPtr& block : response.shared) {
    if (block == nullptr) break;
    for (const auto& [name, value] : block->list())
      fields.push_back(Field(name, value));
  }
  for (auto& [name, value] : response.fields) {
    ReplaceControls(value);
    fields.push_back(Field(name, value));
  }
  if (!IsBodyless(response.status)) fields.push_back(Field("content-length", length));
  nghttp2_data_provider body{.source = {.ptr = &stream}, .read_callback = Callbacks::ReadBody};
  // It fails where the stream is being reset, which we are told by OnClosed.
  nghttp2_submit_response(session_.get(), stream.id, fields.data(), fields.size(),
                          stream.unsent.empty() ? nullptr : &body);
}

void Http2Frames::Continue(const Http2Stream& stream) {
  const nghttp2_nv status = Field(":status", "100");
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id, nullptr, &status, 1,
                         nullptr);
}

void Http2Frames::Reset(const Http2Stream& stream, nghttp2_error_code code) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, code);
}

bool Http2Frames::IsSending(const Http2Stream& stream) const {
  return nghttp2_session_get_stream_remote_close(session_.get(), stream.id) == 0;
}

void Http2Frames::AnnounceEnd() {
  nghttp2_submit_shutdown_notice(session_.get());
}

void Http2Frames::RefuseNew() {
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                        nullptr, 0);
}

void Http2Frames::Terminate(nghttp2_error_code code) {
  nghttp2_session_terminate_session(session_.get(), code);
}

std::optional<Error> Http2Frames::Outcome() const {
  if (nghttp2_session_want_read(session_.get()) != 0 ||
      nghttp2_session_want_write(session_.get()) != 0) {
    return std::nullopt;
  }
  if (goaway_.empty()) {
    return Error{.code = ErrorCode::kEnded, .detail = "the connection is no longer needed"};
  }
  return Error{.code = ErrorCode::kMalformed, .detail = fmt::format("HTTP/2: {}", goaway_)};
}

}  // namespace weir::http

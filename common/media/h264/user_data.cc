#include "media/h264/user_data.h"

#include <array>
#include <cstddef>

#include "base/byte_writer.h"
#include "media/h264/nal_type.h"
#include "media/nal_unit.h"

namespace weir::media::h264 {
namespace {

constexpr uint8_t kUserDataUnregistered = 5;
constexpr std::array<uint8_t, 16> kIdentifier{0x46, 0x4D, 0x4C, 0x47, 0x52, 0x41, 0x49, 0x4E,
                                              0x43, 0x4F, 0x4C, 0x4F, 0x55, 0x52, 0x42, 0x01};
constexpr size_t kTimeSize = 8;
constexpr size_t kLengthSize = 4;

bool IsSlice(NalUnit nal) {
  if (nal.empty()) return false;
  const auto type = static_cast<int>(TypeOf(nal));
  return type >= static_cast<int>(NalType::kSlice) && type <= static_cast<int>(NalType::kIdr);
}

/// payloadSize: a run of 255, and the rest.
void WriteSize(ByteWriter& out, size_t size) {
  for (; size >= 0xFF; size -= 0xFF)
    out.U8(0xFF);
  out.U8(static_cast<uint8_t>(size));
}

}  // namespace

std::vector<uint8_t> UserDataSei(uint64_t time_ms, std::string_view text) {
  ByteWriter rbsp;
  rbsp.U8(kUserDataUnregistered);
  WriteSize(rbsp, kIdentifier.size() + kTimeSize + text.size());
  rbsp.Bytes(kIdentifier);
  rbsp.U64(time_ms);
  rbsp.Text(text);
  rbsp.U8(0x80);  // rbsp_trailing_bits
  std::vector<uint8_t> nal{static_cast<uint8_t>(NalType::kSei)};
  AppendWithEmulationPrevention(rbsp.view(), nal);
  return nal;
}

std::optional<SharedBytes> InsertBeforeSlices(const SharedBytes& access_unit,
                                              std::span<const uint8_t> nal) {
  NalUnitReader reader(access_unit.view());
  size_t place = 0;
  while (reader.Next()) {
    if (IsSlice(reader.nal())) {
      ByteWriter out;
      out.Reserve(access_unit.size() + kLengthSize + nal.size());
      out.Bytes(access_unit.view().first(place));
      out.U32(static_cast<uint32_t>(nal.size()));
      out.Bytes(nal);
      out.Bytes(access_unit.view().subspan(place));
      return SharedBytes(out.Take());
    }
    place += kLengthSize + reader.nal().size();
  }
  return std::nullopt;
}

}  // namespace weir::media::h264

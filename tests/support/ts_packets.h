#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Reads transport streams back, knowing nothing of the code that wrote them.
namespace weir::test {

struct TsPacket {
  uint16_t pid = 0;
  uint8_t counter = 0;
  bool unit_start = false;
  bool random_access = false;
  bool discontinuity = false;
  bool has_payload = false;
  std::optional<int64_t> clock{};  ///< PCR base.
  std::span<const uint8_t> payload{};
};

/// One PES packet, put together.
struct TsPes {
  uint8_t stream_id = 0;
  size_t told_size = 0;  ///< PES_packet_length.
  size_t real_size = 0;  ///< What it should be, where it is told.
  int64_t pts = -1;
  int64_t dts = -1;  ///< The pts where it has none.
  bool random_access = false;
  std::vector<uint8_t> payload;
};

struct TsFile {
  std::vector<std::string> faults;
  std::vector<TsPacket> packets;
  std::map<uint16_t, std::vector<TsPacket>> by_pid;
  uint16_t map_pid = 0;
  uint16_t clock_pid = 0;
  std::map<uint16_t, uint8_t> stream_types;
  std::map<uint16_t, std::vector<TsPes>> pes;
};

inline TsPacket ReadTsPacket(std::span<const uint8_t> bytes, std::vector<std::string>& faults) {
  TsPacket packet{.pid = static_cast<uint16_t>((bytes[1] & 0x1F) << 8 | bytes[2]),
                  .counter = static_cast<uint8_t>(bytes[3] & 15),
                  .unit_start = (bytes[1] & 0x40) != 0,
                  .has_payload = (bytes[3] & 0x10) != 0};
  if (bytes[0] != 0x47) faults.emplace_back("no sync byte");
  size_t at = 4;
  if ((bytes[3] & 0x20) != 0) {
    const size_t size = bytes[4];
    at = 5 + size;
    if (size > 183 || (packet.has_payload && size > 182)) {
      faults.emplace_back("an adaptation field of " + std::to_string(size));
      return packet;
    }
    if (size > 0) {
      packet.discontinuity = (bytes[5] & 0x80) != 0;
      packet.random_access = (bytes[5] & 0x40) != 0;
      size_t used = 1;
      if ((bytes[5] & 0x10) != 0) {
        int64_t base = 0;
        for (size_t i = 6; i < 10; ++i)
          base = base << 8 | bytes[i];
        packet.clock = base << 1 | bytes[10] >> 7;
        used = 7;
      }
      for (size_t i = 5 + used; i < at; ++i)
        if (bytes[i] != 0xFF) faults.emplace_back("stuffing that is none");
    }
  }
  if (packet.has_payload) packet.payload = bytes.subspan(at);
  return packet;
}

inline uint32_t TsCrc(std::span<const uint8_t> bytes) {
  uint32_t crc = ~0U;
  for (const uint8_t byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) {
      const bool flip = ((crc >> 31) ^ (byte >> bit & 1)) != 0;
      crc <<= 1;
      if (flip) crc ^= 0x04C11DB7;
    }
  }
  return crc;
}

/// The body of the section in `packet`, between its head and its CRC.
inline std::span<const uint8_t> ReadTsSection(const TsPacket& packet, uint8_t table,
                                              std::vector<std::string>& faults) {
  const auto bytes = packet.payload;
  const size_t length = static_cast<size_t>((bytes[2] & 0x0F) << 8 | bytes[3]);
  if (!packet.unit_start || bytes[0] != 0 || bytes[1] != table || length + 4 > bytes.size()) {
    faults.emplace_back("no section of table " + std::to_string(table));
    return {};
  }
  if (TsCrc(bytes.subspan(1, length + 3)) != 0) faults.emplace_back("a section's CRC");
  return bytes.subspan(9, length - 9);
}

inline int64_t ReadTsTime(std::span<const uint8_t> bytes) {
  return static_cast<int64_t>(bytes[0] >> 1 & 7) << 30 | static_cast<int64_t>(bytes[1]) << 22 |
         static_cast<int64_t>(bytes[2] >> 1) << 15 | static_cast<int64_t>(bytes[3]) << 7 |
         bytes[4] >> 1;
}

inline TsPes ReadTsPes(const std::vector<uint8_t>& bytes, std::vector<std::string>& faults) {
  TsPes pes;
  if (bytes.size() < 14 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 1) {
    faults.emplace_back("no PES packet");
    return pes;
  }
  pes.stream_id = bytes[3];
  pes.told_size = static_cast<size_t>(bytes[4] << 8 | bytes[5]);
  pes.real_size = bytes.size() - 6;
  pes.pts = pes.dts = ReadTsTime(std::span(bytes).subspan(9));
  if ((bytes[7] & 0x40) != 0) pes.dts = ReadTsTime(std::span(bytes).subspan(14));
  pes.payload.assign(bytes.begin() + 9 + bytes[8], bytes.end());
  return pes;
}

inline void CollectTsPes(uint16_t pid, TsFile& file) {
  std::vector<uint8_t> bytes;
  bool random_access = false;
  const auto finish = [&] {
    if (bytes.empty()) return;
    TsPes pes = ReadTsPes(bytes, file.faults);
    pes.random_access = random_access;
    file.pes[pid].push_back(std::move(pes));
    bytes.clear();
  };
  for (const TsPacket& packet : file.by_pid[pid]) {
    if (packet.unit_start) {
      finish();
      random_access = packet.random_access;
    }
    bytes.insert(bytes.end(), packet.payload.begin(), packet.payload.end());
  }
  finish();
}

/// `bytes` outlives the result.
inline TsFile ReadTs(std::span<const uint8_t> bytes) {
  TsFile file;
  if (bytes.size() % 188 != 0) file.faults.emplace_back("half a packet");
  for (; bytes.size() >= 188; bytes = bytes.subspan(188)) {
    file.packets.push_back(ReadTsPacket(bytes.first(188), file.faults));
    file.by_pid[file.packets.back().pid].push_back(file.packets.back());
  }
  if (file.packets.size() < 2 || file.packets[0].pid != 0) {
    file.faults.emplace_back("does not start with a PAT");
    return file;
  }
  const auto pat = ReadTsSection(file.packets[0], 0, file.faults);
  if (pat.size() == 4) file.map_pid = static_cast<uint16_t>((pat[2] & 0x1F) << 8 | pat[3]);
  if (file.packets[1].pid != file.map_pid) file.faults.emplace_back("no PMT behind the PAT");
  auto pmt = ReadTsSection(file.packets[1], 2, file.faults);
  if (pmt.size() < 4) return file;
  file.clock_pid = static_cast<uint16_t>((pmt[0] & 0x1F) << 8 | pmt[1]);
  // Descriptors lie behind the four bytes of the program, and behind the five of each stream.
  const auto skip = [&pmt](size_t head) {
    const size_t size = head + static_cast<size_t>((pmt[head - 2] & 0x0F) << 8 | pmt[head - 1]);
    pmt = pmt.subspan(std::min(size, pmt.size()));
  };
  for (skip(4); pmt.size() >= 5; skip(5))
    file.stream_types[static_cast<uint16_t>((pmt[1] & 0x1F) << 8 | pmt[2])] = pmt[0];
  for (const auto& [pid, type] : file.stream_types)
    CollectTsPes(pid, file);
  return file;
}

}  // namespace weir::test

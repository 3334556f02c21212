#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "formats/flv/tag.h"

namespace weir::flv {

/// Cuts an FLV file into tags, whatever the sizes it arrives in (FLV 10.1 annex E.2 to E.4.1).
///
/// Tags of other types than TagType's are skipped. PreviousTagSize is not looked at: many writers
/// get it wrong.
class FileReader {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void OnTag(Tag tag) = 0;
  };

  explicit FileReader(Sink& sink) : sink_(sink) {}

  /// Takes all of `bytes`, keeping at most one unfinished tag (16 MB). After a failure every
  /// further call fails the same way. kMalformed: not FLV. kUnsupported: an encrypted tag.
  Status Feed(std::span<const uint8_t> bytes);

 private:
  enum class Part { kFileHeader, kSkip, kTagHeader, kBody };

  static constexpr size_t kFileHeaderSize = 9;

  /// Takes part_, which is whole in partial_.
  Status TakePart();
  Status TakeFileHeader();
  Status TakeTagHeader();
  void TakeBody();
  /// What comes next, and how long it is: not 0.
  void Expect(Part part, size_t size);

  Sink& sink_;
  Part part_ = Part::kFileHeader;
  size_t wanted_ = kFileHeaderSize;  ///< Size of part_; of a kSkip, what is left of it.
  std::vector<uint8_t> partial_;
  Tag tag_;  ///< The one whose body is being read.
  std::optional<Error> failure_;
};

}  // namespace weir::flv

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

  /// Takes all of `bytes`, keeping at most one unfinished tag. After a failure every further call
  /// fails the same way. kMalformed: not FLV, or an encrypted tag.
  Status Feed(std::span<const uint8_t> bytes);

 private:
  enum class Part { kFileHeader, kSkip, kTagHeader, kBody };

  Status Take(std::span<const uint8_t> piece);
  Status TakeFileHeader(std::span<const uint8_t> header);
  Status TakeTagHeader(std::span<const uint8_t> header);
  void TakeBody(std::span<const uint8_t> body);
  void Expect(Part part, size_t size);

  Sink& sink_;
  Part part_ = Part::kFileHeader;
  size_t wanted_ = 9;  ///< Whole size of the part being collected, or bytes left to skip.
  std::vector<uint8_t> partial_;
  Tag tag_;
  bool tag_known_ = false;  ///< The tag being read is of a type that is passed on.
  std::optional<Error> failure_;
};

}  // namespace weir::flv

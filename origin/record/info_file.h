#pragma once

#include "base/result.h"
#include "origin/record/recorded_file.h"

namespace weir::record {

/// Lists a finished file in its recording's info file, XML in OvenMediaEngine's manner: <files>
/// with a <file> for each. The info file is replaced at once, so that whoever reads it finds a
/// whole one; a file that it lists already is not listed twice.
///
/// Blocks.
Status ListInInfoFile(const RecordedFile& file);

/// What an info file looks like after `file` has been added to `text`, what it was; the same where
/// that lists it. A text that is no info file is lost.
std::string AddToInfo(const std::string& text, const RecordedFile& file);

}  // namespace weir::record

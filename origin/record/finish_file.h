#pragma once

#include <atomic>
#include <string>

#include "base/result.h"
#include "origin/record/recorded_file.h"

namespace weir::record {

/// Turns what was written of a file into what it is to be: fragmented MP4 into plain MP4 with the
/// index in front; MPEG-TS is complete as it is. Gives it its name, one that nobody has (with "_1"
/// and so on before the ending, where it is taken), lists it in the info file, and forgets the
/// journal. A file without a single frame disappears.
///
/// Whatever it was killed in the middle of, it may be called again, in this life or the next. MP4
/// needs as much free disk again as the file is large. Blocks, for as long as it takes to copy the
/// file; `stop` makes it leave off, with kEnded.
///
/// `journal` is the file's journal. Gives the file with its final path, bytes and duration.
Result<RecordedFile> FinishFile(RecordedFile file, const std::string& journal,
                                const std::atomic<bool>& stop);

}  // namespace weir::record

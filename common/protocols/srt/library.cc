#include "protocols/srt/library.h"

#include <srt.h>
#include <sys/syslog.h>

namespace weir::srt {

Library::Library() {
  srt_startup();
  srt_setloglevel(LOG_CRIT);  // What matters comes back as an error.
}

Library::~Library() {
  srt_cleanup();
}

}  // namespace weir::srt

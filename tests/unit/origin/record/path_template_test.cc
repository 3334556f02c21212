#include "origin/record/path_template.h"

#include <chrono>
#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

namespace weir::record {
namespace {

const PathValues kValues{.transaction_id = "bcUCyJeKuOGnsah3",
                         .id = "7",
                         .vhost = "default",
                         .app = "app",
                         .source_stream = "in",
                         .stream = "../a/${Id}",
                         .sequence = 12,
                         .start = UtcTime(std::chrono::seconds(1'700'000'000))};

TEST(PathTemplate, ReplacesMacros) {
  ::setenv("TZ", "UTC", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  ::tzset();
  EXPECT_EQ(Expand("/${VirtualHost}/${Application}/${TransactionId}-${Id}_${SourceStream}"
                   "_${Sequence}.mp4",
                   kValues),
            "/default/app/bcUCyJeKuOGnsah3-7_in_12.mp4");
  EXPECT_EQ(Expand("${StartTime:YYYYMMDDhhmmss}_${StartTime:hh-mm}_${StartTime}", kValues),
            "20231114221320_22-13_20231114221320");
}

TEST(PathTemplate, LeavesWhatItDoesNotKnow) {
  EXPECT_EQ(Expand("${EndTime:ss}${Other}${StartTimes}${", kValues),
            "${EndTime:ss}${Other}${StartTimes}${");
  EXPECT_EQ(Expand("$Id{}}", kValues), "$Id{}}");
}

TEST(PathTemplate, AValueIsOnePartAndNoMacro) {
  EXPECT_EQ(Expand("${Stream}.ts", kValues), ".._a__{Id}.ts");
  EXPECT_EQ(Expand("${StartTime:YYYY/MM}", kValues), "2023_11");
}

}  // namespace
}  // namespace weir::record

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/counter.h"
#include "control/metrics_page.h"
#include "control/metrics_registry.h"
#include "control/process_metrics.h"
#include "control/process_usage.h"
#include "unit/control/kept_answer.h"

namespace weir::control {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  MetricsRegistry registry;
  registry.Add([](MetricsWriter& writer) {
    writer.Counter("weir_bytes_total", "Bytes sent.", 7, {{"app", "a"}});
    writer.Gauge("weir_viewers", "Viewers now.", 3);
  });
  EXPECT_EQ(registry.Text(),
            "# HELP weir_bytes_total Bytes sent.\n"
            "# TYPE weir_bytes_total counter\n"
            "weir_bytes_total{app=\"a\"} 7\n"
            "# HELP weir_viewers Viewers now.\n"
            "# TYPE weir_viewers gauge\n"
            "weir_viewers 3\n");
}

TEST(Metrics, OfOneNameStandTogetherWhoeverGivesThem) {
  MetricsRegistry registry;
  for (const char* app : {"a", "b"}) {
    registry.Add([app](MetricsWriter& writer) {
      writer.Gauge("weir_x", "X.", 1, {{"app", app}});
      writer.Gauge("weir_y", "Y.", 1, {{"app", app}});
    });
  }
  EXPECT_THAT(registry.Text(), HasSubstr("weir_x{app=\"a\"} 1\nweir_x{app=\"b\"} 1\n"));
}

TEST(Metrics, EscapeWhatPeersNamed) {
  MetricsRegistry registry;
  registry.Add([](MetricsWriter& writer) {
    writer.Gauge("weir_x", "X.", 1, {{"stream", "a\"} 9\nweir_y 1"}});
  });
  EXPECT_THAT(registry.Text(), HasSubstr("stream=\"a\\\"} 9\\nweir_y 1\"} 1\n"));
  EXPECT_THAT(registry.Text(), Not(HasSubstr("\nweir_y")));
}

TEST(Metrics, AreCollectedAnewForEachScrape) {
  double value = 1;
  MetricsRegistry registry;
  registry.Add([&](MetricsWriter& writer) { writer.Gauge("weir_x", "X.", value); });
  EXPECT_THAT(registry.Text(), HasSubstr("weir_x 1\n"));
  value = 2;
  EXPECT_THAT(registry.Text(), HasSubstr("weir_x 2\n"));
}

TEST(Metrics, HaveAPage) {
  MetricsRegistry registry;
  registry.Add([](MetricsWriter& writer) { writer.Gauge("weir_x", "X.", 1); });
  MetricsPage page(registry);
  const http::Response answer = Ask(page, "GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body.text(), HasSubstr("weir_x 1\n"));
  EXPECT_THAT(answer.fields,
              Contains(Pair("Content-Type", "text/plain; version=0.0.4; charset=utf-8")));
}

TEST(ProcessMetrics, TellOfThisProcess) {
  MetricsRegistry registry;
  AddProcessMetrics(registry, "weir-test", "1.2.3");
  const std::string text = registry.Text();
  for (const char* name :
       {"process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes",
        "process_virtual_memory_bytes", "process_open_fds", "process_max_fds"})
    EXPECT_THAT(text, HasSubstr(std::string("\n") + name + " ")) << name;
  EXPECT_THAT(text, HasSubstr("weir_build_info{program=\"weir-test\",version=\"1.2.3\"} 1\n"));
}

TEST(ProcessUsage, MakesSense) {
  const auto usage = ReadProcessUsage();
  ASSERT_TRUE(usage);
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_GT(usage->start_time, now - 86'400);
  EXPECT_LT(usage->start_time, now + 60);
  EXPECT_GE(usage->cpu_seconds, 0);
  EXPECT_GT(usage->resident_bytes, 1e6);
  EXPECT_GE(usage->virtual_bytes, usage->resident_bytes);
  EXPECT_GE(usage->open_files, 3);
  EXPECT_GE(usage->open_files_max, usage->open_files);
}

TEST(Counter, SumsWhatAllLoopsAdd) {
  constexpr uint64_t kTimes = 10'000;
  Counter counter(2);
  std::thread other([&] {
    for (uint64_t i = 0; i < kTimes; ++i)
      counter.Add(1);
  });
  for (uint64_t i = 0; i < kTimes; ++i)
    counter.Add(0, 2);
  other.join();
  EXPECT_EQ(counter.sum(), 3 * kTimes);
}

}  // namespace
}  // namespace weir::control

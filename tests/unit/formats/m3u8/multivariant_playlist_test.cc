#include "formats/m3u8/multivariant_playlist.h"

#include <gtest/gtest.h>

namespace weir::m3u8 {
namespace {

TEST(MultivariantPlaylist, RendersVariantsWithTheirAudio) {
  const MultivariantPlaylist playlist{
      .audio = {{.group = "audio",
                 .name = "audio",
                 .language = "en",
                 .channels = 2,
                 .is_default = true,
                 .uri = "a.m3u8"},
                {.group = "audio", .name = "audio 2", .language = {}, .uri = "b.m3u8"}},
      .variants = {{.bandwidth = 2'200'000,
                    .average_bandwidth = 2'040'000,
                    .width = 1280,
                    .height = 720,
                    .frame_rate = 30'000 / 1'001.0,
                    .codecs = {"avc1.64001f", "mp4a.40.2"},
                    .video_range = "PQ",
                    .audio_group = "audio",
                    .no_captions = true,
                    .uri = "v.m3u8"}}};
  EXPECT_EQ(Render(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:6\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"audio\",DEFAULT=YES,AUTOSELECT=YES,"
            "CHANNELS=\"2\",LANGUAGE=\"en\",URI=\"a.m3u8\"\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"audio 2\",DEFAULT=NO,AUTOSELECT=YES,"
            "URI=\"b.m3u8\"\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=2200000,AVERAGE-BANDWIDTH=2040000,RESOLUTION=1280x720,"
            "FRAME-RATE=29.970,CODECS=\"avc1.64001f,mp4a.40.2\",VIDEO-RANGE=PQ,AUDIO=\"audio\","
            "CLOSED-CAPTIONS=NONE\n"
            "v.m3u8\n");
}

TEST(MultivariantPlaylist, LeavesOutWhatIsNotKnown) {
  const MultivariantPlaylist playlist{.audio = {},
                                      .variants = {{.bandwidth = 1'000'000,
                                                    .codecs = {},
                                                    .video_range = {},
                                                    .audio_group = {},
                                                    .uri = "v.m3u8"}}};
  EXPECT_EQ(Render(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:6\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=1000000\n"
            "v.m3u8\n");
}

}  // namespace
}  // namespace weir::m3u8

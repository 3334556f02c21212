#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocols/relay/origin_channel.h"

namespace weir::relay::test {

/// Origins that do what the test says.
class FakeOrigins final : public OriginLinks {
 public:
  struct Opened {
    Endpoint origin;
    ChannelRequest request;
    ChannelSink* sink = nullptr;  ///< Null once closed.
    std::vector<StreamStats> stats;
  };

  std::unique_ptr<OriginChannel> Open(const Endpoint& origin, const ChannelRequest& request,
                                      ChannelSink& sink) override {
    auto opened = std::make_shared<Opened>();
    opened->origin = origin;
    opened->request = request;
    opened->sink = &sink;
    channels.push_back(opened);
    return std::make_unique<Channel>(opened);
  }

  Opened& last() { return *channels.back(); }

  size_t open() const {
    return static_cast<size_t>(std::count_if(channels.begin(), channels.end(),
                                             [](const auto& one) { return one->sink != nullptr; }));
  }

  std::vector<std::shared_ptr<Opened>> channels;  ///< In the order opened.

 private:
  class Channel final : public OriginChannel {
   public:
    explicit Channel(std::shared_ptr<Opened> opened) : opened_(std::move(opened)) {}

    ~Channel() override { opened_->sink = nullptr; }

    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    void SendStats(const StreamStats& stats) override { opened_->stats.push_back(stats); }

   private:
    std::shared_ptr<Opened> opened_;
  };
};

}  // namespace weir::relay::test

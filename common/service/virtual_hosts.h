#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "service/origins.h"
#include "service/tls_paths.h"
#include "stream/stream_path.h"

namespace weir::service {

/// An <Application>.
struct Application {
  std::string name;  ///< "*" is the template for applications that are not declared.
  const config::Node* node = nullptr;  ///< For modules' own option readers.

  bool is_template() const { return name == "*"; }

  /// Its <Providers><RTMP>, or null: the application does not take that in.
  const config::Node* Provider(std::string_view protocol) const;

  /// Its <Publishers><LLHLS>, or null: the application does not give that out.
  const config::Node* Publisher(std::string_view protocol) const;
};

/// A <VirtualHost>.
struct VirtualHost {
  std::string name;
  std::vector<std::string> host_patterns;  ///< In lower case; * is any text, ? any character.
  std::optional<TlsPaths> tls;
  std::vector<Application> applications;
  Origins origins;
  const config::Node* node = nullptr;  ///< For modules' own option readers.

  /// Whether one of its patterns matches `host`, whatever the case.
  bool Serves(std::string_view host) const;

  /// The application of that name, else the template "*", else null.
  const Application* FindApplication(std::string_view app) const;
};

/// The virtual hosts of a configuration, in the order of the file. Immutable once read, so any
/// thread may look things up. The config::Document outlives it.
class VirtualHosts {
 public:
  /// `server` is the <Server>. Refuses hosts and applications of the same name, and origins whose
  /// scheme no application has the provider for.
  static Result<VirtualHosts> Read(const config::Node& server);

  /// The first whose patterns match the host of a request ("live.example.com", "192.0.2.1",
  /// "::1", with or without port), or null.
  const VirtualHost* Resolve(std::string_view host) const;

  /// By its own name, or null.
  const VirtualHost* Find(std::string_view name) const;

  /// The application that a stream is of, be it by a template, or null.
  const Application* ApplicationOf(const stream::StreamPath& path) const;

  const std::vector<VirtualHost>& list() const { return list_; }

 private:
  std::vector<VirtualHost> list_;
};

}  // namespace weir::service

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"

namespace weir::config {

/// Something in a file that did no harm and no good.
struct Finding {
  std::string where;    ///< "conf/origin.xml:12"
  std::string path;     ///< "Server/Modules/P2P"
  std::string message;  ///< "has no effect here"

  /// "conf/origin.xml:12: Server/Modules/P2P has no effect here"
  std::string Line() const { return where + ": " + path + " " + message; }
};

/// What the macros of a configuration file may ask for.
struct Environment {
  /// ${env:NAME}
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::filesystem::path home;  ///< ${ome:Home}: the folder of the program.

  /// That of this process. HOSTNAME falls back to the machine's name. Not to be used while another
  /// thread changes environment variables.
  static Environment OfProcess();
};

/// Bounds of what is read, counted over all files of one document.
struct DocumentLimits {
  size_t bytes = size_t{4} << 20;
  size_t elements = 20'000;
  size_t attributes = 16;  ///< Of one element.
  size_t depth = 32;       ///< Of elements within each other.
  size_t text = 65'536;    ///< Bytes of one value, macros replaced.
  size_t files = 256;
};

/// A configuration file in OvenMediaEngine's manner, read whole: an XML tree whose nodes know their
/// file and line.
///
///   <Bind include="bind/*.xml" />   replaced by the root elements, which must be called Bind, of
///   the
///                                   files found, relative to this file, in the order of their
///                                   names
///   <Bind ignore="true">            left out
///   ${env:NAME} ${env:NAME:default} an environment variable; unset without a default is an Error
///   ${ome:Home} ${ome:CurrentPath}  folders of the program and of this file
///
/// Other ${...} are left as they stand: they belong to whoever reads the value.
///
/// Thread: read on one thread; its nodes may be asked from any thread afterwards.
class Document {
 public:
  /// Reads a file and what it includes. Errors name file and line.
  static Result<std::unique_ptr<Document>> Load(const std::filesystem::path& path,
                                                const Environment& environment,
                                                const DocumentLimits& limits = {});

  /// Reads a text that is called `file_name` in messages. It cannot include files.
  static Result<std::unique_ptr<Document>> Parse(std::string_view text,
                                                 const std::string& file_name,
                                                 const Environment& environment,
                                                 const DocumentLimits& limits = {});

  virtual ~Document() = default;

  virtual const Node& root() const = 0;

  /// What nobody has asked for until now, outermost elements only, in the order of the files; and
  /// text that stands beside elements, and attributes nobody knows.
  virtual std::vector<Finding> Unused() const = 0;
};

}  // namespace weir::config

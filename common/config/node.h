#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::config {

/// One element of a configuration file, and its place in it. Part of a Document, which outlives it.
///
/// Asking for a child by name marks it as used: what nobody asked for is reported afterwards
/// (Document::Unused). Reading a value that is not of the asked kind is an Error that names file,
/// line and element: "conf/origin.xml:12: Server/Bind/Providers/RTMP/Port: 'x' is not a number".
class Node {
 public:
  virtual ~Node() = default;

  virtual std::string_view name() const = 0;
  virtual std::string text() const = 0;   ///< Macros replaced, surrounding space removed.
  virtual std::string where() const = 0;  ///< "conf/origin.xml:12"
  virtual std::string path() const = 0;   ///< "Server/Bind/Providers/RTMP"

  /// The first child of that name, or null. Names are compared exactly.
  virtual const Node* Child(std::string_view name) const = 0;
  virtual std::vector<const Node*> Children(std::string_view name) const = 0;

  /// All children in order, marking none of them: for who only looks through.
  virtual std::vector<const Node*> elements() const = 0;

  /// Along a path of first children, "Publishers/LLHLS/CacheControl"; null when one is missing.
  const Node* Find(std::string_view path) const;

  /// An attribute's value; empty when it is not there.
  virtual std::string Attribute(std::string_view name) const = 0;

  // A child's value, or `fallback` when there is no such child.
  Result<std::string> Text(std::string_view child, std::string fallback) const;
  Result<int64_t> Integer(std::string_view child, int64_t fallback, int64_t min = 0,
                          int64_t max = std::numeric_limits<int64_t>::max()) const;
  Result<double> Number(std::string_view child, double fallback, double min, double max) const;
  Result<bool> Flag(std::string_view child, bool fallback) const;  ///< "true" or "false"
  Result<std::chrono::milliseconds> Millis(std::string_view child,
                                           std::chrono::milliseconds fallback) const;

  /// The file a child names, a relative path taken from the folder of the configuration file it
  /// stands in; empty when there is none.
  std::string FilePath(std::string_view child) const;

  /// Of an element with <Enable> and <Path>: the file, as FilePath has it; empty where it is not
  /// enabled.
  Result<std::string> EnabledPath() const;

  /// "conf/origin.xml:12: Server/Bind: <message>"
  tl::unexpected<Error> Wrong(std::string message) const;
};

}  // namespace weir::config

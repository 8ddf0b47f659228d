#pragma once
// The operations of the control socket by name: checks a request's fields, runs it, words the answer.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/control/protocol.hpp"

namespace patchbay::node {

/// Where an operation tells its phases. Thread: the operation's own.
using progress = std::function<void(std::string_view phase, std::string_view text)>;

enum class field_type { text, milliseconds, value };
struct field {
  std::string name;
  field_type type = field_type::text;
  bool required = true;
};
struct operation {
  std::string name;
  std::vector<field> fields;
  /// Any thread, several at once. `fields` holds what `fields` above declares, checked.
  std::function<outcome<json>(const json& fields, const progress& tell)> run;
};

/// Fixed before it serves; then any thread.
class dispatcher {
 public:
  void add(operation added);

  /// Runs one request line and returns its answer line; phases go to `send` before. An exception that leaves an operation is an
  /// `internal` error. An answer above the line limit becomes `line_too_long`.
  [[nodiscard]] std::string answer(std::string_view line, const std::function<void(std::string_view)>& send) const;

  /// One operation without the lines around it. Errors: unknown_op, bad_request, and the operation's own.
  [[nodiscard]] outcome<json> run(std::string_view op, const json& fields, const progress& tell) const;

  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::map<std::string, operation, std::less<>> operations_;
};

}  // namespace patchbay::node

#include <algorithm>

#include "message/binary_source.hpp"
#include "message/codec.hpp"

namespace patchbay::message {
namespace {

class sorter {
 public:
  sorter(const schema& as, std::string_view bytes) : source(bytes), as_(as) { out.reserve(bytes.size()); }

  bool value(const schema_node& node) {
    if (!source.enter() || !shaped(node)) return false;
    source.leave();
    return true;
  }

  binary_source source;
  std::string out;

 private:
  // What was read since `begin` goes out as it lies.
  bool copy(std::size_t begin) {
    out += source.since(begin);
    return true;
  }

  bool part(const schema_node& node, std::size_t which, std::size_t step) {
    source.path.enter(step);
    if (!value(as_.at(node.parts[which]))) return false;
    source.path.leave();
    return true;
  }

  bool shaped(const schema_node& node) {
    const std::size_t begin = source.position();
    switch (node.kind) {
      case shape::enumeration:
      case shape::reference:
        return value(as_.at(node.parts[0]));
      case shape::list:
      case shape::set:
      case shape::map:
        return container(node);
      case shape::array:
        return array(node);
      case shape::optional:
      case shape::pointer: {
        bool flag = false;
        if (!source.flag(node.kind == shape::pointer ? "a pointer's byte" : "an optional's byte", flag)) return false;
        copy(begin);
        return flag == (node.kind == shape::optional) || value(as_.at(node.parts[0]));
      }
      case shape::variant: {
        std::size_t index = 0;
        return source.index(node.parts.size(), index) && copy(begin) && value(as_.at(node.parts[index]));
      }
      case shape::tuple: {
        for (std::size_t i = 0; i < node.parts.size(); ++i)
          if (!part(node, i, i)) return false;
        return true;
      }
      case shape::structure:
        return structure(node);
      default: {
        std::string_view unused;
        return source.leaf(node, unused) && copy(begin);
      }
    }
  }

  bool structure(const schema_node& node) {
    const std::size_t begin = source.position();
    if (node.version && !source.class_version(*node.version)) return false;
    copy(begin);
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      source.path.enter(node.names[i]);
      if (!value(as_.at(node.parts[i]))) return false;
      source.path.leave();
    }
    return true;
  }

  bool array(const schema_node& node) {
    if (!source.expect(node.size, as_.at(node.parts[0]).least_bytes, "an array")) return false;
    for (std::uint64_t i = 0; i < node.size; ++i)
      if (!part(node, 0, i)) return false;
    return true;
  }

  bool container(const schema_node& node) {
    std::uint64_t least = 0;
    for (const auto i : node.parts) least += as_.at(i).least_bytes;
    const std::size_t begin = source.position();
    std::uint64_t size = 0;
    if (!source.length(least, "a container", size)) return false;
    copy(begin);
    std::vector<std::size_t> starts;
    for (std::uint64_t i = 0; i < size; ++i) {
      if (node.unordered) starts.push_back(out.size());
      for (std::size_t k = 0; k < node.parts.size(); ++k)
        if (!part(node, k, i)) return false;
    }
    if (node.unordered) sort(starts);
    return true;
  }

  // Every encoding tells its own end, so that comparing key and value as one text compares keys first.
  void sort(std::vector<std::size_t>& starts) {
    if (starts.size() < 2) return;
    const std::size_t first = starts.front();
    const std::string elements = out.substr(first);
    std::vector<std::string_view> order;
    order.reserve(starts.size());
    starts.push_back(out.size());
    for (std::size_t i = 0; i + 1 < starts.size(); ++i)
      order.push_back(std::string_view(elements).substr(starts[i] - first, starts[i + 1] - starts[i]));
    std::sort(order.begin(), order.end());
    out.resize(first);
    for (const auto element : order) out += element;
  }

  const schema& as_;
};

}  // namespace

outcome<std::string> canonical(const schema& as, std::string_view bytes) {
  sorter walker(as, bytes);
  if (!walker.value(as.root()) || !walker.source.finish()) return std::move(walker.source.failure);
  return std::move(walker.out);
}

}  // namespace patchbay::message

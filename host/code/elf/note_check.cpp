#include "code/elf/note_check.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "patchbay/abi.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PATCHBAY_UNDER_ASAN 1
#elif __has_feature(thread_sanitizer)
#define PATCHBAY_UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define PATCHBAY_UNDER_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define PATCHBAY_UNDER_TSAN 1
#endif

namespace patchbay::code {
namespace {

std::string line(const std::map<std::string, std::string>& note, const std::string& key,
                 const std::string& absent = "") {
  const auto it = note.find(key);
  return it == note.end() ? absent : it->second;
}

/// `1.0`
std::optional<std::pair<unsigned, unsigned>> two_numbers(const std::string& text) {
  unsigned major = 0;
  unsigned minor = 0;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, minor);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return std::pair(major, minor);
}

}  // namespace

build_facts build_facts::own() {
  build_facts facts;
  facts.abi_major = PB_ABI_MAJOR;
  facts.abi_minor = PB_ABI_MINOR;
#if defined(_GLIBCXX_USE_CXX11_ABI)
  facts.cxx11_abi = _GLIBCXX_USE_CXX11_ABI ? "1" : "0";
#endif
#if defined(_GLIBCXX_DEBUG)
  facts.debug = "1";
#else
  facts.debug = "0";
#endif
#if defined(PATCHBAY_UNDER_ASAN)
  facts.sanitizer = "address";
#elif defined(PATCHBAY_UNDER_TSAN)
  facts.sanitizer = "thread";
#else
  facts.sanitizer = "none";
#endif
  return facts;
}

outcome<void> check_note(const std::map<std::string, std::string>& note, const build_facts& host,
                         const std::string& application, const std::string& version, const std::string& where) {
  const std::string abi = line(note, "abi");
  const auto numbers = two_numbers(abi);
  if (!numbers)
    return error{"bad_note", where + ": its note says abi=" + abi + ", which is not MAJOR.MINOR; build it again"};
  if (numbers->first != host.abi_major || numbers->second > host.abi_minor) {
    return error{"wrong_abi", where + ": built for Patchbay ABI " + abi + ", this host speaks " +
                                  std::to_string(host.abi_major) + "." + std::to_string(host.abi_minor) +
                                  "; build it with this host's SDK"};
  }
  const auto agree = [&](const std::string& key, const std::string& own, const std::string& absent) -> outcome<void> {
    const std::string theirs = line(note, key, absent);
    if (theirs == own || own.empty()) return {};
    return error{"wrong_toolchain", where + ": built with " + key + "=" + theirs + ", this host with " + key + "=" +
                                        own + "; build both with the same flags"};
  };
  for (const auto& [key, own, absent] :
       {std::tuple{"cxx11_abi", host.cxx11_abi, host.cxx11_abi}, std::tuple{"debug", host.debug, host.debug},
        std::tuple{"sanitizer", host.sanitizer, std::string("none")}}) {
    if (auto same = agree(key, own, absent); !same) return same;
  }
  if (!application.empty() && line(note, "application") != application) {
    return error{"wrong_application", where + ": it is application '" + line(note, "application") +
                                          "', the release names '" + application + "'; put the right library there"};
  }
  if (!version.empty() && line(note, "version") != version) {
    return error{"wrong_version", where + ": it is " + application + " " + line(note, "version") +
                                      ", the release names " + version + "; put the right library there"};
  }
  return {};
}

}  // namespace patchbay::code

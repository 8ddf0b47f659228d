#pragma once
// A ledger in a directory of its own, and statuses as one line: `B current, A permanent`.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>

#include "release/ledger/ledger.hpp"

namespace patchbay::release::fixture {

class ledger_dir {
 public:
  ledger_dir() {
    auto name = (std::filesystem::temp_directory_path() / "patchbay-ledger-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~ledger_dir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ledger_dir(const ledger_dir&) = delete;
  ledger_dir& operator=(const ledger_dir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file() const { return path_ / "ledger.sqlite"; }

 private:
  std::filesystem::path path_;
};

inline release_record record(const std::string& id) {
  return {id, "bank", id, "/releases/" + id, release_status::unpacked};
}

template <class T>
std::string code(const outcome<T>& result) {
  return result.ok() ? "ok" : result.failure().code;
}

inline std::string statuses(const ledger& all) {
  const auto releases = all.list();
  if (!releases) return releases.failure().text;
  std::string text;
  for (const auto& one : *releases) text += (text.empty() ? "" : ", ") + one.id + " " + word(one.status);
  return text;
}

/// begin_install and finish_install.
inline std::string install(ledger& all, const std::string& from, const std::string& to, bool ok = true) {
  const auto number = all.begin_install(from, to, "{}");
  if (!number) return number.failure().code;
  return code(all.finish_install(*number, ok, ok ? "" : "code_change_failed"));
}

/// REQUIRES: the file can be opened (an exception otherwise).
inline ledger must_open(const std::filesystem::path& file) {
  auto opened = ledger::open(file);
  if (!opened) throw std::runtime_error(opened.failure().text);
  return std::move(opened).value();
}

/// A permanent; B and C unpacked.
inline ledger three(const std::filesystem::path& file) {
  auto all = must_open(file);
  EXPECT_EQ(code(all.create_releases(record("A"))), "ok");
  EXPECT_EQ(code(all.add_unpacked(record("B"))), "ok");
  EXPECT_EQ(code(all.add_unpacked(record("C"))), "ok");
  return all;
}

}  // namespace patchbay::release::fixture

#pragma once
// SQLite with our failures: the one file that knows its C interface is database.cpp.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "port/outcome.hpp"

struct sqlite3;

namespace patchbay::release {

/// One connection. Thread: one at a time.
class database {
 public:
  enum class mode { read_write, read_only };
  using value = std::variant<std::int64_t, std::string>;
  using row = std::vector<std::string>;  ///< columns as text; NULL is empty

  static outcome<database> open(const std::filesystem::path& file, mode how, std::chrono::milliseconds patience);

  /// Runs one statement to its end with ?1, ?2 … bound. Errors: disk_full, locked, corrupt, read_only, io.
  outcome<std::vector<row>> query(std::string_view sql, const std::vector<value>& values = {});
  outcome<void> run(std::string_view sql, const std::vector<value>& values = {});
  [[nodiscard]] std::int64_t last_number() const;
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Whether a transaction is open: SQLite itself rolls some failed ones back.
  [[nodiscard]] bool in_transaction() const;

 private:
  struct closer {
    void operator()(sqlite3* handle) const noexcept;
  };
  static outcome<database> open(const std::string& name, const std::string& shown, int flags,
                                std::chrono::milliseconds patience);
  static outcome<database> open_to_read(const std::filesystem::path& file, std::chrono::milliseconds patience);
  database(sqlite3* handle, std::string name) : handle_(handle), name_(std::move(name)) {}
  [[nodiscard]] error failure(int code) const;

  std::unique_ptr<sqlite3, closer> handle_;
  std::string name_;
};

/// Rolled back unless commit() succeeded.
class transaction {
 public:
  static outcome<transaction> begin(database& data);
  transaction(transaction&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
  transaction& operator=(transaction&&) = delete;
  ~transaction();
  outcome<void> commit();

 private:
  explicit transaction(database& data) : data_(&data) {}
  database* data_;
};

}  // namespace patchbay::release

#pragma once
// One client's answers as a file: written once, by that client, when it has stopped.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "load/answers.hpp"

namespace load {

namespace detail {
struct closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using file_handle = std::unique_ptr<std::FILE, closer>;
inline constexpr char answers_magic[8] = {'a', 'n', 's', 'w', 'e', 'r', 's', '1'};

/// Words of this machine; every size is checked against the file's.
struct writer {
  std::FILE* file;
  bool ok = true;
  void bytes(const void* data, std::size_t size) { ok = ok && (size == 0 || std::fwrite(data, size, 1, file) == 1); }
  void number(std::int64_t value) { bytes(&value, sizeof value); }
  template <class T>
  void list(const std::vector<T>& values) {
    number(static_cast<std::int64_t>(values.size()));
    bytes(values.data(), values.size() * sizeof(T));
  }
};
struct reader {
  std::FILE* file;
  std::int64_t left;  ///< bytes that remain in the file
  bool ok = true;
  void bytes(void* data, std::size_t size) {
    ok = ok && static_cast<std::int64_t>(size) <= left && (size == 0 || std::fread(data, size, 1, file) == 1);
    if (ok) left -= static_cast<std::int64_t>(size);
  }
  std::int64_t number() {
    std::int64_t value = 0;
    bytes(&value, sizeof value);
    return ok ? value : 0;
  }
  std::size_t size(std::size_t element) {
    const auto count = number();
    ok = ok && count >= 0 && count <= left / static_cast<std::int64_t>(element);
    return ok ? static_cast<std::size_t>(count) : 0;
  }
  template <class T>
  void list(std::vector<T>& values) {
    values.resize(size(sizeof(T)));
    bytes(values.data(), values.size() * sizeof(T));
  }
};
}  // namespace detail

/// False where the file could not be written whole; errno tells why.
inline bool write_answers(const answers& from, const std::string& path) {
  const detail::file_handle file(std::fopen(path.c_str(), "wb"));
  if (!file) return false;
  detail::writer out{file.get()};
  out.bytes(detail::answers_magic, sizeof detail::answers_magic);
  for (const auto value : {from.calls, from.duplicated, from.disordered, from.last, from.longest_us, from.numbers.base})
    out.number(value);
  out.number(static_cast<std::int64_t>(from.numbers.chunks.size()));
  for (const auto& chunk : from.numbers.chunks) out.list(chunk);
  out.list(from.strays);
  out.list(from.gaps);
  out.number(static_cast<std::int64_t>(from.errors.size()));
  for (const auto& [text, count] : from.errors) {
    out.number(static_cast<std::int64_t>(text.size()));
    out.bytes(text.data(), text.size());
    out.number(count);
  }
  return out.ok && std::fflush(file.get()) == 0;
}

/// Nothing where the file is absent, truncated or not such a file.
inline std::optional<answers> read_answers(const std::string& path) {
  const detail::file_handle file(std::fopen(path.c_str(), "rb"));
  if (!file || std::fseek(file.get(), 0, SEEK_END) != 0) return std::nullopt;
  detail::reader in{file.get(), std::ftell(file.get())};
  std::rewind(file.get());
  char magic[sizeof detail::answers_magic] = {};
  in.bytes(magic, sizeof magic);
  if (!in.ok || std::memcmp(magic, detail::answers_magic, sizeof magic) != 0) return std::nullopt;
  answers into;
  for (auto* value :
       {&into.calls, &into.duplicated, &into.disordered, &into.last, &into.longest_us, &into.numbers.base})
    *value = in.number();
  into.numbers.chunks.resize(in.size(sizeof(std::int64_t)));
  for (auto& chunk : into.numbers.chunks) in.list(chunk);
  in.list(into.strays);
  in.list(into.gaps);
  for (auto left = in.size(2 * sizeof(std::int64_t)); in.ok && left > 0; --left) {
    std::string text(in.size(1), '\0');
    in.bytes(text.data(), text.size());
    into.errors[text] = in.number();
  }
  if (!in.ok || in.left != 0) return std::nullopt;
  return into;
}

}  // namespace load

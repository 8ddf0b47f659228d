#pragma once
// Log lines: formatted here, written by the host, which adds pid, module and generation.
#include <utility>

#include <fmt/format.h>

#include <patchbay/abi.h>
#include <patchbay/format.hpp>
#include <patchbay/table/host_table.hpp>

namespace patchbay::log {

/// One line: fmt's format string, checked at compile time, and its arguments.
template <class... T>
void write(std::uint32_t level, fmt::format_string<T...> format, T&&... values) {
  fmt::memory_buffer line;
  fmt::format_to(fmt::appender(line), format, std::forward<T>(values)...);
  patchbay::detail::host().log(patchbay::detail::host_table, level, {line.data(), line.size()});
}
template <class... T>
void trace(fmt::format_string<T...> format, T&&... values) {
  write(PB_LOG_TRACE, format, std::forward<T>(values)...);
}
template <class... T>
void debug(fmt::format_string<T...> format, T&&... values) {
  write(PB_LOG_DEBUG, format, std::forward<T>(values)...);
}
template <class... T>
void info(fmt::format_string<T...> format, T&&... values) {
  write(PB_LOG_INFO, format, std::forward<T>(values)...);
}
template <class... T>
void warning(fmt::format_string<T...> format, T&&... values) {
  write(PB_LOG_WARNING, format, std::forward<T>(values)...);
}
template <class... T>
void error(fmt::format_string<T...> format, T&&... values) {
  write(PB_LOG_ERROR, format, std::forward<T>(values)...);
}
template <class... T>
void critical(fmt::format_string<T...> format, T&&... values) {
  write(PB_LOG_CRITICAL, format, std::forward<T>(values)...);
}

}  // namespace patchbay::log

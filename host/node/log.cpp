#include "node/log.hpp"

#include <patchbay/abi.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <utility>

#include "node/log_queue.hpp"
#include "node/log_record.hpp"
#include "port/text.hpp"

namespace patchbay::node {
namespace {

constexpr std::array<std::string_view, 7> level_names{"trace", "debug", "info", "warning", "error", "critical", "off"};

spdlog::level::level_enum spdlog_level(std::uint32_t level) {
  return static_cast<spdlog::level::level_enum>(std::min<std::uint32_t>(level, PB_LOG_CRITICAL));
}

/// Hands each line to a function of the embedding program's.
class function_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit function_sink(std::function<void(log_level, std::string_view)> to) : to_(std::move(to)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    while (line.size() > 0 && line.data()[line.size() - 1] == '\n') line.resize(line.size() - 1);
    to_(static_cast<log_level>(message.level), {line.data(), line.size()});
  }
  void flush_() override {}

  std::function<void(log_level, std::string_view)> to_;
};

spdlog::sink_ptr file_sink(const log_options& options) {
  std::error_code failed;
  // /dev/null and its like: rotating would rename the device.
  if (std::filesystem::is_character_file(options.file, failed))
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file.string());
  return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(options.file.string(), options.max_size,
                                                                options.max_files);
}

static_assert(PB_LOG_TRACE == static_cast<int>(spdlog::level::trace) &&
              PB_LOG_CRITICAL == static_cast<int>(spdlog::level::critical));

}  // namespace

struct host_log::state {
  explicit state(const log_options& options, std::vector<spdlog::sink_ptr> sinks)
      : json(options.format == "json"),
        marks_unsigned(options.marks_unsigned),
        hide(options.hide),
        logger("patchbay", sinks.begin(), sinks.end()),
        queue(options.limits, [this](const log_record& record) { put(record); }) {}

  void put(const log_record& record) {
    // What is lost for want of memory is a line; the log goes on.
    try {
      const std::string line = json ? as_json(record, marks_unsigned) : as_text(record);
      logger.log(record.time, spdlog::source_loc{}, spdlog_level(record.what.level), line);
    } catch (...) {
    }
  }
  [[nodiscard]] bool hides(process::report_kind kind) const {
    return logger.level() > spdlog::level::debug &&
           std::find(hide.begin(), hide.end(), process::word(kind)) != hide.end();
  }

  const bool json;
  const bool marks_unsigned;
  const std::vector<std::string> hide;
  spdlog::logger logger;
  std::mutex mutex;
  std::string release;  // guarded by mutex
  log_queue queue;      // last: its thread uses all of the above
};

host_log::host_log(std::unique_ptr<state> opened) : state_(std::move(opened)) {}
host_log::~host_log() = default;

outcome<std::unique_ptr<host_log>> host_log::open(const log_options& options) {
  const auto known = std::find(level_names.begin(), level_names.end(), options.level);
  if (known == level_names.end()) {
    return error{"bad_level", "there is no log level `" + options.level + "`; known: " + port::list_names(level_names) +
                                  port::did_you_mean(options.level, level_names)};
  }
  constexpr std::array<std::string_view, 2> formats{"text", "json"};
  if (std::find(formats.begin(), formats.end(), options.format) == formats.end()) {
    return error{"bad_format", "there is no log format `" + options.format + "`; known: " + port::list_names(formats) +
                                   port::did_you_mean(options.format, formats)};
  }
  std::vector<spdlog::sink_ptr> sinks;
  if (options.sink) sinks.push_back(std::make_shared<function_sink>(options.sink));
  if (!options.file.empty()) {
    try {
      sinks.push_back(file_sink(options));
    } catch (const spdlog::spdlog_ex& failed) {
      return error{"io", "the log file " + options.file.string() + " cannot be opened: " + failed.what()};
    }
  }
  if (sinks.empty()) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  auto opened = std::make_unique<state>(options, std::move(sinks));
  opened->logger.set_pattern(options.format == "json" ? "%v"
                             : options.marks_unsigned ? "%Y-%m-%d %H:%M:%S.%e %l [unsigned] %v"
                                                      : "%Y-%m-%d %H:%M:%S.%e %l %v");
  opened->logger.set_level(static_cast<spdlog::level::level_enum>(known - level_names.begin()));
  opened->logger.flush_on(spdlog::level::trace);
  return std::unique_ptr<host_log>(new host_log(std::move(opened)));
}

void host_log::write(std::uint32_t level, std::string_view text) noexcept {
  try {
    process::report line;
    line.level = level;
    line.text = text;
    write(line);
  } catch (...) {
    // No memory for the line: it is lost.
  }
}

void host_log::write(const process::report& what) noexcept {
  if (!state_->logger.should_log(spdlog_level(what.level)) || state_->hides(what.kind)) return;
  try {
    log_record record{what, {}, std::chrono::system_clock::now()};
    {
      const std::lock_guard lock(state_->mutex);
      record.release = state_->release;
    }
    state_->queue.push(std::move(record));
  } catch (...) {
    // No memory for the line: it is lost.
  }
}

void host_log::set_release(const std::string& id) {
  const std::lock_guard lock(state_->mutex);
  state_->release = id;
}

void host_log::flush() { state_->queue.drain(std::chrono::milliseconds(5000)); }

}  // namespace patchbay::node

#include "node/log.hpp"

#include <patchbay/abi.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

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

static_assert(PB_LOG_TRACE == static_cast<int>(spdlog::level::trace) &&
              PB_LOG_CRITICAL == static_cast<int>(spdlog::level::critical));

}  // namespace

struct host_log::state {
  explicit state(spdlog::sink_ptr sink) : logger("patchbay", std::move(sink)) {}
  spdlog::logger logger;
};

host_log::host_log(std::unique_ptr<state> opened) : state_(std::move(opened)) {}
host_log::~host_log() = default;

outcome<std::unique_ptr<host_log>> host_log::open(const log_options& options) {
  const auto known = std::find(level_names.begin(), level_names.end(), options.level);
  if (known == level_names.end()) {
    return error{"bad_level", "there is no log level `" + options.level + "`; known: " + port::list_names(level_names) +
                                  port::did_you_mean(options.level, level_names)};
  }
  spdlog::sink_ptr sink;
  if (options.sink) {
    sink = std::make_shared<function_sink>(options.sink);
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  auto opened = std::make_unique<state>(std::move(sink));
  opened->logger.set_pattern(options.marks_unsigned ? "%Y-%m-%d %H:%M:%S.%e %l [unsigned] %v"
                                                    : "%Y-%m-%d %H:%M:%S.%e %l %v");
  opened->logger.set_level(static_cast<spdlog::level::level_enum>(known - level_names.begin()));
  opened->logger.flush_on(spdlog::level::trace);
  return std::unique_ptr<host_log>(new host_log(std::move(opened)));
}

void host_log::write(std::uint32_t level, std::string_view text) noexcept {
  state_->logger.log(spdlog_level(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace patchbay::node

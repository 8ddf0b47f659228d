#include "behaviour/debug_options.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "process/process.hpp"

namespace patchbay::behaviour {
namespace {

std::string utc(std::chrono::system_clock::time_point when) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
#ifdef _WIN32
  gmtime_s(&parts, &seconds);
#else
  gmtime_r(&seconds, &parts);
#endif
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// A fifo would hold up the process until somebody reads it, and then for as long as nobody does.
bool can_be_appended_to(const std::string& path) {
  using kind = std::filesystem::file_type;
  std::error_code failed;
  const kind found = std::filesystem::status(path, failed).type();
  return found == kind::not_found || found == kind::regular || found == kind::character;
}

}  // namespace

debug_function::debug_function(std::string name, const pb_sys_function& function, message::code_use* maker)
    : name_(std::move(name)), function_(function), maker_(maker) {
  if (maker_ != nullptr) maker_->need();
}
debug_function::debug_function(debug_function&& other) noexcept
    : name_(std::move(other.name_)),
      function_(std::exchange(other.function_, {})),
      maker_(std::exchange(other.maker_, nullptr)) {}
debug_function& debug_function::operator=(debug_function&& other) noexcept {
  if (this == &other) return *this;
  drop();
  name_ = std::move(other.name_);
  function_ = std::exchange(other.function_, {});
  maker_ = std::exchange(other.maker_, nullptr);
  return *this;
}
debug_function::~debug_function() { drop(); }

void debug_function::drop() noexcept {
  // The code is needed until its drop has returned.
  if (function_.drop != nullptr) function_.drop(function_.context);
  function_ = {};
  if (maker_ != nullptr) std::exchange(maker_, nullptr)->release();
}

void debug_options::see(process::process& self, process::debug_event& event) {
  using kind = process::debug_event::kind;
  if (counts_) {
    if (event.what() == kind::in) ++counts_->in;
    if (event.what() == kind::out) ++counts_->out;
  }
  if (log_length_ != 0) {
    if (log_.size() == log_length_) log_.pop_front();
    log_.push_back(event.line());
  }
  if (file_.is_open()) file_ << event.line() << std::endl;
  if (trace_) {
    process::report line;
    line.pid = self.pid();
    line.kind = process::report_kind::debug;
    line.text = event.words();
    system_.tell(std::move(line));
  }
  std::erase_if(functions_, [&](const debug_function& each) { return !each.call(self.pid(), event.line()); });
}

void debug_options::log(std::size_t events) {
  log_length_ = std::min(events, longest_log);
  while (log_.size() > log_length_) log_.pop_front();
}

void debug_options::statistics(bool on) {
  counts_.reset();
  if (on) counts_ = counts{std::chrono::system_clock::now(), 0, 0};
}

std::string debug_options::statistics_json() const {
  if (!counts_) return "\"no_statistics\"";
  return nlohmann::json{{"start_time", utc(counts_->since)},
                        {"current_time", utc(std::chrono::system_clock::now())},
                        {"reductions", counts_->in},
                        {"messages_in", counts_->in},
                        {"messages_out", counts_->out}}
      .dump();
}

bool debug_options::log_to_file(const std::string& path) {
  if (file_.is_open()) file_.close();
  file_name_.clear();
  if (path.empty()) return true;
  file_.clear();
  if (!can_be_appended_to(path)) return false;
  file_.open(path, std::ios::app);
  if (!file_.is_open()) return false;
  file_name_ = path;
  return true;
}

void debug_options::install(debug_function&& function) {
  const auto same = [&](const debug_function& each) { return each.name() == function.name(); };
  if (std::none_of(functions_.begin(), functions_.end(), same)) functions_.push_back(std::move(function));
}

void debug_options::remove(std::string_view name) {
  std::erase_if(functions_, [&](const debug_function& each) { return each.name() == name; });
}

bool debug_options::idle() const noexcept {
  return !trace_ && log_length_ == 0 && !counts_ && !file_.is_open() && functions_.empty();
}

std::vector<std::string> debug_options::words() const {
  std::vector<std::string> on;
  if (trace_) on.emplace_back("trace");
  if (log_length_ != 0) on.push_back("{log," + std::to_string(log_length_) + "}");
  if (counts_) on.emplace_back("statistics");
  if (file_.is_open()) on.push_back("{log_to_file," + file_name_ + "}");
  for (const debug_function& each : functions_) on.push_back("{install," + each.name() + "}");
  return on;
}

debug_options& debugging(process::system& owner, process::process& self) {
  auto& watching = self.ties().watching;
  if (watching == nullptr) {
    watching = std::make_unique<debug_options>(owner);
    self.set_observed(true);
  }
  return static_cast<debug_options&>(*watching);
}

void settle_debugging(process::process& self) {
  process::bonds* ties = self.ties_if_any();
  if (ties == nullptr || ties->watching == nullptr) return;
  if (!static_cast<debug_options&>(*ties->watching).idle()) return;
  self.set_observed(false);
  ties->watching.reset();
}

void start_debugging(process::system& owner, process::process& self, std::string_view options) {
  while (!options.empty()) {
    const auto comma = options.find(',');
    std::string_view option = options.substr(0, comma);
    options = comma == std::string_view::npos ? std::string_view() : options.substr(comma + 1);
    while (option.starts_with(' ')) option.remove_prefix(1);
    while (option.ends_with(' ')) option.remove_suffix(1);
    if (option.empty()) continue;
    if (option == "trace") {
      debugging(owner, self).trace(true);
    } else if (option == "statistics") {
      debugging(owner, self).statistics(true);
    } else if (option == "log") {
      debugging(owner, self).log(debug_options::default_log);
    } else if (option.starts_with("log_to_file:") &&
               debugging(owner, self).log_to_file(std::string(option.substr(12)))) {
      continue;
    } else {
      std::size_t events = 0;
      const std::string_view digits = option.starts_with("log:") ? option.substr(4) : std::string_view();
      const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), events);
      if (!digits.empty() && failed == std::errc() && end == digits.data() + digits.size() && events != 0) {
        debugging(owner, self).log(events);
      } else {
        owner.log(PB_LOG_WARNING,
                  self.code().name() + ": ignoring erroneous debug options - " + std::string(option) +
                      "; known: trace, log, log:N, statistics, log_to_file:PATH",
                  self.pid());
      }
    }
  }
  settle_debugging(self);
}

}  // namespace patchbay::behaviour

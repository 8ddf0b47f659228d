#include "programs.hpp"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <future>
#include <set>
#include <sstream>
#include <utility>

namespace demo {
namespace {

using patchbay::error;
using patchbay::port::descriptor;

/// Reads lines until the other end closes.
class line_source {
 public:
  explicit line_source(descriptor from) : from_(std::move(from)) {}
  bool next(std::string& line) {
    while (true) {
      if (const auto end = buffer_.find('\n'); end != std::string::npos) {
        line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return true;
      }
      char bytes[4096];
      const auto n = ::read(from_.get(), bytes, sizeof bytes);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        line = std::exchange(buffer_, {});
        return !line.empty();
      }
      buffer_.append(bytes, static_cast<std::size_t>(n));
    }
  }

 private:
  descriptor from_;
  std::string buffer_;
};

/// Copies one stream of the host to its log; keeps the promise once, with the ready line or, at the end of the stream, with nothing.
void follow(descriptor from, const std::filesystem::path& log, std::promise<std::string> ready) {
  line_source lines(std::move(from));
  std::ofstream out(log, std::ios::app);
  bool told = false;
  for (std::string line; lines.next(line);) {
    out << line << '\n' << std::flush;
    if (!told && line.starts_with("patchbay: ready: ")) {
      told = true;
      ready.set_value(line);
    }
  }
  if (!told) ready.set_value({});
}

std::string tail_of(const std::filesystem::path& file, std::size_t count) {
  std::ifstream in(file);
  std::deque<std::string> last;
  for (std::string line; std::getline(in, line);) {
    last.push_back(line);
    if (last.size() > count) last.pop_front();
  }
  std::string text;
  for (const auto& line : last) text += "\n  " + line;
  return text;
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const auto begin = text.find_last_of('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

}  // namespace

outcome<std::unique_ptr<host_process>> host_process::start(const places& where, const std::filesystem::path& release,
                                                           std::chrono::milliseconds limit) {
  auto spawned = patchbay::port::child::spawn(
      where.patchbay, {"start", release.string(), "--data", where.data().string(), "--allow-unsigned"});
  if (!spawned) return spawned.failure();
  std::unique_ptr<host_process> host(new host_process(std::move(spawned).value()));
  std::promise<std::string> ready;
  std::promise<std::string> not_asked;
  auto told = ready.get_future();
  host->readers_.emplace_back(follow, std::move(host->child_.output), where.host_log(), std::move(ready));
  host->readers_.emplace_back(follow, std::move(host->child_.errors), where.host_log(), std::move(not_asked));
  if (told.wait_for(limit) == std::future_status::ready) host->ready_line_ = told.get();
  if (!host->ready_line_.empty()) return host;
  host->child_.kill();
  host->wait(limit);
  return error{"not_ready", "the host did not become ready; its last words:" + tail_of(where.host_log(), 12)};
}

host_process::~host_process() {
  if (!waited_) {
    child_.kill();
    wait(std::chrono::seconds(5));
  }
}

patchbay::port::child_end host_process::wait(std::chrono::milliseconds limit) {
  const auto end = child_.wait(limit);
  waited_ = true;
  for (auto& reader : readers_) reader.join();
  readers_.clear();
  return end;
}

std::vector<std::string> host_process::mapped(const std::string& part) const {
  std::ifstream maps("/proc/" + std::to_string(child_.pid()) + "/maps");
  std::set<std::string> found;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    std::string range, rights, offset, device, inode, path;
    fields >> range >> rights >> offset >> device >> inode >> std::ws;
    std::getline(fields, path);
    const auto name = path.substr(path.find_last_of('/') + 1);
    if (inode != "0" && name.find(part) != std::string::npos) found.insert(name + " (inode " + inode + ")");
  }
  return {found.begin(), found.end()};
}

outcome<command_result> run_command(const places& where, const std::filesystem::path& program,
                                    std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--json", "--data", where.data().string()});
  const auto run = patchbay::port::run_child(program, arguments, std::chrono::seconds(30));
  if (!run) return run.failure();
  const auto name = program.filename().string() + " " + arguments.front();
  if (run.value().end.how != patchbay::port::child_end::kind::exited)
    return error{"io", name + ": " + run.value().end.words()};
  command_result result;
  result.ok = run.value().end.code == 0;
  result.output = run.value().output;
  result.answer = json::parse(last_line(result.output), nullptr, false);
  if (result.ok && result.answer.is_discarded()) return error{"io", name + " --json printed no JSON: " + result.output};
  if (!result.ok) {
    const auto failure = result.answer.is_object() ? result.answer.value("error", json::object()) : json::object();
    result.error_code = failure.is_object() ? failure.value("code", "") : "";
    result.error_text = failure.is_object() ? failure.value("text", run.value().errors) : run.value().errors;
  }
  return result;
}

}  // namespace demo

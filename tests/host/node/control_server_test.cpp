#include "node/control/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <latch>

#include "node/control/client.hpp"
#include "node/control/protocol.hpp"
#include "port/sockets.hpp"

namespace patchbay::node {
namespace {

using std::chrono::seconds;

struct control_server_test : ::testing::Test {
  control_server_test() {
    std::string pattern = std::filesystem::temp_directory_path() / "patchbay-control-XXXXXX";
    directory = ::mkdtemp(pattern.data());
    operations.add({"echo", {{"text"}}, [](const json& fields, const progress&) -> outcome<json> {
                      return json(fields["text"]);
                    }});
    operations.add({"wait", {}, [this](const json&, const progress& tell) -> outcome<json> {
                      tell("wait", "until told");
                      entered.set_value();
                      go_on.get_future().wait();
                      return json("done");
                    }});
    auto started = control_server::start(
        socket(), [this](std::string_view line, const auto& send) { return operations.answer(line, send); });
    EXPECT_TRUE(started.ok());
    server = std::move(*started);
  }
  ~control_server_test() override {
    server->stop();
    std::filesystem::remove_all(directory);
  }
  [[nodiscard]] std::filesystem::path socket() const { return directory / "control.sock"; }
  control_client client() {
    auto made = control_client::connect(socket());
    EXPECT_TRUE(made.ok());
    return std::move(*made);
  }
  port::line_channel raw() {
    auto connection = port::connect_unix(socket());
    EXPECT_TRUE(connection.ok());
    return {std::move(*connection), max_line_bytes};
  }

  std::filesystem::path directory;
  std::promise<void> entered;
  std::promise<void> go_on;
  dispatcher operations;
  std::unique_ptr<control_server> server;
};

error refusal(const outcome<std::string_view>& line) {
  if (!line.ok()) return line.failure();
  const auto parsed = parse_response(*line);
  return parsed.ok() && !parsed->answer.ok() ? parsed->answer.failure() : error{"none", std::string(*line)};
}

TEST_F(control_server_test, answers_in_order_and_stays_after_an_error) {
  auto connection = raw();
  ASSERT_TRUE(connection.write("nonsense\n" + request_line(1, "ehco", {}) + request_line(2, "echo", {{"text", "a"}}) +
                               request_line(3, "echo", {{"text", "b"}})));
  EXPECT_EQ(refusal(connection.read(seconds(5))).code, "bad_json");
  EXPECT_EQ(refusal(connection.read(seconds(5))).code, "unknown_op");
  EXPECT_EQ(*parse_response(*connection.read(seconds(5)))->answer, "a");
  EXPECT_EQ(*parse_response(*connection.read(seconds(5)))->answer, "b");
}

TEST_F(control_server_test, answers_an_empty_line_too) {
  auto connection = raw();
  ASSERT_TRUE(connection.write("\n" + request_line(1, "echo", {{"text", "a"}})));
  const auto first = connection.read(seconds(5));
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(parse_response(*first)->id.is_null()) << *first;
  EXPECT_EQ(refusal(first).code, "bad_json");
  EXPECT_EQ(*parse_response(*connection.read(seconds(5)))->answer, "a");
}

TEST_F(control_server_test, is_asked_nothing_that_would_arrive_as_something_else) {
  auto asking = client();
  EXPECT_EQ(asking.ask("echo", {{"text", "p\xff/x"}}, {}, seconds(5)).failure().code, "badarg");
  EXPECT_EQ(*asking.ask("echo", {{"text", "p/x"}}, {}, seconds(5)), "p/x") << "nothing was sent before";
}

TEST_F(control_server_test, serves_others_while_an_operation_runs) {
  std::vector<std::string> phases;
  auto slow = std::async(std::launch::async, [&] {
    return client().ask(
        "wait", {}, [&](std::string_view phase, std::string_view) { phases.emplace_back(phase); }, seconds(20));
  });
  entered.get_future().wait();
  auto half_open = raw();
  ASSERT_TRUE(half_open.write(R"({"id":1,"op":"ec)"));
  EXPECT_EQ(*client().ask("echo", {{"text", "now"}}, {}, seconds(5)), "now");
  go_on.set_value();
  EXPECT_EQ(*slow.get(), "done");
  EXPECT_EQ(phases, std::vector<std::string>{"wait"});
}

TEST_F(control_server_test, goes_on_when_the_client_has_gone) {
  {
    auto gone = raw();
    ASSERT_TRUE(gone.write(request_line(1, "wait", {})));
    entered.get_future().wait();
  }
  go_on.set_value();
  EXPECT_EQ(*client().ask("echo", {{"text", "here"}}, {}, seconds(5)), "here");
}

TEST_F(control_server_test, refuses_a_line_that_is_too_long_and_closes) {
  auto connection = raw();
  auto reader = std::async(std::launch::async,
                           [&] { return connection.write(std::string(max_line_bytes + 100'000, 'x'), seconds(5)); });
  static_cast<void>(reader.get());
  EXPECT_EQ(refusal(connection.read(seconds(5))).code, "line_too_long");
  EXPECT_EQ(connection.read(seconds(5)).failure().code, "closed");
}

TEST_F(control_server_test, takes_a_line_of_exactly_the_limit) {
  const auto frame = request_line(1, "echo", {{"text", ""}}).size();
  auto connection = raw();
  // The answer has a longer frame than the request, so that it alone is over the limit.
  ASSERT_TRUE(
      connection.write(request_line(1, "echo", {{"text", std::string(max_line_bytes - frame, 'x')}}), seconds(5)));
  const auto line = connection.read(seconds(5));
  ASSERT_TRUE(line.ok()) << line.failure().text;
  const auto parsed = parse_response(*line);
  EXPECT_EQ(parsed->id, 1) << "it was read, run and answered";
}

TEST_F(control_server_test, refuses_clients_above_the_limit_and_takes_them_when_others_go) {
  std::vector<port::line_channel> idle;
  for (unsigned i = 0; i < max_clients; ++i) {
    auto connection = raw();
    ASSERT_TRUE(connection.write(request_line(1, "echo", {{"text", "in"}})));
    ASSERT_TRUE(connection.read(seconds(5)).ok());
    idle.push_back(std::move(connection));
  }
  auto refused = raw();
  EXPECT_EQ(refusal(refused.read(seconds(5))).code, "too_many_clients");
  EXPECT_EQ(refused.read(seconds(5)).failure().code, "closed");
  EXPECT_EQ(client().ask("echo", {{"text", "x"}}, {}, seconds(5)).failure().code, "too_many_clients");

  idle.pop_back();
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  for (;;) {  // the server notices that one has gone when it reads from it
    const auto got = client().ask("echo", {{"text", "in"}}, {}, seconds(5));
    if (got.ok()) break;
    ASSERT_LT(std::chrono::steady_clock::now(), until);
  }
}

/// A limit of this process, for as long as it lives.
class lowered_limit {
 public:
  lowered_limit(__rlimit_resource which, rlim_t to) : which_(which) {
    ::getrlimit(which_, &before_);
    const rlimit low{to, before_.rlim_max};
    ::setrlimit(which_, &low);
  }
  lowered_limit(const lowered_limit&) = delete;
  lowered_limit& operator=(const lowered_limit&) = delete;
  ~lowered_limit() { ::setrlimit(which_, &before_); }

 private:
  __rlimit_resource which_;
  rlimit before_{};
};

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// A sanitizer maps memory of its own beyond any limit.
TEST_F(control_server_test, a_client_that_no_thread_can_be_made_for_is_refused_in_words) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  std::vector<port::line_channel> clients;
  std::string code;
  {
    // Far less than a thread's stack; the stacks of threads that have ended serve a few clients still.
    const lowered_limit memory(RLIMIT_AS, pages * static_cast<std::size_t>(::getpagesize()) + (1U << 20U));
    while (code.empty() && clients.size() < max_clients) {
      clients.push_back(raw());
      static_cast<void>(clients.back().write(request_line(1, "echo", {{"text", "in"}}), seconds(5)));
      const auto line = clients.back().read(seconds(5));
      if (!line || !parse_response(*line)->answer.ok()) code = refusal(line).code;
    }
  }
  EXPECT_EQ(code, "too_many_clients");
  EXPECT_EQ(clients.back().read(seconds(5)).failure().code, "closed");
  EXPECT_EQ(*client().ask("echo", {{"text", "on"}}, {}, seconds(5)), "on") << "nothing else was lost";
}
#endif

TEST_F(control_server_test, the_descriptor_of_a_client_that_has_gone_is_free_again_at_once) {
  const auto open_ones = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
  const auto before = open_ones();
  {
    auto connection = raw();
    ASSERT_TRUE(connection.write(request_line(1, "echo", {{"text", "in"}})));
    ASSERT_TRUE(connection.read(seconds(5)).ok());
    EXPECT_GT(open_ones(), before);
  }
  // No other client comes, whose acceptance would clear away what is left of this one: there might be no descriptor for it.
  const auto until = std::chrono::steady_clock::now() + seconds(10);
  while (open_ones() != before) {
    ASSERT_LT(std::chrono::steady_clock::now(), until);
    std::this_thread::yield();
  }
}

TEST_F(control_server_test, answers_what_was_begun_when_it_stops) {
  auto slow = std::async(std::launch::async, [&] { return client().ask("wait", {}, {}, seconds(20)); });
  entered.get_future().wait();
  auto idle = client();
  auto stopping = std::async(std::launch::async, [&] { server->stop(); });
  EXPECT_TRUE(idle.wait_closed(seconds(5))) << "an idle client is hung up on";
  go_on.set_value();
  EXPECT_EQ(*slow.get(), "done");
  stopping.get();
  EXPECT_EQ(control_client::connect(socket()).failure().code, "no_host");
}

TEST_F(control_server_test, socket_is_private) {
  struct stat about {};
  ASSERT_EQ(::stat(socket().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

// The socket's mode keeps others out already; who comes through all the same (a descriptor that was handed on, a mode that was changed) is told so.
TEST_F(control_server_test, a_peer_of_another_user_is_refused_in_words) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  constexpr uid_t other = 65534;
  ASSERT_EQ(::chmod(directory.c_str(), 0711), 0);
  ASSERT_EQ(::chmod(socket().c_str(), 0666), 0);
  // The user of a thread alone: the peer is who it was when it connected.
  auto connected = std::async(std::launch::async, [&] {
    EXPECT_EQ(::syscall(SYS_setresuid, -1, other, -1), 0);
    auto connection = port::connect_unix(socket());
    EXPECT_EQ(::syscall(SYS_setresuid, -1, 0, -1), 0);
    return connection;
  });
  auto connection = connected.get();
  ASSERT_TRUE(connection.ok()) << connection.failure().text;
  port::line_channel refused(std::move(*connection), max_line_bytes);
  const auto why = refusal(refused.read(seconds(5)));
  EXPECT_EQ(why.code, "not_permitted");
  EXPECT_EQ(why.text, "this host serves its own user and root only");
  EXPECT_EQ(refused.read(seconds(5)).failure().code, "closed");
  EXPECT_EQ(*client().ask("echo", {{"text", "mine"}}, {}, seconds(5)), "mine");
}

TEST(control_client, says_where_no_host_is) {
  const auto made = control_client::connect("/nonexistent/patchbay/control.sock");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.failure().code, "no_host");
  EXPECT_NE(made.failure().text.find("/nonexistent/patchbay"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::node

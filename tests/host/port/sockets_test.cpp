#include "port/sockets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <vector>

#include "port/files.hpp"
#include "temporary_directory.hpp"

namespace patchbay::port {
namespace {

TEST(sockets, a_path_of_any_length_serves) {
  const temporary_directory directory;
  const auto deep = directory / (std::string(100, 'd') + "/" + std::string(100, 'e'));
  ASSERT_TRUE(make_private_dir(deep));
  const auto path = deep / "control";
  const auto listener = listen_unix(path);
  ASSERT_TRUE(listener) << listener.failure().text;
  struct stat about {};
  ASSERT_EQ(::stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600U);
  EXPECT_FALSE(accept_unix(listener.value()).value());  // nobody waits

  const auto client = connect_unix(path);
  ASSERT_TRUE(client) << client.failure().text;
  const auto server = accept_unix(listener.value());
  ASSERT_TRUE(server && server.value());
  EXPECT_EQ(peer_user(server.value()).value(), ::geteuid());
  ASSERT_EQ(::write(client.value().get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(server.value().get(), &byte, 1), 1);
}

TEST(sockets, a_dead_hosts_socket_is_replaced_but_no_other_file) {
  const temporary_directory directory;
  { const auto gone = listen_unix(directory / "s"); }
  EXPECT_EQ(connect_unix(directory / "s").failure().code, "not_running");
  EXPECT_TRUE(listen_unix(directory / "s"));
  ASSERT_TRUE(write_file_atomic(directory / "f", "mine"));
  EXPECT_EQ(listen_unix(directory / "f").failure().code, "io");
  EXPECT_EQ(read_file(directory / "f").value(), "mine");
  EXPECT_EQ(connect_unix(directory / "absent").failure().code, "not_running");
  EXPECT_EQ(listen_unix(directory / std::string(61, 'n')).failure().code, "badarg");
}

TEST(sockets, who_listens_and_takes_nobody_is_waited_for_no_longer_than_told) {
  const temporary_directory directory;
  const auto listener = listen_unix(directory / "s", 1);
  ASSERT_TRUE(listener) << listener.failure().text;
  std::vector<descriptor> waiting;
  const auto begun = std::chrono::steady_clock::now();
  for (;;) {
    auto next = connect_unix(directory / "s", std::chrono::milliseconds(50));
    if (!next) {
      EXPECT_EQ(next.failure().code, "timeout");
      EXPECT_NE(next.failure().text.find((directory / "s").string()), std::string::npos) << next.failure().text;
      break;
    }
    waiting.push_back(std::move(*next));
    ASSERT_LT(waiting.size(), 10U) << "the queue holds no more than two";
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
  // Once it takes them again, the next is let in.
  ASSERT_TRUE(accept_unix(*listener).value());
  EXPECT_TRUE(connect_unix(directory / "s", std::chrono::seconds(10)));
}

}  // namespace
}  // namespace patchbay::port

#include "port/sockets.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

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

}  // namespace
}  // namespace patchbay::port

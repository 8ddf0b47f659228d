// Memory and messages that go to a helper process.
#include "port/memory_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include "port/message_socket.hpp"

namespace patchbay::port {
namespace {

using std::chrono::milliseconds;

descriptor again(const descriptor& file) { return descriptor(::dup(file.get())); }

TEST(memory_file, holds_what_it_was_made_of_and_nobody_changes_it) {
  const std::string content(100'000, 'x');
  auto file = make_memory_file("test", content);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(::write(file->get(), "y", 1), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(file->get(), 0), -1);
  const auto view = memory_view::map(std::move(*file));
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->bytes(), content);
}

TEST(memory_file, an_empty_one_is_empty) {
  auto file = make_memory_file("test", "");
  ASSERT_TRUE(file.ok());
  const auto view = memory_view::map(std::move(*file));
  ASSERT_TRUE(view.ok());
  EXPECT_TRUE(view->bytes().empty());
}

TEST(memory_file, one_that_could_be_cut_short_is_refused) {
  descriptor open(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::write(open.get(), "abc", 3), 3);
  EXPECT_FALSE(memory_view::map(std::move(open)).ok());
  descriptor pipe_end(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(memory_view::map(std::move(pipe_end)).ok());
}

TEST(shared_memory, both_sides_see_it) {
  const auto ours = shared_memory::make("test", 64);
  ASSERT_TRUE(ours.ok());
  const auto theirs = shared_memory::open(again(ours->file()), 64);
  ASSERT_TRUE(theirs.ok());
  std::memcpy(ours->data(), "abc", 4);
  EXPECT_STREQ(static_cast<const char*>(theirs->data()), "abc");
}

TEST(shared_memory, shorter_than_it_should_be_is_refused) {
  const auto ours = shared_memory::make("test", 64);
  ASSERT_TRUE(ours.ok());
  EXPECT_FALSE(shared_memory::open(again(ours->file()), 65).ok());
}

struct message_sockets : ::testing::Test {
  void SetUp() override {
    auto made = make_message_sockets();
    ASSERT_TRUE(made.ok());
    here = std::move(made->first);
    there = std::move(made->second);
  }
  descriptor here;
  descriptor there;
};

TEST_F(message_sockets, messages_stay_apart_and_carry_files) {
  const auto file = make_memory_file("test", "content");
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(send_message(here, "one", {file->get()}).ok());
  ASSERT_TRUE(send_message(here, "two").ok());
  auto one = receive_message(there);
  ASSERT_TRUE(one.ok() && *one);
  EXPECT_EQ((*one)->bytes, "one");
  ASSERT_EQ((*one)->files.size(), 1U);
  EXPECT_EQ(::fcntl((*one)->files.front().get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  const auto view = memory_view::map(std::move((*one)->files.front()));
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(view->bytes(), "content");
  const auto two = receive_message(there, milliseconds(5000));
  ASSERT_TRUE(two.ok() && *two);
  EXPECT_EQ((*two)->bytes, "two");
  EXPECT_TRUE((*two)->files.empty());
}

TEST_F(message_sockets, what_is_too_long_or_empty_is_not_sent) {
  EXPECT_EQ(send_message(here, "").failure().code, "badarg");
  EXPECT_EQ(send_message(here, std::string(max_socket_message + 1, 'x')).failure().code, "badarg");
  const std::string longest(max_socket_message, 'x');
  ASSERT_TRUE(send_message(here, longest).ok());
  EXPECT_EQ((*receive_message(there))->bytes, longest);
}

TEST_F(message_sockets, who_has_gone_is_an_end_for_the_reader_and_an_error_for_the_writer) {
  ASSERT_TRUE(send_message(there, "last").ok());
  there.reset();
  EXPECT_EQ((*receive_message(here))->bytes, "last");
  const auto end = receive_message(here);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->has_value());
  EXPECT_EQ(send_message(here, "x").failure().code, "io");
}

TEST_F(message_sockets, silence_has_a_limit) {
  EXPECT_EQ(receive_message(here, milliseconds(20)).failure().code, "timeout");
}

TEST_F(message_sockets, who_sends_waits_until_there_is_room) {
  std::thread reader([&] {
    for (int i = 0; i < 1000; ++i) {
      const auto got = receive_message(there);
      ASSERT_TRUE(got.ok() && *got);
      EXPECT_EQ((*got)->bytes.substr(0, (*got)->bytes.find(' ')), std::to_string(i));
    }
  });
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(send_message(here, std::to_string(i) + " " + std::string(8000, 'x')).ok());
  }
  reader.join();
}

}  // namespace
}  // namespace patchbay::port

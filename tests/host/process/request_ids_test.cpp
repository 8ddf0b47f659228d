// send_request and its collections, OTP.md section 1: send_request/2,4, wait_response, receive_response, check_response, {abs,T}, reqids.
#include "actor.hpp"

namespace patchbay::test {
namespace {

class request_ids_test : public testing::Test, public actors {
 protected:
  request_ids_test() : server(spawn("server")), client(spawn("client")) {}

  static std::string words(const reply_outcome<ask_slow>& got) {
    return got ? "{reply, " + std::to_string(*got) + "}" : std::string(error_word(got.status())) + " " + got.reason();
  }
  static std::string words(const labelled_response<ask_slow, std::string>& got) {
    switch (got.what) {
      case waited::response:
        return got.label + " " + words(*got.outcome);
      case waited::no_request:
        return "no_request";
      case waited::timeout:
        return "timeout";
      case waited::no_reply:
        break;
    }
    return "no_reply";
  }

  pid server;
  pid client;
  request_ids<ask_slow> ids;
};

TEST_F(request_ids_test, wait_response_timeout_keeps_waiting_rights) {
  EXPECT_EQ(in(client,
               [this] {
                 const auto sent = send_request<ask_slow>(server, 7);
                 const auto early = words(wait_response(sent, 5ms));
                 call<open_gate>(server);
                 return early + words(wait_response(sent, 5s));
               }),
            "timeout {reply, 7}");
}

TEST_F(request_ids_test, receive_response_timeout_abandons) {
  EXPECT_EQ(in(client,
               [this] {
                 const auto sent = send_request<ask_slow>(server, 7);
                 const auto early = words(receive_response(sent, 5ms));
                 call<open_gate>(server);
                 return early + words(receive_response(sent, 5s));
               }),
            "timeout badarg ");
  // Nor does the late response come to handle_info.
  cast<remark>(client, "last");
  EXPECT_EQ(told(client), (std::vector<std::string>{"cast last"}));
}

TEST_F(request_ids_test, check_response_no_reply_until_it_has_come) {
  EXPECT_EQ(in(client,
               [this] {
                 const auto sent = send_request<ask_slow>(server, 7);
                 const auto early = words(check_response(sent));
                 call<open_gate>(server);
                 return early + words(check_response(sent));
               }),
            "no_reply {reply, 7}");
}

TEST_F(request_ids_test, a_response_that_nobody_waits_for_comes_to_handle_info) {
  in(client, [this] {
    send_request<ask_slow>(server, 7);
    return std::string();
  });
  EXPECT_EQ(call<open_gate>(server), 1);
  EXPECT_TRUE(told(client, {"response 7"}));
}

TEST_F(request_ids_test, results_are_error_and_reason_where_the_server_is_gone_or_ends) {
  EXPECT_EQ(in(client, [] { return words(receive_response(send_request<ask_slow>("nobody", 7), 5s)); }),
            "noproc noproc");
  EXPECT_EQ(in(client,
               [this] {
                 const auto sent = send_request<ask_slow>(server, 7);
                 kill(server);
                 return words(receive_response(sent, 5s));
               }),
            "exit killed");
}

TEST_F(request_ids_test, abs_deadlines) {
  EXPECT_EQ(in(client,
               [this] {
                 const auto sent = send_request<ask_slow>(server, 7);
                 const auto now = std::chrono::steady_clock::now();
                 const auto past = words(wait_response(sent, now - 1s));
                 const auto soon = words(wait_response(sent, now + 5ms));
                 const bool waited_so_long = std::chrono::steady_clock::now() >= now + 5ms;
                 call<open_gate>(server);
                 return past + soon + (waited_so_long ? "" : "early ") + words(receive_response(sent, now + 10s));
               }),
            "timeout timeout {reply, 7}");
}

TEST_F(request_ids_test, reqids_new_add_size_to_list) {
  EXPECT_EQ(ids.size(), 0U);
  in(client, [this] {
    send_request_to(ids, std::string("one"), server, 1);
    ids.add(send_request<ask_slow>(server, 2), "two");
    return std::string();
  });
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(ids.to_list()[0].label, "one");
  EXPECT_EQ(ids.to_list()[1].label, "two");
  EXPECT_THROW(ids.add(ids.to_list()[0].id, "again"), status_error);
}

TEST_F(request_ids_test, a_collection_answers_with_label_whichever_comes_first) {
  EXPECT_EQ(in(client,
               [this] {
                 send_request_to(ids, std::string("one"), server, 1);
                 send_request_to(ids, std::string("two"), server, 2);
                 std::string all = words(check_response(ids)) + ", ";
                 cast<remark>(server, "opening");
                 call<open_gate>(server);
                 all += words(wait_response(ids, 5s)) + ", ";
                 all += words(receive_response(ids, 5s)) + ", ";
                 all += words(wait_response(ids, 5s));
                 return all;
               }),
            "no_reply, one {reply, 1}, two {reply, 2}, no_request");
  EXPECT_EQ(ids.size(), 0U);
}

TEST_F(request_ids_test, a_handler_that_sleeps_on_a_collection_is_woken_by_the_first_response) {
  for (int round = 0; round < 100; ++round) {
    std::atomic<bool> asked{false};
    std::thread opener([&] {
      while (!asked) std::this_thread::yield();
      EXPECT_EQ(call<open_gate>(server), 2);
    });
    const auto got = in(client, [&] {
      send_request_to(ids, std::string("one"), server, 1);
      send_request_to(ids, std::string("two"), server, 2);
      asked = true;
      auto all = words(wait_response(ids, 10s));
      all += words(wait_response(ids, std::chrono::steady_clock::now() + 10s));
      return all;
    });
    opener.join();
    ASSERT_TRUE(got == "two {reply, 2}one {reply, 1}" || got == "one {reply, 1}two {reply, 2}") << got;
  }
}

TEST_F(request_ids_test, wait_response_over_a_collection_keeps_it_and_receive_response_abandons_all) {
  EXPECT_EQ(in(client,
               [this] {
                 send_request_to(ids, std::string("one"), server, 1);
                 send_request_to(ids, std::string("two"), server, 2);
                 auto all = words(wait_response(ids, 5ms)) + " ";
                 all += std::to_string(ids.size());
                 all += words(wait_response(ids, 0ms)) + " ";
                 all += std::to_string(ids.size());
                 all += words(receive_response(ids, 5ms)) + " ";
                 all += std::to_string(ids.size());
                 return all;
               }),
            "timeout 2timeout 2timeout 0");
  call<open_gate>(server);
  cast<remark>(client, "last");
  EXPECT_EQ(told(client), (std::vector<std::string>{"cast last"}));
}

TEST_F(request_ids_test, without_delete_an_answered_request_stays_in_the_collection) {
  EXPECT_EQ(in(client,
               [this] {
                 send_request_to(ids, std::string("one"), server, 1);
                 call<open_gate>(server);
                 auto all = words(wait_response(ids, 5s, false)) + " ";
                 all += std::to_string(ids.size()) + " ";
                 all += words(wait_response(ids, 5s));
                 return all;
               }),
            "one {reply, 1} 1 no_request");
}

}  // namespace
}  // namespace patchbay::test

// Names of messages, on the wire and in tables.
#include <gtest/gtest.h>

#include <patchbay/patchbay.hpp>

namespace declared {
PATCHBAY_MESSAGES_OF("billing", "ledger")
struct post {
  using reply = bool;
};
namespace inner {
struct undeclared {};
}  // namespace inner
}  // namespace declared

namespace {

template <class T>
struct boxed {
  static constexpr std::string_view message_name = "box";
};
struct plain {};
struct shared_by_two {};

TEST(names, come_from_the_type) {
  EXPECT_EQ(patchbay::detail::message_name<plain>(), "plain");
  EXPECT_EQ(patchbay::detail::message_name<declared::inner::undeclared>(), "undeclared");
  EXPECT_EQ(patchbay::detail::message_name<boxed<int>>(), "box");
}

TEST(names, on_the_wire) {
  EXPECT_EQ((patchbay::detail::wire_name<plain>("shop", "cart")), "shop/cart.plain");
  EXPECT_EQ((patchbay::detail::wire_name<declared::post>("shop", "cart")), "billing/ledger.post");
  EXPECT_FALSE(patchbay::detail::owned<declared::inner::undeclared>);
}

TEST(names, of_types_and_replies) {
  patchbay::detail::ensure_message<declared::post>("shop", "cart");
  patchbay::detail::ensure_message<declared::post>("shop", "other");  // says itself whose it is
  EXPECT_EQ(patchbay::detail::to_view(patchbay::detail::message_cell<declared::post>.name), "billing/ledger.post");
  EXPECT_EQ(patchbay::detail::to_view(patchbay::detail::reply_cell<declared::post>.name), "billing/ledger.post.reply");
  EXPECT_EQ(patchbay::detail::to_view(patchbay::detail::reply_cell<declared::post>.schema), "\"bool\"");
}

TEST(names, one_message_in_two_modules_needs_an_owner) {
  patchbay::detail::ensure_message<shared_by_two>("shop", "cart");
  try {
    patchbay::detail::ensure_message<shared_by_two>("shop", "till");
    FAIL();
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(
        error.what(),
        "message shop/till.shared_by_two is also listed as shop/cart.shared_by_two; put PATCHBAY_MESSAGES_OF into its "
        "namespace to say whose it is");
  }
}

}  // namespace

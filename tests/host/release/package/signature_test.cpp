// Keys and signatures without the minisign program.
#include "release/package/signature.hpp"

#include <gtest/gtest.h>

namespace patchbay::release {
namespace {

// Some thousand times cheaper than the default.
constexpr password_cost cheap{32768, 16U << 20U};

struct signature_test : ::testing::Test {
  [[nodiscard]] std::string why_not(std::string_view bytes, const signature& checked) const {
    const auto done = verify(bytes, checked, key.to_public());
    return done ? "" : done.failure().code;
  }
  secret_key key = generate_key();
  signature made = sign("what was packed", key, "timestamp:1\tfile:box");
};

TEST_F(signature_test, holds_for_what_was_signed_and_comes_back_from_its_text) {
  EXPECT_EQ(why_not("what was packed", made), "");
  const auto read = parse_signature(to_text(made));
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_EQ(read->trusted_comment, "timestamp:1\tfile:box");
  EXPECT_TRUE(read->prehashed);
  EXPECT_EQ(why_not("what was packed", *read), "");
}

TEST_F(signature_test, refuses_other_bytes_comments_and_keys) {
  EXPECT_EQ(why_not("what was picked", made), "altered");
  EXPECT_EQ(why_not("", made), "altered");
  auto other = made;
  other.trusted_comment = "timestamp:2\tfile:box";
  EXPECT_EQ(why_not("what was packed", other), "altered");
  other = made;
  other.bytes[5] ^= 1U;
  EXPECT_EQ(why_not("what was packed", other), "altered");
  other = made;
  other.prehashed = false;
  EXPECT_EQ(why_not("what was packed", other), "altered");

  auto stranger = generate_key();
  const auto foreign = sign("what was packed", stranger, "");
  EXPECT_EQ(why_not("what was packed", foreign), "untrusted");
  stranger.id = key.id;
  EXPECT_EQ(why_not("what was packed", sign("what was packed", stranger, "")), "altered") << "an id is no proof";
}

TEST_F(signature_test, any_of_the_trusted_keys_will_do) {
  const std::vector<public_key> trusted{generate_key().to_public(), key.to_public()};
  const auto by = verify("what was packed", made, trusted);
  ASSERT_TRUE(by.ok()) << by.failure().text;
  EXPECT_EQ(*by, key.to_public());
  EXPECT_EQ(verify("what was packed", made, std::span(trusted).first(1)).failure().code, "untrusted");
  EXPECT_EQ(verify("what was packed", made, std::span<const public_key>()).failure().code, "untrusted");
}

TEST_F(signature_test, text_that_is_no_signature_is_refused) {
  const std::string good = to_text(made);
  for (std::size_t cut = 0; cut + 1 < good.size(); ++cut) {
    EXPECT_EQ(parse_signature(good.substr(0, cut)).ok(), false) << cut;
  }
  EXPECT_FALSE(parse_signature(good + "more\n").ok());
}

TEST_F(signature_test, comments_that_could_not_be_read_again_are_refused) {
  const auto why_not = [](const std::string& comment) {
    const auto fits = check_comment(comment);
    return fits ? "" : fits.failure().code;
  };
  const std::string longest(8192 - std::string_view("trusted comment: \n").size() - 1, 'x');
  for (const std::string& comment : {std::string(), std::string("timestamp:1\tfile:caf\xc3\xa9"), longest}) {
    EXPECT_EQ(why_not(comment), "");
    const auto read = parse_signature(to_text(sign("bytes", key, comment)));
    ASSERT_TRUE(read.ok()) << read.failure().text;
    EXPECT_EQ(read->trusted_comment, comment);
  }
  EXPECT_EQ(why_not(longest + "x"), "badarg");
  for (const char* comment : {"two\nlines", "a\r", "\x1b[2J", "\x7f"}) EXPECT_EQ(why_not(comment), "badarg");
}

TEST_F(signature_test, keys_come_back_from_their_files) {
  const auto line = parse_public_key(to_text(key.to_public()));
  ASSERT_TRUE(line.ok()) << line.failure().text;
  EXPECT_EQ(*line, key.to_public());
  EXPECT_EQ(parse_public_key("RWQ").failure().code, "bad_key");

  for (const std::string password : {"", "correct horse"}) {
    const auto text = secret_key_file(key, password, cheap);
    ASSERT_TRUE(text.ok()) << text.failure().text;
    EXPECT_EQ(*needs_password(*text), !password.empty());
    const auto read = parse_secret_key(*text, password);
    ASSERT_TRUE(read.ok()) << read.failure().text;
    EXPECT_EQ(read->bytes, key.bytes);
    EXPECT_EQ(read->id, key.id);
  }
  const auto hidden = secret_key_file(key, "correct horse", cheap);
  EXPECT_EQ(parse_secret_key(*hidden, "battery staple").failure().code, "wrong_password");
  EXPECT_EQ(parse_secret_key(hidden->substr(0, 90), "correct horse").failure().code, "bad_key");
}

}  // namespace
}  // namespace patchbay::release

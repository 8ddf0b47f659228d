// The host is killed between the steps of an install: what the next one finds.
#include "host/release/ledger/child.hpp"
#include "host/release/ledger/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::child;
using fixture::code;
using fixture::ledger_dir;
using fixture::statuses;

struct crash {
  const char* steps;     ///< b begin_install, f finish_install, p make_permanent
  const char* statuses;  ///< after the next open
  std::size_t interrupted;
  const char* text;
};

class a_killed_host : public testing::TestWithParam<crash> {};

TEST_P(a_killed_host, leaves_a_ledger_that_tells_it) {
  const auto& c = GetParam();
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  {
    child host(c.steps, dir.file());
    ASSERT_TRUE(host.said(static_cast<int>(std::string(c.steps).size())));
    host.kill();
  }
  {
    auto next = ledger::open(dir.file());
    ASSERT_TRUE(next.ok()) << next.failure().text;
    EXPECT_EQ(statuses(*next), c.statuses);
    ASSERT_EQ(next->interrupted().size(), c.interrupted);
    if (c.interrupted == 0) return;
    EXPECT_EQ(next->interrupted()[0].release, "B");
    EXPECT_NE(next->interrupted()[0].text.find(c.text), std::string::npos) << next->interrupted()[0].text;
    EXPECT_TRUE(next->history(1)->front().recorded());
  }
  auto later = fixture::must_open(dir.file());
  EXPECT_TRUE(later.interrupted().empty()) << "told once";
  EXPECT_EQ(fixture::install(later, "A", "B"), "ok") << "and it can be tried again";
}

INSTANTIATE_TEST_SUITE_P(steps, a_killed_host,
                         testing::Values(crash{"b", "C unpacked, B unpacked, A permanent", 1,
                                               "was interrupted: the host ended before its outcome was recorded"},
                                         crash{"bf", "C unpacked, B unpacked, A permanent", 1,
                                               "ran but was never made permanent"},
                                         crash{"bfp", "C unpacked, B permanent, A old", 0, ""}));

TEST(a_killed_host_at_any_moment, leaves_exactly_one_permanent_release) {
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  for (int round = 0; round < 10; ++round) {
    {
      // The churn goes A to B and back; a run that was cut may have left either as what boots.
      auto all = fixture::must_open(dir.file());
      const auto boots = (*all.permanent())->id;
      ASSERT_TRUE(boots == "A" || boots == "B");
      if (boots == "B") {
        ASSERT_EQ(fixture::install(all, "B", "A"), "ok");
        ASSERT_EQ(code(all.make_permanent("A")), "ok");
      }
    }
    {
      child host("churn", dir.file());
      ASSERT_TRUE(host.said(round + 1));
      host.kill();
    }
    const auto next = ledger::open(dir.file());
    ASSERT_TRUE(next.ok()) << next.failure().text;
    const auto after = statuses(*next);
    int permanent = 0;
    const auto releases = next->list();
    ASSERT_TRUE(releases.ok());
    for (const auto& one : *releases) permanent += one.status == release_status::permanent ? 1 : 0;
    EXPECT_EQ(permanent, 1) << after;
    EXPECT_EQ(after.find("current"), std::string::npos) << after;
  }
}

}  // namespace
}  // namespace patchbay::release

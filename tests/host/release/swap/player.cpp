#include "player.hpp"

namespace patchbay::test {

player_swap::player_swap()
    : all_{{{detail::server_module<player_1, 1>::table("app", "player")},
            {detail::server_module<player_2, 2>::table("app", "player")}}} {
  if (!up()) {
    EXPECT_TRUE(all_.swap(release::direction::up).ok());
  }
}

void player_swap::swap() {
  const auto done = all_.swap(GetParam());
  ASSERT_TRUE(done) << done.failure().text;
}

void player_swap::swap_back() {
  const auto done = all_.swap(up() ? release::direction::down : release::direction::up);
  ASSERT_TRUE(done) << done.failure().text;
}

std::string player_swap::in(pid where, const std::function<std::string()>& what) {
  std::promise<std::string> answer;
  all_.host->run_on(static_cast<pb_pid>(where), [&](process::process* alive) {
    try {
      answer.set_value(alive == nullptr ? "noproc" : what());
    } catch (const status_error& failed) {
      answer.set_value(std::string(error_word(failed.status())));
    }
  });
  return answer.get_future().get();
}

void player_swap::set_suspended(pid where, bool on) {
  all_.host->run_on(static_cast<pb_pid>(where), [on](process::process* p) { p->set_suspended(on); });
}

bool player_swap::comes(pid where, const std::vector<std::string>& what) {
  eventually([&] { return call<told>(where).size() >= what.size(); });
  EXPECT_EQ(call<told>(where), what);
  return !testing::Test::HasFailure();
}

void player_swap::kill(pid whom) {
  all_.host->exit(static_cast<pb_pid>(whom), {PB_EXIT_KILL, {}});
  EXPECT_TRUE(eventually([&] { return !all_.host->alive(static_cast<pb_pid>(whom)); }));
}

}  // namespace patchbay::test

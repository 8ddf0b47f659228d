#pragma once
// The two directions of code_change, and which struct an older state is.
#include <cstdint>

namespace patchbay {

/// code_change(upgrade<N>, const state_vN&): from the state's version N to this one.
template <std::uint32_t FromVersion>
struct upgrade {};
/// code_change(downgrade<N>, const state&): from this version back to N.
template <std::uint32_t ToVersion>
struct downgrade {};

namespace detail {

/// The declaration that a server keeps of an older state: its nested state_vN.
template <class Server, std::uint32_t Version>
struct old_state {};

#define PATCHBAY_DETAIL_OLD_STATE(version)                   \
  template <class Server>                                    \
    requires requires { typename Server::state_v##version; } \
  struct old_state<Server, version> {                        \
    using type = typename Server::state_v##version;          \
  };
// clang-format off: it moves these lines at every run
#define PATCHBAY_DETAIL_OLD_STATES(tens) \
  PATCHBAY_DETAIL_OLD_STATE(tens##0)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##1)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##2)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##3)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##4)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##5)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##6)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##7)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##8)     \
  PATCHBAY_DETAIL_OLD_STATE(tens##9)
// clang-format on
PATCHBAY_DETAIL_OLD_STATES()
PATCHBAY_DETAIL_OLD_STATES(1)
PATCHBAY_DETAIL_OLD_STATES(2)
PATCHBAY_DETAIL_OLD_STATES(3)
PATCHBAY_DETAIL_OLD_STATES(4)
PATCHBAY_DETAIL_OLD_STATES(5)
PATCHBAY_DETAIL_OLD_STATES(6)
PATCHBAY_DETAIL_OLD_STATES(7)
PATCHBAY_DETAIL_OLD_STATES(8)
PATCHBAY_DETAIL_OLD_STATES(9)
#undef PATCHBAY_DETAIL_OLD_STATES
#undef PATCHBAY_DETAIL_OLD_STATE

/// How many older versions a module may carry migrations for.
inline constexpr std::uint32_t oldest_versions = 100;

template <class Server, std::uint32_t Version>
concept keeps_state = requires { typename old_state<Server, Version>::type; };
template <class Server, std::uint32_t Version>
using old_state_of = typename old_state<Server, Version>::type;

}  // namespace detail
}  // namespace patchbay

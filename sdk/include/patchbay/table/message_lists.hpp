#pragma once
// Which messages a server lists, and in which order its table has them.
#include <cstdint>
#include <optional>
#include <type_traits>

#include <patchbay/message.hpp>
#include <patchbay/table/message_types.hpp>

namespace patchbay::detail {

template <class Server>
struct lists {
  static auto calls() {
    if constexpr (requires { typename Server::calls; })
      return typename Server::calls{};
    else
      return messages<>{};
  }
  static auto casts() {
    if constexpr (requires { typename Server::casts; })
      return typename Server::casts{};
    else
      return messages<>{};
  }
  static auto infos() {
    if constexpr (requires { typename Server::infos; })
      return typename Server::infos{};
    else
      return messages<>{};
  }
  static auto continues() {
    if constexpr (requires { typename Server::continues; })
      return typename Server::continues{};
    else
      return messages<>{};
  }
  static auto imports() {
    if constexpr (requires { typename Server::imports; })
      return typename Server::imports{};
    else
      return messages<>{};
  }
};

template <class Server>
using calls_of = decltype(lists<Server>::calls());
template <class Server>
using casts_of = decltype(lists<Server>::casts());
template <class Server>
using infos_of = decltype(lists<Server>::infos());
template <class Server>
using continues_of = decltype(lists<Server>::continues());
template <class Server>
using imports_of = decltype(lists<Server>::imports());

template <class... Message>
constexpr std::uint32_t count_of(messages<Message...>) {
  return sizeof...(Message);
}
template <class Wanted, class... Message>
constexpr bool is_listed(messages<Message...>) {
  return (std::is_same_v<Wanted, Message> || ...);
}

/// Calls `visit` with a null Message* for each message of a list.
template <class Visit, class... Message>
void for_each_message(messages<Message...>, Visit&& visit) {
  (visit(static_cast<Message*>(nullptr)), ...);
}

/// The index of a continue message in the table: after calls, casts and infos.
template <class Server>
std::optional<std::uint32_t> continue_index(const pb_type* type) {
  std::uint32_t index = count_of(calls_of<Server>{}) + count_of(casts_of<Server>{}) + count_of(infos_of<Server>{});
  std::optional<std::uint32_t> found;
  for_each_message(continues_of<Server>{}, [&]<class Message>(Message*) {
    if (&message_cell<Message> == type) found = index;
    ++index;
  });
  return found;
}

}  // namespace patchbay::detail

#pragma once
// Requests whose responses are awaited together: gen_server's request-id collections, and absolute deadlines ({abs, T}).
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/calls.hpp>
#include <patchbay/serial/field.hpp>
#include <patchbay/signals.hpp>

namespace patchbay {

/// {abs, T}: waits not longer than until then.
using deadline = std::chrono::steady_clock::time_point;

/// gen_server:reqids_new/0: requests of one message, each with a label. May be kept in the state. Not for several threads.
template <class Message, class Label = std::string>
class request_ids {
 public:
  struct item {
    request<Message> id;
    Label label{};
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(id), PATCHBAY_FIELD(label)); }
    bool operator==(const item&) const = default;
  };

  /// gen_server:reqids_add/3. Throws status_error PB_E_BADARG where it is there already.
  void add(request<Message> id, Label as) {
    for (const item& each : items_) {
      if (each.id == id) detail::check(PB_E_BADARG, "request_ids::add of a request that is there already");
    }
    items_.push_back({id, std::move(as)});
  }
  /// gen_server:reqids_size/1.
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  /// gen_server:reqids_to_list/1.
  [[nodiscard]] const std::vector<item>& to_list() const noexcept { return items_; }
  void erase(std::size_t index) { items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(index)); }
  void clear() noexcept { items_.clear(); }
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(items_)); }

 private:
  std::vector<item> items_;
};

/// gen_server:send_request/4: adds the request to a collection.
template <class Message, class Label, class... Arguments>
request<Message> send_request_to(request_ids<Message, Label>& ids, Label label, const target& to,
                                 Arguments&&... arguments) {
  const auto made = send_request<Message>(to, std::forward<Arguments>(arguments)...);
  ids.add(made, std::move(label));
  return made;
}

/// What came of waiting for a collection.
enum class waited {
  response,    ///< {Response, Label, Collection}
  no_request,  ///< none of its requests is under way
  timeout,
  no_reply  ///< of check_response
};
template <class Message, class Label>
struct labelled_response {
  waited what = waited::no_request;
  request<Message> id;  ///< of a response, as the rest
  Label label{};
  std::optional<reply_outcome<Message>> outcome;
};

namespace detail {

/// Milliseconds left, rounded up; 0 where it has passed.
inline std::uint64_t left_until(deadline until) {
  if (until == deadline::max()) return PB_INFINITY;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return to_ms(left);
}

template <class Message, class Label>
labelled_response<Message, Label> fetch_any(request_ids<Message, Label>& ids, std::uint64_t timeout_ms, bool abandon,
                                            bool remove) {
  std::vector<pb_ref> refs;
  refs.reserve(ids.size());
  for (const auto& each : ids.to_list()) refs.push_back(each.id.ref);
  reply_room<reply_object<Message>> room;
  text_sink error;
  std::size_t which = refs.size();
  const pb_status status = host().receive_any(host_table, refs.data(), refs.size(), timeout_ms, abandon ? 1 : 0, &which,
                                              room.storage(), error.get());
  labelled_response<Message, Label> out;
  if (which < refs.size()) {
    const auto& found = ids.to_list()[which];
    out.what = waited::response;
    out.id = found.id;
    out.label = found.label;
    out.outcome = fetched<Message>(status, room, error);
    if (remove) ids.erase(which);
    return out;
  }
  if (status == PB_E_NOT_FOUND) return out;
  if (status == PB_E_NO_REPLY || status == PB_E_TIMEOUT) {
    out.what = status == PB_E_TIMEOUT ? waited::timeout : waited::no_reply;
    if (abandon) ids.clear();
    return out;
  }
  check(status, "waiting for one of " + std::to_string(refs.size()) + " responses", error.take());
  return out;
}

}  // namespace detail

/// gen_server:wait_response/3 over a collection: the response that comes first. A timeout leaves the requests alive. With `remove` what was
/// answered is taken out of the collection; without, the next wait finds nothing under way for it. Throws status_error
/// (PB_E_NO_PROCESS, OVERLOADED, IN_CODE_CHANGE, SHUTTING_DOWN), as the two below.
template <class Message, class Label>
auto wait_response(request_ids<Message, Label>& ids, std::chrono::milliseconds limit, bool remove = true) {
  auto out = detail::fetch_any(ids, detail::to_ms(limit), false, remove);
  if (out.what == waited::no_reply) out.what = waited::timeout;  // the limit was 0
  return out;
}
template <class Message, class Label>
auto wait_response(request_ids<Message, Label>& ids, deadline until, bool remove = true) {
  auto out = detail::fetch_any(ids, detail::left_until(until), false, remove);
  if (out.what == waited::no_reply) out.what = waited::timeout;  // it has passed
  return out;
}
/// gen_server:receive_response/3: a timeout gives all requests of the collection up.
template <class Message, class Label>
auto receive_response(request_ids<Message, Label>& ids, std::chrono::milliseconds limit, bool remove = true) {
  return detail::fetch_any(ids, detail::to_ms(limit), true, remove);
}
template <class Message, class Label>
auto receive_response(request_ids<Message, Label>& ids, deadline until, bool remove = true) {
  return detail::fetch_any(ids, detail::left_until(until), true, remove);
}
/// gen_server:check_response/3: what has come already; waited::no_reply where nothing has.
template <class Message, class Label>
auto check_response(request_ids<Message, Label>& ids, bool remove = true) {
  return detail::fetch_any(ids, 0, false, remove);
}

/// Of one request, until then.
template <class Message>
reply_outcome<Message> wait_response(const request<Message>& of, deadline until) {
  auto out = detail::fetch(of, detail::left_until(until), false);
  return out.status() == PB_E_NO_REPLY ? reply_outcome<Message>(PB_E_TIMEOUT, {}) : std::move(out);
}
template <class Message>
reply_outcome<Message> receive_response(const request<Message>& of, deadline until) {
  return detail::fetch(of, detail::left_until(until), true);
}

}  // namespace patchbay

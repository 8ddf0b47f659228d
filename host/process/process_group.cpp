#include "process/process_group.hpp"

#include <algorithm>

#include "process/process.hpp"

namespace patchbay::process {

void process_group::add(process& resident) noexcept {
  const std::lock_guard lock(mutex_);
  resident.group_next_ = first_;
  resident.group_back_ = nullptr;
  if (first_ != nullptr) first_->group_back_ = &resident;
  first_ = &resident;
  ++count_;
}

void process_group::remove(process& resident) noexcept {
  const std::lock_guard lock(mutex_);
  if (known_ == &resident) known_ = resident.group_next_;
  (resident.group_back_ == nullptr ? first_ : resident.group_back_->group_next_) = resident.group_next_;
  if (resident.group_next_ != nullptr) resident.group_next_->group_back_ = resident.group_back_;
  resident.group_next_ = nullptr;
  resident.group_back_ = nullptr;
  --count_;
}

std::vector<pb_pid> process_group::residents(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<pb_pid> pids;
  pids.reserve(std::min(count_, most));
  for (const process* p = first_; p != nullptr && pids.size() < most; p = p->group_next_) pids.push_back(p->pid());
  return pids;
}

std::vector<process*> process_group::members() const {
  const std::lock_guard lock(mutex_);
  std::vector<process*> all;
  all.reserve(count_);
  for (process* p = first_; p != nullptr; p = p->group_next_) all.push_back(p);
  return all;
}

std::vector<process*> process_group::newcomers() {
  const std::lock_guard lock(mutex_);
  std::vector<process*> all;
  if (known_ == nullptr) all.reserve(count_);
  for (process* p = first_; p != known_; p = p->group_next_) all.push_back(p);
  known_ = first_;
  return all;
}

void process_group::forget_known() noexcept {
  const std::lock_guard lock(mutex_);
  known_ = nullptr;
}

std::size_t process_group::resident_count() const noexcept {
  const std::lock_guard lock(mutex_);
  return count_;
}

void process_group::learn(const pb_module& table) {
  const std::lock_guard lock(mutex_);
  const auto add = [this](const pb_type* request, const pb_type* reply) {
    if (request != nullptr && reply != nullptr && request->host_id != 0) replies_.emplace(request->host_id, reply);
  };
  for (std::size_t i = 0; i < table.message_count; ++i) add(table.messages[i]->type, table.messages[i]->reply);
  for (std::size_t i = 0; i < table.import_count; ++i) add(table.imports[i]->type, table.imports[i]->reply);
}

const pb_type* process_group::reply_of(std::uint32_t request_id) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = replies_.find(request_id);
  return found == replies_.end() ? nullptr : found->second;
}

void process_group::pin(std::string why) {
  const std::lock_guard lock(mutex_);
  pins_.push_back(std::move(why));
}

void process_group::unpin(const std::string& why) {
  const std::lock_guard lock(mutex_);
  const auto it = std::find(pins_.begin(), pins_.end(), why);
  if (it != pins_.end()) pins_.erase(it);
}

std::vector<std::string> process_group::pins() const {
  const std::lock_guard lock(mutex_);
  return pins_;
}

}  // namespace patchbay::process

// Modules whose second version comes back, loses something, or cannot go.
#include <map>

#include <patchbay/gen_server.hpp>

namespace tested_upgrades {

struct keeper {
  struct state_v1 {
    std::int64_t total = 0;
    std::vector<std::string> names;
    std::map<std::string, double> rates;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(names), PATCHBAY_FIELD(rates)); }
  };
  struct state {
    std::int64_t total = 0;
    std::vector<std::string> names;
    std::map<std::string, double> rates;
    std::int64_t largest = 0;
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(names), PATCHBAY_FIELD(rates), PATCHBAY_FIELD(largest));
    }
  };
  static state init() { return {}; }
  static state code_change(patchbay::upgrade<1>, const state_v1& old) {
    return {old.total, old.names, old.rates, old.total};
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.total, now.names, now.rates}; }
};
PATCHBAY_GEN_SERVER(keeper, 2);

/// Forgets the third name on, and whatever is above 1,000.
struct forgetful {
  struct state_v1 {
    std::int64_t total = 0;
    std::vector<std::string> names;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(names)); }
  };
  struct state {
    std::int64_t total = 0;
    std::string first;
    std::string second;
    std::uint32_t count = 0;
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(first), PATCHBAY_FIELD(second), PATCHBAY_FIELD(count));
    }
  };
  static state init() { return {}; }
  static state code_change(patchbay::upgrade<1>, const state_v1& old) {
    state made{old.total > 1000 ? 1000 : old.total, {}, {}, 0};
    if (!old.names.empty()) made.first = old.names[0];
    if (old.names.size() > 1) made.second = old.names[1];
    made.count = static_cast<std::uint32_t>(std::min<std::size_t>(old.names.size(), 2));
    return made;
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) {
    state_v1 made{now.total, {}};
    if (now.count > 0) made.names.push_back(now.first);
    if (now.count > 1) made.names.push_back(now.second);
    return made;
  }
};
PATCHBAY_GEN_SERVER(forgetful, 2);

struct refuser {
  struct state_v1 {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct state {
    std::int64_t total = 0;
    std::int64_t more = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(more)); }
  };
  static state init() { return {}; }
  static state code_change(patchbay::upgrade<1>, const state_v1& old) {
    if (old.total < -7) throw std::runtime_error("no total below -7");
    return {old.total, 0};
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) { return {now.total}; }
};
PATCHBAY_GEN_SERVER(refuser, 2);

}  // namespace tested_upgrades

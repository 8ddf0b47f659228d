#pragma once
// How a struct names its fields.
#include <cereal/cereal.hpp>

/// One field of a message or state, inside its `serialize`: `ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(largest));`
/// List every member, always the same ones in the same order.
#define PATCHBAY_FIELD(member) ::cereal::make_nvp(#member, member)

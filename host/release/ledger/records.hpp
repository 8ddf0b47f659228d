#pragma once
// How records lie in the ledger's tables.
#include <string>
#include <vector>

#include "release/ledger/database.hpp"
#include "release/ledger/ledger.hpp"

namespace patchbay::release {

/// The columns that release_of() and operation_of() expect, in order.
inline constexpr const char* release_columns = "id, name, vsn, directory, status";
inline constexpr const char* operation_columns = "number, kind, from_id, to_id, plan, started, ended, outcome, text";

release_record release_of(const database::row& row);
operation_record operation_of(const database::row& row);

/// Creates the tables in an empty file, else checks that they are ours. Errors: newer_ledger, corrupt.
outcome<void> prepare(database& data, database::mode how);

}  // namespace patchbay::release

#include <patchbay/supervisor.hpp>

struct @name @_sup{static patchbay::sup_spec init(const patchbay::args& a){
    return {.children = {{.id = "@name@_server", .module = "@name@_server", .name = "@name@", .args = a}}};
}
}
;
PATCHBAY_SUPERVISOR(@name @_sup);

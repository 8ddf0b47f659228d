#pragma once
// A sink that keeps what it is given.
#include <string>

#include <patchbay/abi.h>

namespace sdk_test {

struct string_sink {
  std::string text;
  pb_sink sink{this, [](void* context, const void* data, std::size_t size) {
                 static_cast<string_sink*>(context)->text.append(static_cast<const char*>(data), size);
               }};
};

}  // namespace sdk_test

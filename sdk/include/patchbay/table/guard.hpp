#pragma once
// No exception crosses the ABI: they end here, as a status and a text.
#include <exception>
#include <new>
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/serial/input_archive.hpp>

namespace patchbay::detail {

inline void write_text(const pb_sink* sink, std::string_view text) noexcept {
  if (sink != nullptr && sink->write != nullptr) sink->write(sink->context, text.data(), text.size());
}

/// Runs work, which answers a pb_status. An exception becomes PB_E_DECODE (decode_error), PB_E_NOMEM (std::bad_alloc) or `other`,
/// its what() goes to the sink.
template <class Work>
pb_status guarded(const pb_sink* error, pb_status other, Work&& work) noexcept {
  try {
    return work();
  } catch (const decode_error& failure) {
    write_text(error, failure.what());
    return other == PB_E_EXCEPTION ? PB_E_EXCEPTION : PB_E_DECODE;
  } catch (const std::bad_alloc& failure) {
    write_text(error, failure.what());
    return other == PB_E_EXCEPTION ? PB_E_EXCEPTION : PB_E_NOMEM;
  } catch (const std::exception& failure) {
    write_text(error, failure.what());
    return other;
  } catch (...) {
    write_text(error, "an exception that is no std::exception");
    return other;
  }
}

}  // namespace patchbay::detail

#pragma once
// What this plugin is compiled with, as texts known to the preprocessor.
#include <cstddef>  // _GLIBCXX_*
#include <string>

#include <patchbay/abi.h>

#define PATCHBAY_TEXT_OF(x) #x
#define PATCHBAY_TEXT(x) PATCHBAY_TEXT_OF(x)

#if defined(__clang__)
#define PATCHBAY_COMPILER "clang-" PATCHBAY_TEXT(__clang_major__)
#elif defined(__GNUC__)
#define PATCHBAY_COMPILER "gcc-" PATCHBAY_TEXT(__GNUC__)
#else
#error "Patchbay: gcc or clang"
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PATCHBAY_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define PATCHBAY_SANITIZER "thread"
#elif __has_feature(memory_sanitizer)
#define PATCHBAY_SANITIZER "memory"
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define PATCHBAY_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define PATCHBAY_SANITIZER "thread"
#endif
#ifndef PATCHBAY_SANITIZER
#define PATCHBAY_SANITIZER "none"
#endif

#ifdef _GLIBCXX_RELEASE
#define PATCHBAY_GLIBCXX PATCHBAY_TEXT(_GLIBCXX_RELEASE) "-" PATCHBAY_TEXT(__GLIBCXX__)
#define PATCHBAY_CXX11_ABI PATCHBAY_TEXT(_GLIBCXX_USE_CXX11_ABI)
#else
#define PATCHBAY_GLIBCXX "none"
#define PATCHBAY_CXX11_ABI "1"
#endif
#ifdef _GLIBCXX_DEBUG
#define PATCHBAY_DEBUG "1"
#else
#define PATCHBAY_DEBUG "0"
#endif

/// Objects go by pointer only between plugins in which this text is equal.
#define PATCHBAY_TOOLCHAIN                                                                                             \
  "compiler=" PATCHBAY_COMPILER " glibcxx=" PATCHBAY_GLIBCXX " cxx11_abi=" PATCHBAY_CXX11_ABI " debug=" PATCHBAY_DEBUG \
  " sanitizer=" PATCHBAY_SANITIZER

/// The facts that a host reads before any code of the library runs (plugin.h, PB_NOTE_SECTION). `application` and `version` are string
/// literals.
#ifdef __ELF__
#define PATCHBAY_NOTE(application, version) \
  __asm__(".pushsection .note.patchbay,\"a\",%note\n"                                                          \
          ".balign 4\n"                                                                                        \
          ".long 9\n"                                                                                          \
          ".long 2f-1f\n"                                                                                      \
          ".long 0x50420001\n"                                                                                 \
          ".asciz \"Patchbay\"\n"                                                                              \
          ".balign 4\n"                                                                                        \
          "1: .ascii \"abi=" PATCHBAY_TEXT(PATCHBAY_ABI_MAJOR) "." PATCHBAY_TEXT(PATCHBAY_ABI_MINOR) "\\n"     \
          "application=" application "\\nversion=" version "\\ncompiler=" PATCHBAY_COMPILER "\\n"              \
          "cxx11_abi=" PATCHBAY_CXX11_ABI "\\nsanitizer=" PATCHBAY_SANITIZER "\\n"                             \
          "glibcxx=" PATCHBAY_GLIBCXX "\\ndebug=" PATCHBAY_DEBUG "\\n\"\n"                                     \
          "2: .balign 4\n"                                                                                     \
          ".popsection");
#else
#define PATCHBAY_NOTE(application, version)
#endif

// PB_ABI_MAJOR as a plain number: `1u` is no number to people.
#define PATCHBAY_ABI_MAJOR 1
#define PATCHBAY_ABI_MINOR 0
static_assert(PATCHBAY_ABI_MAJOR == PB_ABI_MAJOR && PATCHBAY_ABI_MINOR == PB_ABI_MINOR);

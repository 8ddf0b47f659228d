# Flags, sanitizers and the functions that declare rooms, programs and tests.
include(GNUInstallDirs)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache asks for where headers are precompiled.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# Warnings are errors here; nothing of this reaches those who link what is installed.
add_library(patchbay_flags INTERFACE)
target_compile_options(patchbay_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It takes the small buffer of a std::string for all there is once -O2 inlines the copy (GCC bug 105651); the presets below -O2 keep the warnings.
  foreach(warning array-bounds restrict stringop-overflow stringop-overread)
    target_compile_options(patchbay_flags INTERFACE $<$<CONFIG:Release>:-Wno-${warning}>)
  endforeach()
endif()

option(PATCHBAY_FUZZ "Build for libFuzzer (clang)" OFF)
if(PATCHBAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
set(PATCHBAY_SANITIZE "" CACHE STRING "address (with undefined) or thread")
set_property(CACHE PATCHBAY_SANITIZE PROPERTY STRINGS "" address thread)
if(PATCHBAY_SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(PATCHBAY_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
elseif(PATCHBAY_SANITIZE)
  message(FATAL_ERROR "PATCHBAY_SANITIZE is '${PATCHBAY_SANITIZE}'; it is address, thread or empty")
endif()
if(PATCHBAY_SANITIZE)
  add_compile_options(${sanitizers} -fno-omit-frame-pointer)
  add_link_options(${sanitizers})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # gcc 12 sees uninitialised values and wrong bounds in the code that its sanitizers add; the builds without them keep the warning.
    target_compile_options(patchbay_flags INTERFACE -Wno-maybe-uninitialized)
    if(PATCHBAY_SANITIZE STREQUAL "thread")
      target_compile_options(patchbay_flags INTERFACE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
    endif()
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND NOT PATCHBAY_FUZZ)
    # A plugin and its host must share one runtime; clang's default is a static one in the program alone.
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-runtime-dir OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
    add_link_options(-shared-libsan $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-Wl,-rpath,${runtime}>)
  endif()
endif()

find_package(Threads REQUIRED)

# <patchbay/version.hpp>, for the host and its programs.
configure_file(${PROJECT_SOURCE_DIR}/host/include/patchbay/version.hpp.in ${PROJECT_BINARY_DIR}/generated/patchbay/version.hpp @ONLY)
add_library(patchbay_version INTERFACE)
target_include_directories(patchbay_version INTERFACE $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>
                                                      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# patchbay_precompile(TARGET HEADER): TARGET's sources see tools/cmake/precompiled/HEADER.hpp first. It is compiled once for each HEADER, so
# targets that share one must have the same flags. CMAKE_DISABLE_PRECOMPILE_HEADERS switches it off.
function(patchbay_precompile target header)
  set(owner patchbay_precompiled_${header})
  if(NOT TARGET ${owner})
    find_package(nlohmann_json REQUIRED)
    set(source ${PROJECT_BINARY_DIR}/generated/precompiled_${header}.cpp)
    if(header STREQUAL "room")
      file(CONFIGURE OUTPUT ${source} CONTENT "")
      add_library(${owner} STATIC EXCLUDE_FROM_ALL ${source})
    else()
      # A program, as those that use it are: they are compiled with -fPIE.
      file(CONFIGURE OUTPUT ${source} CONTENT "int main() {}\n")
      add_executable(${owner} EXCLUDE_FROM_ALL ${source})
      patchbay_test_flags(${owner})
      target_link_libraries(${owner} PRIVATE GTest::gtest)
    endif()
    if(header STREQUAL "sdk_test")
      target_link_libraries(${owner} PRIVATE patchbay_sdk)
    endif()
    target_link_libraries(${owner} PRIVATE patchbay_flags nlohmann_json::nlohmann_json)
    target_precompile_headers(${owner} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${PROJECT_SOURCE_DIR}/tools/cmake/precompiled/${header}.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

# Test code is compiled without optimisation, which halves the time to build it; what it tests is compiled as the preset says.
function(patchbay_test_flags target)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${target} PRIVATE -O0 -g1)
  endif()
endfunction()

# patchbay_room(NAME SOURCES ... [USES target ...]): one static library of the host, with includes from host/.
function(patchbay_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES" ${ARGN})
  add_library(patchbay_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(patchbay_${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/host>)
  target_link_libraries(patchbay_${name} PUBLIC ${ROOM_USES} patchbay_version PRIVATE $<BUILD_INTERFACE:patchbay_flags>)
  patchbay_precompile(patchbay_${name} room)
  set_property(GLOBAL APPEND PROPERTY PATCHBAY_ROOMS patchbay_${name})
endfunction()

# patchbay_program(NAME SOURCES ... [USES target ...] [LIBEXEC] [PRIVATE]): an installed program, built to <build>/bin, or with
# LIBEXEC to <build>/libexec/patchbay: the same places, seen from each other, as where it is installed. PRIVATE ones are not
# installed. The target is patchbay_NAME, dashes as underscores and no doubled prefix: `relup` is patchbay_relup, `patchbay-lint`
# is patchbay_lint (and patchbay::lint), `patchbay` is patchbay.
function(patchbay_program name)
  cmake_parse_arguments(PROGRAM "LIBEXEC;PRIVATE" "" "SOURCES;USES" ${ARGN})
  string(REPLACE "-" "_" target ${name})
  if(NOT target MATCHES "^patchbay(_|$)")
    set(target patchbay_${target})
  endif()
  string(REGEX REPLACE "^patchbay_" "" short ${target})
  add_executable(${target} ${PROGRAM_SOURCES})
  add_executable(patchbay::${short} ALIAS ${target})
  target_link_libraries(${target} PRIVATE ${PROGRAM_USES} patchbay_version patchbay_flags)
  set(folder ${CMAKE_INSTALL_BINDIR})
  if(PROGRAM_LIBEXEC)
    set(folder ${CMAKE_INSTALL_LIBEXECDIR}/patchbay)
  endif()
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} EXPORT_NAME ${short}
                                             RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${folder})
  if(NOT PROGRAM_PRIVATE)
    set_property(TARGET ${target} PROPERTY PATCHBAY_FOLDER ${folder})
    set_property(GLOBAL APPEND PROPERTY PATCHBAY_PROGRAMS ${target})
  endif()
endfunction()

# patchbay_test(NAME SOURCES ... [USES target ...] [TIMEOUT s] [LABELS l] [SERIAL]): one GoogleTest program. The label `long` keeps it
# out of the default suite, `unsanitized` out of the sanitizers'; those with `threads` are what ThreadSanitizer runs (target threads_tests). SERIAL: no other test runs meanwhile, for one that measures time.
# The deadline is four times as long under a sanitizer. A program without tests fails.
function(patchbay_test name)
  cmake_parse_arguments(TEST "SERIAL" "TIMEOUT" "SOURCES;USES;LABELS" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 60)
  endif()
  if(PATCHBAY_SANITIZE)
    math(EXPR TEST_TIMEOUT "4 * ${TEST_TIMEOUT}")
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${TEST_SOURCES})
  patchbay_test_flags(${name})
  if("threads" IN_LIST TEST_LABELS)
    if(NOT TARGET threads_tests)
      add_custom_target(threads_tests)
    endif()
    add_dependencies(threads_tests ${name})
  endif()
  target_link_libraries(${name} PRIVATE ${TEST_USES} patchbay_flags GTest::gtest_main)
  if("patchbay_sdk" IN_LIST TEST_USES)
    patchbay_precompile(${name} sdk_test)
  else()
    patchbay_precompile(${name} test)
  endif()
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}" RUN_SERIAL ${TEST_SERIAL}
                                          FAIL_REGULAR_EXPRESSION "\\] 0 tests from 0 test suites ran")
endfunction()

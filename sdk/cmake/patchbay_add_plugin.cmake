# patchbay_add_plugin(NAME
#   VERSION 2.0.0             the application's version, as in its app file
#   SOURCES file...
#   APP NAME.app.toml         its `modules` name what the generated entry publishes
#   [APPUP NAME.appup.toml]
#   [TARGET target]           default: NAME_2_0_0
#   [LINK target...]          static or header-only libraries; the plugin always has the SDK
#   [NO_REHEARSAL]            no test of its code_changes
#   [ENTRY NONE])             the sources define patchbay_plugin themselves; then only patchbay::abi is linked
#
# Builds <build>/lib-plugins/NAME-VERSION/ with NAME.so, NAME.facts.json, NAME.app.toml and NAME.appup.toml: what a release holds as
# lib/NAME-VERSION/. Several versions of one NAME may be built in one tree. Adds the test lint.NAME-VERSION and, with
# APPUP, rehearse.NAME-VERSION (not with BUILD_TESTING off): `relup test` of its code_changes over drawn states, unless NO_REHEARSAL says
# that they refuse some on purpose. The flags are those that let the host unload the plugin and prove it; `patchbay-lint` says which, and why.
include_guard(GLOBAL)

function(patchbay_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 PLUGIN "NO_REHEARSAL" "VERSION;APP;APPUP;TARGET;ENTRY" "SOURCES;LINK")
  set(where "patchbay_add_plugin(${name})")
  if(PLUGIN_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${where}: unknown argument ${PLUGIN_UNPARSED_ARGUMENTS}; "
                        "known are VERSION, SOURCES, APP, APPUP, TARGET, LINK, ENTRY and NO_REHEARSAL")
  endif()
  foreach(needed VERSION SOURCES APP)
    if(NOT PLUGIN_${needed})
      message(FATAL_ERROR "${where}: ${needed} is missing")
    endif()
  endforeach()
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "${where}: an application's name is lower case letters, digits and underscores")
  endif()
  if(DEFINED PLUGIN_ENTRY AND NOT PLUGIN_ENTRY STREQUAL "NONE")
    message(FATAL_ERROR "${where}: ENTRY is '${PLUGIN_ENTRY}'; give NONE, or nothing for the generated entry")
  endif()
  if(NOT PLUGIN_TARGET)
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" PLUGIN_TARGET ${name}_${PLUGIN_VERSION})
  endif()

  set(folder ${CMAKE_BINARY_DIR}/lib-plugins/${name}-${PLUGIN_VERSION})
  set(files)
  foreach(kind APP APPUP)
    if(PLUGIN_${kind})
      string(TOLOWER ${kind} extension)
      get_filename_component(file ${PLUGIN_${kind}} ABSOLUTE)
      get_filename_component(file_name ${file} NAME)
      if(NOT file_name STREQUAL "${name}.${extension}.toml")
        message(FATAL_ERROR "${where}: ${kind} must be named ${name}.${extension}.toml, not ${file_name}: "
                            "an application's name is that of its files")
      endif()
      list(APPEND files ${file})
    endif()
  endforeach()

  add_library(${PLUGIN_TARGET} MODULE ${PLUGIN_SOURCES})
  if(PLUGIN_ENTRY STREQUAL "NONE")
    target_link_libraries(${PLUGIN_TARGET} PRIVATE patchbay::abi)
  else()
    _patchbay_generate_entry(${PLUGIN_TARGET} ${PLUGIN_VERSION} ${PLUGIN_APP})
    target_link_libraries(${PLUGIN_TARGET} PRIVATE patchbay::sdk)
  endif()
  target_link_libraries(${PLUGIN_TARGET} PRIVATE ${PLUGIN_LINK})
  if(TARGET patchbay_flags)
    target_link_libraries(${PLUGIN_TARGET} PRIVATE patchbay_flags)
  endif()
  _patchbay_plugin_flags(${PLUGIN_TARGET})

  set_target_properties(${PLUGIN_TARGET} PROPERTIES
    PREFIX "" SUFFIX .so OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${folder}
    PATCHBAY_APPLICATION ${name} PATCHBAY_VERSION ${PLUGIN_VERSION} PATCHBAY_FOLDER ${folder})
  # Linking again is what renews the files beside the library, so it depends on all that they are made from.
  set_property(TARGET ${PLUGIN_TARGET} APPEND PROPERTY LINK_DEPENDS ${files} $<TARGET_FILE:patchbay::plugin_tool>)
  add_dependencies(${PLUGIN_TARGET} patchbay::plugin_tool)
  set(library ${folder}/${name}.so)
  set(stale)
  if(NOT PLUGIN_APPUP)
    set(stale COMMAND ${CMAKE_COMMAND} -E rm -f ${folder}/${name}.appup.toml)
  endif()
  add_custom_command(TARGET ${PLUGIN_TARGET} POST_BUILD
    COMMAND patchbay::plugin_tool facts ${library} --out ${folder}/${name}.facts.json
    COMMAND ${CMAKE_COMMAND} -E copy ${files} ${folder}
    ${stale}
    VERBATIM)

  # How to build it anew, for the console's `r`.
  file(GENERATE OUTPUT ${folder}.json CONTENT
    "{\"application\": \"${name}\", \"version\": \"${PLUGIN_VERSION}\", \"target\": \"${PLUGIN_TARGET}\", \"folder\": \"${folder}\"}\n")

  if(NOT DEFINED BUILD_TESTING OR BUILD_TESTING)
    add_test(NAME lint.${name}-${PLUGIN_VERSION} COMMAND patchbay::lint ${library} --app ${folder}/${name}.app.toml)
    set_tests_properties(lint.${name}-${PLUGIN_VERSION} PROPERTIES TIMEOUT 60 LABELS lint)
    _patchbay_find_relup(relup)
    if(PLUGIN_APPUP AND relup AND NOT PLUGIN_NO_REHEARSAL)
      add_test(NAME rehearse.${name}-${PLUGIN_VERSION} COMMAND ${relup} test ${library})
      set_tests_properties(rehearse.${name}-${PLUGIN_VERSION} PROPERTIES TIMEOUT 150 LABELS lint)
    endif()
  endif()
endfunction()

# relup, which the host component installs beside the SDK's programs; empty where it is not.
function(_patchbay_find_relup out)
  if(TARGET patchbay::relup)
    set(${out} patchbay::relup PARENT_SCOPE)
    return()
  endif()
  get_target_property(lint patchbay::lint LOCATION)
  cmake_path(GET lint PARENT_PATH folder)
  if(EXISTS ${folder}/relup)
    set(${out} ${folder}/relup PARENT_SCOPE)
  endif()
endfunction()

# Adds the one translation unit that publishes the modules which the app file names.
function(_patchbay_generate_entry target version app)
  get_filename_component(app ${app} ABSOLUTE)
  set(entry ${CMAKE_CURRENT_BINARY_DIR}/${target}.entry.cpp)
  add_custom_command(OUTPUT ${entry}
    COMMAND patchbay::plugin_tool entry --app ${app} --version ${version} --out ${entry}
    DEPENDS ${app} patchbay::plugin_tool
    COMMENT "Writing the entry of ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE ${entry})
endfunction()

# What lets a library be unloaded, and keeps two generations of it apart.
function(_patchbay_plugin_flags target)
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/patchbay_plugin.map)
  set_target_properties(${target} PROPERTIES
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON
    SKIP_BUILD_RPATH ON BUILD_RPATH "" INSTALL_RPATH "" INSTALL_RPATH_USE_LINK_PATH OFF)
  target_compile_options(${target} PRIVATE
    -ftls-model=global-dynamic
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE
    -Wl,--version-script=${map} -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,--build-id=sha1 -Wl,--as-needed)
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${map})

  # clang links its sanitizers' runtime into programs alone; the symbols of a plugin must come from the shared one.
  get_directory_property(options COMPILE_OPTIONS)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND "${options} ${CMAKE_CXX_FLAGS} ${CMAKE_C_FLAGS}" MATCHES "-fsanitize=")
    target_link_options(${target} PRIVATE -shared-libsan)
  endif()
endfunction()

# patchbay_add_release(NAME
#   VERSION 1.0.0
#   FILE release.toml
#   APPLICATIONS target...    plugins made by patchbay_add_plugin()
#   [TARGET target])          default: release_NAME_1_0_0
#
# Assembles <build>/releases/NAME-VERSION/ with release.toml and lib/APPLICATION-VERSION/ of every plugin, as copies: a release holds
# no links. What an earlier assembly left there goes first.
include_guard(GLOBAL)

function(patchbay_add_release name)
  cmake_parse_arguments(PARSE_ARGV 1 RELEASE "" "VERSION;FILE;TARGET" "APPLICATIONS")
  set(where "patchbay_add_release(${name})")
  if(RELEASE_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${where}: unknown argument ${RELEASE_UNPARSED_ARGUMENTS}; known are VERSION, FILE, APPLICATIONS and TARGET")
  endif()
  foreach(needed VERSION FILE APPLICATIONS)
    if(NOT RELEASE_${needed})
      message(FATAL_ERROR "${where}: ${needed} is missing")
    endif()
  endforeach()
  if(NOT RELEASE_TARGET)
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" RELEASE_TARGET release_${name}_${RELEASE_VERSION})
  endif()

  get_filename_component(file ${RELEASE_FILE} ABSOLUTE)
  set(folder ${CMAKE_BINARY_DIR}/releases/${name}-${RELEASE_VERSION})
  set(copies)
  set(libraries)
  foreach(plugin IN LISTS RELEASE_APPLICATIONS)
    if(NOT TARGET ${plugin})
      message(FATAL_ERROR "${where}: there is no target ${plugin}; name the targets of patchbay_add_plugin(), such as ${name}_1_0_0")
    endif()
    get_target_property(source ${plugin} PATCHBAY_FOLDER)
    if(NOT source)
      message(FATAL_ERROR "${where}: ${plugin} was not made by patchbay_add_plugin()")
    endif()
    get_filename_component(versioned ${source} NAME)
    list(APPEND copies COMMAND ${CMAKE_COMMAND} -E copy_directory ${source} ${folder}/lib/${versioned})
    list(APPEND libraries $<TARGET_FILE:${plugin}>)
  endforeach()

  set(stamp ${CMAKE_CURRENT_BINARY_DIR}/${RELEASE_TARGET}.stamp)
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}/lib
    ${copies}
    COMMAND ${CMAKE_COMMAND} -E copy ${file} ${folder}/release.toml
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${file} ${RELEASE_APPLICATIONS} ${libraries}
    COMMENT "Assembling release ${name}-${RELEASE_VERSION}"
    VERBATIM)
  add_custom_target(${RELEASE_TARGET} ALL DEPENDS ${stamp})
  set_target_properties(${RELEASE_TARGET} PROPERTIES PATCHBAY_FOLDER ${folder})
endfunction()

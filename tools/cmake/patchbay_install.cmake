# install() and the package config, in two components: sdk, with the tools that build a plugin, and host, with the programs and what a
# program links that embeds a host.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/patchbay)
set(sdk_programs patchbay_plugin_tool patchbay_lint)

install(TARGETS patchbay_abi patchbay_sdk EXPORT patchbay_sdk_targets)
get_property(programs GLOBAL PROPERTY PATCHBAY_PROGRAMS)
foreach(program IN LISTS programs)
  get_target_property(folder ${program} PATCHBAY_FOLDER)
  if(program IN_LIST sdk_programs)
    install(TARGETS ${program} EXPORT patchbay_sdk_targets RUNTIME DESTINATION ${folder} COMPONENT sdk)
  else()
    install(TARGETS ${program} RUNTIME DESTINATION ${folder} COMPONENT host)
  endif()
endforeach()

foreach(headers sdk/abi sdk/include)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${headers}/patchbay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk
          FILES_MATCHING PATTERN *.h PATTERN *.hpp)
endforeach()
install(FILES sdk/cmake/patchbay_add_plugin.cmake sdk/cmake/patchbay_add_release.cmake sdk/cmake/patchbay_plugin.map
        DESTINATION ${package} COMPONENT sdk)
install(EXPORT patchbay_sdk_targets NAMESPACE patchbay:: DESTINATION ${package} COMPONENT sdk)
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT sdk)

if(TARGET patchbay_host)
  get_property(rooms GLOBAL PROPERTY PATCHBAY_ROOMS)
  # The ABI has been exported with the SDK, which the config includes first.
  install(TARGETS ${rooms} patchbay_version patchbay_host EXPORT patchbay_host_targets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/patchbay COMPONENT host)
  if(TARGET patchbay_testing)
    install(TARGETS patchbay_testing EXPORT patchbay_host_targets
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/patchbay COMPONENT host)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/testing/include/patchbay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT host
            FILES_MATCHING PATTERN *.hpp)
  endif()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/host/include/patchbay ${PROJECT_BINARY_DIR}/generated/patchbay
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT host FILES_MATCHING PATTERN *.hpp)
  # host.hpp includes it, as "port/outcome.hpp".
  install(FILES host/port/outcome.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/patchbay/port COMPONENT host)
  install(EXPORT patchbay_host_targets NAMESPACE patchbay:: DESTINATION ${package} COMPONENT host)
endif()

set(patchbay_libexec ${CMAKE_INSTALL_LIBEXECDIR}/patchbay)
configure_package_config_file(sdk/cmake/patchbay-config.cmake.in ${PROJECT_BINARY_DIR}/patchbay-config.cmake
                              INSTALL_DESTINATION ${package} PATH_VARS patchbay_libexec)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/patchbay-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/patchbay-config.cmake ${PROJECT_BINARY_DIR}/patchbay-config-version.cmake
        DESTINATION ${package} COMPONENT sdk)

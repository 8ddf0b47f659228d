# install() and the package config. Two export sets: the SDK with its build tools, for plugins; the host, for programs that embed one.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/patchbay)

install(TARGETS patchbay_abi patchbay_sdk EXPORT patchbay_sdk_targets)
foreach(headers sdk/abi sdk/include)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${headers}/patchbay DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} OPTIONAL
          FILES_MATCHING PATTERN *.h PATTERN *.hpp)
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES sdk/cmake/patchbay_add_plugin.cmake sdk/cmake/patchbay_add_release.cmake sdk/cmake/patchbay_plugin.map
        DESTINATION ${package})
install(EXPORT patchbay_sdk_targets NAMESPACE patchbay:: DESTINATION ${package})

if(TARGET patchbay_host)
  get_property(rooms GLOBAL PROPERTY PATCHBAY_ROOMS)
  install(TARGETS ${rooms} patchbay_version patchbay_host EXPORT patchbay_host_targets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/patchbay)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/host/include/patchbay ${PROJECT_BINARY_DIR}/generated/patchbay
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)
  # host.hpp includes it, as "port/outcome.hpp".
  install(FILES ${PROJECT_SOURCE_DIR}/host/port/outcome.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/patchbay/port)
  install(EXPORT patchbay_host_targets NAMESPACE patchbay:: DESTINATION ${package})
endif()

set(patchbay_libexec ${CMAKE_INSTALL_LIBEXECDIR}/patchbay)
configure_package_config_file(${PROJECT_SOURCE_DIR}/sdk/cmake/patchbay-config.cmake.in ${PROJECT_BINARY_DIR}/patchbay-config.cmake
                              INSTALL_DESTINATION ${package} PATH_VARS patchbay_libexec)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/patchbay-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/patchbay-config.cmake ${PROJECT_BINARY_DIR}/patchbay-config-version.cmake DESTINATION ${package})

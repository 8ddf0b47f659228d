# Installs BUILD into a fresh prefix under WORK, then builds and tests the projects of CONSUMERS against it.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed (${result}): ${ARGN}")
  endif()
endfunction()

set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

foreach(program bin/patchbay bin/relup bin/patchbay-lint bin/patchbay-plugin-tool libexec/patchbay/patchbay-canary libexec/patchbay/patchbay-probe
        libexec/patchbay/patchbay-console libexec/patchbay/patchbay-new)
  if(NOT EXISTS ${prefix}/${program})
    message(FATAL_ERROR "${program} was not installed")
  endif()
endforeach()

# A prefix that points back into the tree it came from works only on this machine.
file(GLOB_RECURSE texts ${prefix}/*.cmake ${prefix}/*.hpp ${prefix}/*.h)
foreach(text IN LISTS texts)
  file(READ ${text} content)
  foreach(place ${SOURCE} ${BUILD})
    string(FIND "${content}" "${place}" at)
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${text} names ${place}")
    endif()
  endforeach()
endforeach()

# An application as `patchbay new` writes it, beside the two.
file(MAKE_DIRECTORY ${WORK}/projects)
file(COPY ${CONSUMERS}/plugin ${CONSUMERS}/embed DESTINATION ${WORK}/projects)
execute_process(COMMAND ${prefix}/bin/patchbay new class --dir ${WORK}/projects/class RESULT_VARIABLE refused ERROR_VARIABLE said)
if(refused EQUAL 0 OR NOT said MATCHES "a word of C\\+\\+" OR EXISTS ${WORK}/projects/class)
  message(FATAL_ERROR "patchbay new class: ${refused} ${said}")
endif()
run(${prefix}/bin/patchbay new shop --dir ${WORK}/projects/shop)

# Debug: what an author builds first, and where the linter sees most.
foreach(consumer plugin embed shop)
  run(${CMAKE_COMMAND} -S ${WORK}/projects/${consumer} -B ${WORK}/projects/${consumer}/build -G ${GENERATOR} -D CMAKE_PREFIX_PATH=${prefix}
      -D CMAKE_C_COMPILER=${C_COMPILER} -D CMAKE_CXX_COMPILER=${CXX_COMPILER} -D CMAKE_BUILD_TYPE=Debug)
  run(${CMAKE_COMMAND} --build ${WORK}/projects/${consumer}/build)
  run(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/projects/${consumer}/build --output-on-failure --no-tests=error)
endforeach()

set(folder ${WORK}/projects/plugin/build/lib-plugins/greeter-1.0.0)
foreach(file greeter.so greeter.facts.json greeter.app.toml)
  if(NOT EXISTS ${folder}/${file})
    message(FATAL_ERROR "the plugin's ${file} is missing")
  endif()
endforeach()
if(NOT EXISTS ${WORK}/projects/plugin/build/releases/greeter-1.0.0/lib/greeter-1.0.0/greeter.so)
  message(FATAL_ERROR "the release was not assembled")
endif()

# `r` in the console, with a real build of that application.
run(sh ${CONSUMERS}/reload.sh ${prefix}/bin/patchbay ${WORK}/projects/shop ${WORK}/projects/shop/build)

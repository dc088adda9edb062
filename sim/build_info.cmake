# Run at every build by the target spof_build_info. Writes OUTPUT only when its contents change, so
# that a build after a commit compiles one small file. Works without git and outside a clone.
set(describe "")
if(EXISTS ${SOURCE_DIR}/.git)
  execute_process(COMMAND git -C ${SOURCE_DIR} describe --tags --always --dirty
    OUTPUT_VARIABLE describe OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    set(describe "")
  endif()
endif()

set(contents "#include \"base/build_info.hpp\"

namespace spof::build_info {
const char* const version = \"${VERSION}\";
const char* const git_describe = \"${describe}\";
const char* const data_dir = \"${DATA_DIR}\";
}  // namespace spof::build_info
")
set(present "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} present)
endif()
if(NOT present STREQUAL contents)
  file(WRITE ${OUTPUT} "${contents}")
endif()

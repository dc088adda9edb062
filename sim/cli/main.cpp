#include <exception>

#include "cli/verbs.hpp"

namespace spof::cli {

ExitCode execute(const Answer& answer, Console& console) {
  console.print(answer.out);
  console.note(answer.err);
  return answer.code;
}

}  // namespace spof::cli

int main(int argc, char** argv) {
  using namespace spof::cli;
  secure_standard_streams();
  try {
    const CommandLine line = read_command_line(argc, argv);
    Console console(line.color);
    try {
      return std::visit([&](const auto& command) { return execute(command, console); },
                        line.command);
    } catch (const WrongInput& wrong) {
      console.note(wrong.lines);
      return wrong_input;
    } catch (const std::exception& error) {
      console.complain(std::string("error: ") + error.what());
    }
  } catch (...) {
    // Out of memory, or an exception that is none: there is nothing left to say it with.
  }
  return simulator_failed;
}

#pragma once
// A talk on a terminal of its own, with a home of its own.

#include <string>
#include <vector>

#include "tests/cli/screen.h"
#include "tests/cli/siskin.h"

namespace siskin::test {

/// The environment of a user whose files lie in this folder.
inline std::vector<std::string> home_in(const std::string& folder) {
    return {"TERM=xterm", "HOME=" + folder, "XDG_STATE_HOME=" + folder + "/state", "XDG_DATA_HOME=" + folder + "/data",
            "NO_COLOR=1", "SISKIN_MODEL="};
}

/// Keys by name.
inline constexpr const char *kEnter = "\r", *kCtrlC = "\x03", *kCtrlD = "\x04", *kCtrlU = "\x15";

class TerminalChat : public Process {
  public:
    TerminalChat(std::vector<std::string> arguments, const std::string& home)
        : Process(siskin_command(std::move(arguments)), {.environment = home_in(home), .terminal = true}) {
        resize(80, 24);
    }
    bool wait_for_prompt() { return wait_for("> "); }
    void enter(const std::string& line) { type(line + kEnter); }
    /// What stands on the screen.
    std::vector<std::string> screen(int columns = 80, int rows = 24) const {
        Screen shown(columns, rows);
        shown.write(out);
        return shown.rows();
    }
};

}  // namespace siskin::test

#pragma once
// The settings of the terminal during a talk: keys arrive one by one and are not echoed, pastes are marked as such.
// They are as before whenever the program is not the one that reads: at its end, however it comes, while it is stopped,
// and while another program runs.

namespace siskin {

class TerminalMode {
  public:
    /// Changes the settings of stdin's terminal; stdin and stderr are one. One exists at a time.
    TerminalMode();
    ~TerminalMode();
    TerminalMode(const TerminalMode&) = delete;
    TerminalMode& operator=(const TerminalMode&) = delete;

    /// Ctrl-C and Ctrl-Z are keys like others.
    void edit();
    /// They are signals; what else is typed waits for the next edit.
    void watch();

    /// For as long as another program has the terminal.
    void lend();
    void take_back();
};

/// Columns and rows of stderr's terminal, 0 where it does not say.
struct TerminalSize {
    int columns = 0, rows = 0;
};
TerminalSize terminal_size();

}  // namespace siskin

#pragma once
// What people and other programs see. stdout carries the answer and nothing else, written at once and checked; stderr
// carries one line per fact.

#include <sstream>
#include <string>
#include <string_view>

namespace siskin {

/// Ends the program with this exit code and says nothing more. Only main catches it.
struct Exit {
    int code;
};

/// Opens /dev/null in place of standard files that are closed, so that no file opened later takes their number; writing
/// to a stdout that was closed fails.
void guard_standard_files();

bool stdin_is_terminal();
bool stdout_is_terminal();
bool stderr_is_terminal();
/// Whether terminals here obey escape sequences: TERM says so.
bool understands_sequences();
/// Whether stdout may carry colours: a terminal that understands them, and no NO_COLOR.
bool stdout_is_coloured();

/// Text for a terminal: control characters other than line feed and tab, and bytes that are not UTF-8, as "\x1b".
std::string visible(std::string_view text);

/// Writes bytes to stdout as they are. Throws Exit{141} when nobody reads them any more, Error(Io) when they cannot be
/// written, and Exit when the user stopped the program while the reader kept us waiting; Ctrl-C while a terminal does
/// leaves it to whoever watches for it.
void put(std::string_view bytes);
/// Throws Exit{141} when nobody reads a pipe any more, without writing to it.
void check_reader(int descriptor = 1);
/// put() for text of a model or a file: visible() on a terminal, unchanged elsewhere.
void put_text(std::string_view text);
/// A line of a table on stdout: a title, and from column 14 on the parts.
template <class... Parts>
void put_row(std::string_view title, const Parts&... parts) {
    std::ostringstream line;
    line << title << std::string(title.size() < 14 ? 14 - title.size() : 1, ' ');
    (line << ... << parts) << '\n';
    put_text(line.str());
}
/// Closes stdout: what the system could not store is only reported here. Throws Error(Io).
void close_stdout();

/// A line on stderr, control characters made visible. Failure to write it is ignored.
void say(std::string_view line);

/// Parts joined to a line on stderr: a fact that changes what the user gets.
template <class... Parts>
void note(const Parts&... parts) {
    std::ostringstream line;
    ((line << "note: ") << ... << parts);
    say(line.str());
}

/// Details are shown with -v.
void set_verbose(bool verbose);
bool verbose();
template <class... Parts>
void detail(const Parts&... parts) {
    if (!verbose()) return;
    std::ostringstream line;
    (line << ... << parts);
    say(line.str());
}

/// Shows a line on stderr that the next one replaces; nothing off a terminal. An empty one clears it.
void progress(std::string_view line);

/// Everything stdin holds. Says on a terminal's stderr when it has to wait for long. Throws Error(Io).
std::string read_stdin();

/// The next line of stdin without its end, or false at the end of the input. Throws Error(Io).
bool read_line(std::string& line);

}  // namespace siskin

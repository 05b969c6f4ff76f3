// The line editor without a terminal: widths, keys, editing, history, and what is painted, byte for byte.

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <chrono>
#include <fstream>
#include <iterator>
#include <random>

#include "cli/line_editor/history.h"
#include "cli/line_editor/keys.h"
#include "cli/line_editor/line_editor.h"
#include "cli/line_editor/painter.h"
#include "cli/line_editor/text_width.h"
#include "tests/cli/screen.h"
#include "tests/support/temp_folder.h"

namespace siskin::test {
namespace {

// ---- Widths ----

struct WidthCase {
    const char *name, *text;
    int width;
    size_t clusters;
};
const WidthCase kWidths[] = {
    {"letters", "abc", 3, 3},
    {"umlaut", "\u00fc", 1, 1},
    {"letter and accent", "e\u0301", 1, 1},
    {"many accents", "a\u0301\u0302\u0323b", 2, 2},
    {"Chinese", "\u4f60\u597d", 4, 2},
    {"fullwidth letter", "\uff21", 2, 1},
    {"halfwidth kana", "\uff76", 1, 1},
    {"Hangul syllable", "\ud55c", 2, 1},
    {"Hangul of parts", "\u1112\u1161\u11ab", 2, 1},
    {"Thai with vowel sign", "\u0e01\u0e34", 1, 1},
    {"emoji", "\U0001F600", 2, 1},
    {"emoji with skin", "\U0001F44D\U0001F3FD", 2, 1},
    {"family joined", "\U0001F468\u200D\U0001F469\u200D\U0001F467", 2, 1},
    {"joiner without anything before", "\u200D\U0001F469", 2, 2},
    {"two flags", "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7", 4, 2},
    {"heart as emoji", "\u2764\ufe0f", 2, 1},
    {"soft hyphen", "\u00ad", 1, 1},
    {"zero width space", "a\u200bb", 2, 2},
    {"escape", "\x1b[", 3, 2},
    {"tab", "\t", 4, 1},
    {"C1 control", "\u009b", 4, 1},
    {"bytes that are no text", "\xff\xc3", 8, 2},
    {"ideograph of plane 2", "\U00020000", 2, 1},
};

TEST(TextWidth, OfClusters) {
    for (const WidthCase& c : kWidths) {
        EXPECT_EQ(text_width(c.text), c.width) << c.name;
        size_t n = 0;
        for (std::string_view rest = c.text; !rest.empty(); ++n) rest.remove_prefix(front_cluster(rest).bytes);
        EXPECT_EQ(n, c.clusters) << c.name;
        n = 0;
        for (std::string_view rest = c.text; !rest.empty(); ++n) rest.remove_suffix(last_cluster(rest));
        EXPECT_EQ(n, c.clusters) << c.name << ", from the back";
    }
}

TEST(TextWidth, WhatATerminalWouldObeyIsShown) {
    EXPECT_EQ(shown("\x1b"), "^[");
    EXPECT_EQ(shown("\x07"), "^G");
    EXPECT_EQ(shown("\x7f"), "^?");
    EXPECT_EQ(shown("\xc2\x9b"), "\\x9b");
    EXPECT_EQ(shown("\xff"), "\\xff");
    EXPECT_EQ(shown("\t"), "    ");
    EXPECT_EQ(shown("\u4f60"), "\u4f60");
}

// ---- Keys ----

/// A name for each key: "^A", "M-b", "Up", "C-Left", "paste(...)", characters as they are.
std::string name_of(const Key& key) {
    static constexpr const char* kNames[] = {"Up", "Down", "Left", "Right", "Home", "End", "Delete"};
    if (key.code == Key::Paste) return "paste(" + key.text + ")";
    if (key.code == Key::Unknown) return "?";
    const bool named = key.code >= Key::Up;
    const std::string name = named              ? kNames[key.code - Key::Up]
                             : key.text.empty() ? std::string(1, char(key.code))
                                                : key.text;
    return std::string(key.alt ? "M-" : "") + (key.ctrl ? named ? "C-" : "^" : "") + name;
}

std::string all_keys(KeyDecoder& decoder) {
    std::string out;
    while (const auto key = decoder.next()) out += (out.empty() ? "" : " ") + name_of(*key);
    return out;
}

struct KeyCase {
    std::string bytes, keys;
};
const KeyCase kKeys[] = {
    {"ab", "a b"},
    {"\u00fc\u4f60", "\u00fc \u4f60"},
    {"\x01\r\n\t\x7f", "^A ^M ^J ^I ^?"},
    {"\x1b[A\x1b[B\x1b[C\x1b[D", "Up Down Right Left"},
    {"\x1bOA\x1bOH\x1bOF", "Up Home End"},
    {"\x1b[H\x1b[1~\x1b[7~\x1b[F\x1b[4~\x1b[8~\x1b[3~", "Home Home Home End End End Delete"},
    {"\x1b[1;5D\x1b[1;3C\x1b[3;5~", "C-Left M-Right C-Delete"},
    {std::string("\x1b") + "b\x1b\x7f\x1b\r", "M-b M-^? M-^M"},
    {"\x1b[5~x\x1b[999;1Zy", "? x ? y"},
    {"\x1b\x1b[A", "^[ Up"},
    {"\x1b[200~one\r\ntwo\rthree\n\x1b[31m\x1b[201~x", "paste(one\ntwo\nthree\n\x1b[31m) x"},
    {"\x1b[200~\x1b[201~", "paste()"},
};

TEST(Keys, OfBytesThatArriveInPieces) {
    for (const KeyCase& c : kKeys)
        for (size_t cut = 0; cut <= c.bytes.size(); ++cut) {
            KeyDecoder decoder;
            decoder.push(std::string_view(c.bytes).substr(0, cut));
            std::string keys = all_keys(decoder);
            decoder.push(std::string_view(c.bytes).substr(cut));
            const std::string more = all_keys(decoder);
            keys += (keys.empty() || more.empty() ? "" : " ") + more;
            EXPECT_EQ(keys, c.keys) << "cut at " << cut;
        }
}

TEST(Keys, ASequenceThatNeverEndsIsGivenUp) {
    KeyDecoder decoder;
    decoder.push("\x1b");
    EXPECT_FALSE(decoder.next());
    EXPECT_TRUE(decoder.waits());
    EXPECT_EQ(name_of(*decoder.flush()), "^[");
    EXPECT_FALSE(decoder.waits());
    decoder.push("\x1b[1;");
    EXPECT_FALSE(decoder.next());
    EXPECT_EQ(name_of(*decoder.flush()), "?");
    decoder.push("\x1b[" + std::string(100, '1'));
    EXPECT_EQ(name_of(*decoder.next()), "?");
    decoder = KeyDecoder();
    decoder.push("\xe4\xbd");
    EXPECT_FALSE(decoder.next());
    EXPECT_EQ(name_of(*decoder.flush()), "?");
    decoder = KeyDecoder();
    decoder.push("\x1b[200~half");
    EXPECT_FALSE(decoder.next());
    EXPECT_FALSE(decoder.waits()) << "a paste has time";
}

// ---- Editing ----

/// The text with a bar where the cursor is.
std::string state(const LineEditor& editor) {
    std::string text = editor.text();
    return text.insert(editor.view("", "").cursor, "|");
}

std::string press_all(LineEditor& editor, std::string_view bytes) {
    KeyDecoder decoder;
    decoder.push(bytes);
    const char* names[] = {"", "line", "interrupt", "end", "suspend", "editor", "clear"};
    std::string result;
    for (;;) {
        auto key = decoder.next();
        if (!key) key = decoder.flush();
        if (!key) return result;
        if (const auto r = editor.press(*key); r != LineEditor::Result::Going) result += names[size_t(r)];
    }
}

struct EditCase {
    const char *name, *keys, *state, *result;
};
const EditCase kEdits[] = {
    {"typing", "hello", "hello|", ""},
    {"line", "hello\r", "hello|", "line"},
    {"empty line", "\r", "|", "line"},
    {"begin and end", "abc\x01x\x05y", "xabcy|", ""},
    {"left and right", "abc\x02\x02\x06x", "abx|c", ""},
    {"arrows", "abc\x1b[D\x1b[D\x1b[Cx", "abx|c", ""},
    {"backspace takes a whole emoji", "a\U0001F468\u200D\U0001F469\u200D\U0001F467\x7f", "a|", ""},
    {"backspace takes a letter with its accent", "ae\u0301\x7f", "a|", ""},
    {"backspace at the beginning", "ab\x01\x7f", "|ab", ""},
    {"delete", "abc\x01\x1b[3~", "|bc", ""},
    {"delete at the end", "abc\x1b[3~", "abc|", ""},
    {"Ctrl-D deletes", "abc\x01\x04", "|bc", ""},
    {"Ctrl-D at the end of text", "abc\x04", "abc|", ""},
    {"Ctrl-D on an empty line", "\x04", "|", "end"},
    {"words",
     "one two-three\x1b"
     "b\x1b"
     "b",
     "one |two-three", ""},
    {"words forward",
     "one two\x01\x1b"
     "f",
     "one| two", ""},
    {"words by arrows", "one two\x1b[1;5D\x1b[1;5Dx\x1b[1;5C", "xone| two", ""},
    {"word of umlauts",
     "gr\u00fc\u00dfe dich\x1b"
     "b\x1b"
     "b",
     "|gr\u00fc\u00dfe dich", ""},
    {"kill word and yank", "one two \x17\x01\x19", "two |one ", ""},
    {"kill word by Alt-Backspace", "one two-three\x1b\x7f", "one two-|", ""},
    {"kill word forward",
     "one two\x01\x1b"
     "d",
     "| two", ""},
    {"kill to the end",
     "one two\x1b"
     "b\x0b",
     "one |", ""},
    {"kill to the beginning",
     "one two\x1b"
     "b\x15",
     "|two", ""},
    {"kill and yank twice", "ab\x15\x19\x19", "abab|", ""},
    {"transpose", "abc\x14", "acb|", ""},
    {"transpose within", "abc\x01\x06\x14", "ba|c", ""},
    {"new line", "one\ntwo", "one\ntwo|", ""},
    {"new line by Alt-Enter", "one\x1b\rtwo", "one\ntwo|", ""},
    {"backslash goes on", "one\\\rtwo\r", "one\ntwo|", "line"},
    {"backslash within", "a\\b\r", "a\\b|", "line"},
    {"block", "\"\"\"one\rtwo\"\"\"\r", "\"\"\"one\ntwo\"\"\"|", "line"},
    {"block of three marks", "\"\"\"\r", "\"\"\"\n|", ""},
    {"begin of the line in several", "one\ntwo\x01x", "one\nx|two", ""},
    {"up keeps the column where it can", "one\nto\nthree\x1b[A\x1b[Ax", "onx|e\nto\nthree", ""},
    {"up and down", "onetwo\nt\nthree\x1b[A\x1b[Bx", "onetwo\nt\ntx|hree", ""},
    {"kill joins lines", "one\ntwo\x01\x1b[A\x05\x0b", "one|two", ""},
    {"paste", "a\x1b[200~x\ry\r\x1b[201~b", "ax\ny\nb|", ""},
    {"a command in a paste is not run", "\x1b[200~/exit\r\x1b[201~", "/exit\n|", ""},
    {"interrupt", "abc\x03", "abc|", "interrupt"},
    {"keys without meaning",
     "a\x1b[5~\x1bq\x1d"
     "b",
     "ab|", ""},
    {"tab without candidates", "ab\tc", "abc|", ""},
    {"other keys", "\x0c\x07\x1a", "|", "cleareditorsuspend"},
    // These bytes are no character, but what they are pasted with is kept.
    {"no text", "\x1b[200~a\xff\x1b[201~\x7f", "a|", ""},
};

TEST(LineEditor, Keys) {
    for (const EditCase& c : kEdits) {
        const History history;
        LineEditor editor(history, {});
        editor.start("");
        EXPECT_EQ(press_all(editor, c.keys), c.result) << c.name;
        EXPECT_EQ(state(editor), c.state) << c.name;
    }
}

History filled_history() {
    History history;
    for (const char* entry : {"first", "second\nline", "the third", "fourth"}) history.add(entry);
    return history;
}

TEST(LineEditor, WalksThroughHistory) {
    const EditCase cases[] = {
        {"older", "\x10", "fourth|", ""},
        {"older by arrow", "x\x1b[A\x1b[A", "the third|", ""},
        {"not before the first", "\x10\x10\x10\x10\x10\x10", "first|", ""},
        {"back to what was being written", "draft\x10\x10\x0e\x0e", "draft|", ""},
        {"not after it", "draft\x0e\x1b[B", "draft|", ""},
        {"within several lines first", "\x10\x10\x10\x1b[A", "seco|nd\nline", ""},
        {"changed entries", "\x10s!\r", "fourths!|", "line"},
    };
    const History history = filled_history();
    for (const EditCase& c : cases) {
        LineEditor editor(history, {});
        editor.start("");
        EXPECT_EQ(press_all(editor, c.keys), c.result) << c.name;
        EXPECT_EQ(state(editor), c.state) << c.name;
    }
}

TEST(LineEditor, SearchesHistory) {
    const EditCase cases[] = {
        {"newest first", "\x12r", "fou|rth", ""},
        {"next", "\x12ir\x12", "f|irst", ""},
        {"letter by letter", "\x12th", "four|th", ""},
        {"narrower", "\x12the", "|the third", ""},
        {"taken and sent", "\x12the\r", "|the third", "line"},
        {"taken and changed", "\x12the\x05!", "the third!|", ""},
        {"given up", "draft\x12the\x07", "draft|", ""},
        {"given up by Ctrl-C", "draft\x12the\x03", "draft|", ""},
        {"nothing found", "draft\x12zzz", "draft|", ""},
        {"erased", "\x12thex\x7f", "|the third", ""},
    };
    const History history = filled_history();
    for (const EditCase& c : cases) {
        LineEditor editor(history, {});
        editor.start("");
        EXPECT_EQ(press_all(editor, c.keys), c.result) << c.name;
        EXPECT_EQ(state(editor), c.state) << c.name;
    }
    LineEditor editor(history, {});
    editor.start("");
    press_all(editor, "\x12the");
    EXPECT_EQ(editor.view("> ", "").prompt, "(search) 'the': ");
    press_all(editor, "q");
    EXPECT_EQ(editor.view("> ", "").prompt, "(nothing found) 'theq': ");
}

TEST(LineEditor, Completes) {
    const Completer completer = [](std::string_view text) {
        Completion completion;
        for (const char* word : {"/clear", "/context", "/copy", "/exit"})
            if (std::string_view(word).starts_with(text)) completion.candidates.push_back(word);
        return completion;
    };
    const History history;
    const auto after = [&](const char* keys) {
        LineEditor editor(history, completer);
        editor.start("");
        press_all(editor, keys);
        std::string below;
        for (const std::string& line : editor.view("", "").below) below += "[" + line + "]";
        return state(editor) + below;
    };
    EXPECT_EQ(after("/e\t"), "/exit|");
    EXPECT_EQ(after("/c\t"), "/c|");
    EXPECT_EQ(after("/c\t\t"), "/c|[/clear  /context  /copy  ]");
    EXPECT_EQ(after("/c\t\tl"), "/cl|");
    EXPECT_EQ(after("/co\t"), "/co|");
    EXPECT_EQ(after("/con\t"), "/context|");
    EXPECT_EQ(after("/x\t\t"), "/x|");
}

TEST(LineEditor, BlockMarks) {
    EXPECT_TRUE(block_is_open("\"\"\"abc"));
    EXPECT_TRUE(block_is_open("\"\"\""));
    EXPECT_FALSE(block_is_open("\"\"\"abc\"\"\""));
    EXPECT_FALSE(block_is_open("abc\"\"\""));
    EXPECT_EQ(without_block_marks("\"\"\"\nabc\n\"\"\""), "abc");
    EXPECT_EQ(without_block_marks("\"\"\"a\"\"\" \n"), "a");
    EXPECT_EQ(without_block_marks("\"\"\"\"\"\""), "");
    EXPECT_EQ(without_block_marks("\"\"\"open"), "\"\"\"open");
    EXPECT_EQ(without_block_marks("plain"), "plain");
}

// ---- Painting ----

View simple(std::string_view text, size_t cursor) { return {"> ", ". ", text, cursor, {}, {}}; }

TEST(Painter, WritesWhatDiffersAndNothingElse) {
    Painter painter;
    painter.set_size(20, 5);
    EXPECT_EQ(painter.paint(simple("", 0)), "> ");
    EXPECT_EQ(painter.paint(simple("a", 1)), "a");
    EXPECT_EQ(painter.paint(simple("ab", 2)), "b");
    EXPECT_EQ(painter.paint(simple("ab", 1)), "\x1b[4G");
    EXPECT_EQ(painter.paint(simple("axb", 2)), "xb\x1b[5G");
    EXPECT_EQ(painter.paint(simple("axb", 2)), "");
    EXPECT_EQ(painter.paint(simple("ab", 1)), "\x1b[4Gb\x1b[K\x1b[4G");
    EXPECT_EQ(painter.paint(simple("ab\nc", 4)), "\r\n. c");
    EXPECT_EQ(painter.paint(simple("ab", 2)), "\r\x1b[J\x1b[1A\x1b[5G");
    EXPECT_EQ(painter.finish(), "\r\n");
    EXPECT_EQ(painter.paint(simple("x", 1)), "> x");
    EXPECT_EQ(painter.clear_screen(), "\x1b[H\x1b[2J");
    EXPECT_EQ(painter.paint(simple("x", 1)), "> x");
}

TEST(Painter, HintsAndCandidatesAreDim) {
    Painter painter;
    painter.set_size(20, 5);
    View view = simple("", 0);
    view.hint = "say something";
    EXPECT_EQ(painter.paint(view), "> \x1b[2msay something\x1b[0m\x1b[3G");
    EXPECT_EQ(painter.paint(simple("a", 1)), "a\x1b[K");
    view = simple("a", 1);
    view.below = {"one  two"};
    EXPECT_EQ(painter.paint(view), "\r\n\x1b[2mone  two\x1b[0m\x1b[1A\x1b[4G");
}

TEST(Painter, ResizedTerminalsArePaintedAnew) {
    Painter painter;
    painter.set_size(20, 5);
    painter.paint(simple("0123456789abc", 13));
    // 15 columns on a terminal of 10: the cursor is one row further down.
    EXPECT_EQ(painter.resize(10, 5), "\x1b[1A\r\x1b[J");
    EXPECT_EQ(painter.paint(simple("0123456789abc", 13)), "> 0123456\r\n789abc");
}

/// Texts of random pieces: narrow, wide, joined, control characters, line feeds.
std::string random_text(std::mt19937& random, size_t n) {
    constexpr const char* kPieces[] = {"a",
                                       "b",
                                       " ",
                                       "\n",
                                       "\u00fc",
                                       "e\u0301",
                                       "\u4f60",
                                       "\u597d",
                                       "\U0001F600",
                                       "\x1b",
                                       "\U0001F468\u200D\U0001F469",
                                       "\t",
                                       "\xff"};
    std::string text;
    for (size_t i = 0; i < n; ++i) text += kPieces[random() % std::size(kPieces)];
    return text;
}

TEST(Painter, DifferencesGiveTheSamePictureAsPaintingAnew) {
    std::mt19937 random(7);
    for (int round = 0; round < 60; ++round) {
        const int columns = 8 + int(random() % 30), rows = 2 + int(random() % 12);
        Painter step;
        step.set_size(columns, rows);
        Screen seen(columns, rows);
        std::string text;
        for (int i = 0; i < 40; ++i) {
            // The text changes anywhere, and the cursor goes to the beginning of some character.
            const size_t keep = text.empty() ? 0 : random() % (text.size() + 1);
            text = text.substr(0, keep) + random_text(random, random() % 12) + (random() % 2 ? "" : text.substr(keep));
            size_t cursor = 0;
            for (size_t stop = random() % (text.size() + 1); cursor < stop;)
                cursor += front_cluster(std::string_view(text).substr(cursor)).bytes;
            seen.write(step.paint(simple(text, cursor)));

            Painter fresh;
            fresh.set_size(columns, rows);
            Screen expected(columns, rows);
            expected.write(fresh.paint(simple(text, cursor)));
            ASSERT_FALSE(seen.wrapped) << "the last column stays free";
            ASSERT_EQ(seen.column, expected.column);
            if (int(expected.rows().size()) < rows) {
                // The texts that are cut may be scrolled differently.
                ASSERT_EQ(seen.rows(), expected.rows())
                    << "round " << round << ", step " << i << ", text " << testing::PrintToString(text);
                ASSERT_EQ(seen.row, expected.row);
            }
        }
    }
}

TEST(Painter, LongTextsAreShownAroundTheCursor) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "line " + std::to_string(i) + (i < 199 ? "\n" : "");
    Painter painter;
    painter.set_size(40, 10);
    Screen screen(40, 10);
    screen.write(painter.paint(simple(text, text.size())));
    std::vector<std::string> rows = screen.rows();
    ASSERT_EQ(rows.size(), 10u);
    EXPECT_EQ(rows.front(), "... 191 rows above");
    EXPECT_EQ(rows.back(), ". line 199");
    EXPECT_EQ(screen.row, 9);
    screen.write(painter.paint(simple(text, 0)));
    rows = screen.rows();
    EXPECT_EQ(rows.front(), "> line 0");
    EXPECT_EQ(rows.back(), "... 191 rows below");
    EXPECT_EQ(screen.row, 0);
    screen.write(painter.paint(simple(text, text.find("line 100"))));
    rows = screen.rows();
    EXPECT_EQ(rows[size_t(screen.row)], ". line 100");
    EXPECT_TRUE(rows.front().starts_with("... ") && rows.back().starts_with("... "));
}

TEST(LineEditor, APasteOfAMegabyteTakesNoTime) {
    std::string paste = "\x1b[200~";
    while (paste.size() < (1 << 20)) paste += "a line of the text that somebody pastes, with \u00fcml\u00e4uts\r";
    paste += "\x1b[201~";
    const History history;
    LineEditor editor(history, {});
    editor.start("");
    KeyDecoder decoder;
    Painter painter;
    painter.set_size(80, 24);
    const auto start = std::chrono::steady_clock::now();
    size_t n_keys = 0;
    for (size_t at = 0; at < paste.size(); at += 4096) {
        decoder.push(std::string_view(paste).substr(at, 4096));
        while (const auto key = decoder.next()) {
            ++n_keys;
            EXPECT_EQ(editor.press(*key), LineEditor::Result::Going);
        }
    }
    painter.paint(editor.view("> ", ""));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(n_keys, 1u);
    EXPECT_GT(editor.text().size(), size_t(1) << 20);
    EXPECT_LT(seconds.count(), 1.0);
}

// ---- History ----

TEST(HistoryFile, KeepsEntriesForTheNextTime) {
    const TempFolder folder;
    const std::filesystem::path file = folder / "deep/er/history";
    {
        History history(file);
        EXPECT_TRUE(history.add("one"));
        EXPECT_TRUE(history.add("one"));
        EXPECT_TRUE(history.add("two\nlines \\n"));
        EXPECT_TRUE(history.add(" secret"));
        EXPECT_TRUE(history.add(std::string(20000, 'x')));
        EXPECT_EQ(history.size(), 4u) << "all but the repetition are there for this talk";
    }
    const History again(file);
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0], "one");
    EXPECT_EQ(again[1], "two\nlines \\n");
    struct stat status;
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    ASSERT_EQ(stat(file.parent_path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST(HistoryFile, DoesNotGrowForEver) {
    const TempFolder folder;
    const std::filesystem::path file = folder / "history";
    {
        std::ofstream out(file);
        for (int i = 0; i < 30000; ++i) out << "an entry of the history that is not short, number " << i << "\n";
    }
    ASSERT_GT(std::filesystem::file_size(file), 1u << 20);
    const History history(file);
    EXPECT_LT(std::filesystem::file_size(file), 1u << 19);
    EXPECT_TRUE(history[history.size() - 1].ends_with("number 29999"));
    const History again(file);
    EXPECT_EQ(again.size(), history.size());
    EXPECT_EQ(again[0], history[0]);
}

TEST(HistoryFile, SaysWhenItCannotBeWritten) {
    const TempFolder folder;
    folder.put("taken", {});
    History history(folder / "taken/history");  // below a file no folder can be
    EXPECT_FALSE(history.add("one"));
    EXPECT_EQ(history.size(), 1u);
}

}  // namespace
}  // namespace siskin::test

#pragma once
// Lines of a file or of stdin, whose writer may be slow.

#include <string>

namespace siskin {

class LineReader {
  public:
    /// "" and "-" are stdin. Throws Error: NoInput, NoPermission, BadData (a directory), Io.
    explicit LineReader(const std::string& path);
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;
    ~LineReader();

    /// The next line without its end, if there is one. Waits for it only if asked to, and not when the program is to
    /// stop. Throws Error(Io).
    bool next(std::string& line, bool wait);
    /// No line will come any more.
    bool ended() const { return ended_ && begin_ == held_.size(); }

  private:
    bool has_bytes() const;
    void read_some();

    std::string name_;
    int fd_;
    std::string held_;
    size_t begin_ = 0, searched_ = 0;  // in held_: the next line, and how far there is no line feed
    bool ended_ = false;
};

}  // namespace siskin

#pragma once
// Where the answers to many items go, a line for each in the order of the items: stdout, or a file that a later run may
// go on with.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace siskin {

class AnswerFile {
  public:
    /// "" and "-" are stdout. A file that is there is gone on with if asked for, and must otherwise be empty. What
    /// follows its last line feed, of a line that was being written, is dropped. Throws Error: CannotCreate,
    /// NoPermission, Busy (another process writes to it), Io, Usage (resuming what is no file).
    AnswerFile(const std::string& path, bool resume);
    AnswerFile(const AnswerFile&) = delete;
    AnswerFile& operator=(const AnswerFile&) = delete;
    ~AnswerFile();

    /// The next line that an earlier run wrote, until they end. Throws Error(Io).
    bool next_old(std::string& line);

    /// A new line, at once. Throws Error(Io), and Exit{141} when nobody reads any more.
    void write(std::string_view line);
    /// Throws Exit{141} when nobody reads any more.
    void check_reader() const;
    /// The last one is written: makes a file durable, closes stdout. Throws Error(Io).
    void finish();

  private:
    void drop_half_a_line();

    std::string path_;
    int fd_ = -1;            // -1: stdout
    int64_t old_bytes_ = 0;  // of whole lines
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Closer> old_;
};

}  // namespace siskin

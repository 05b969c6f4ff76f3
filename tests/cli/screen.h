#pragma once
// A terminal's screen in memory, for what programs write to it: enough of it to tell whether two ways of painting give
// the same picture.

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line_editor/text_width.h"

namespace siskin::test {

class Screen {
  public:
    Screen(int columns, int rows) : columns_(columns), cells_(size_t(rows), Row(size_t(columns), " ")) {}

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            if (bytes.starts_with("\x1b[")) {
                size_t end = 2;
                while (bytes[end] < '@' || bytes[end] > '~') ++end;
                obey(std::string(bytes.substr(2, end - 2)), bytes[end]);
                bytes.remove_prefix(end + 1);
            } else if (bytes[0] == '\r') {
                column = 0;
                bytes.remove_prefix(1);
            } else if (bytes[0] == '\n') {
                line_feed();
                bytes.remove_prefix(1);
            } else {
                const Cluster cluster = front_cluster(bytes);
                put(std::string(bytes.substr(0, cluster.bytes)), cluster.width);
                bytes.remove_prefix(cluster.bytes);
            }
        }
    }

    /// Rows without spaces at their ends, empty ones at the end left out.
    std::vector<std::string> rows() const {
        std::vector<std::string> out;
        for (const Row& cells : cells_) {
            std::string text;
            for (const std::string& cell : cells) text += cell;
            text.resize(text.find_last_not_of(' ') + 1);
            out.push_back(text);
        }
        while (!out.empty() && out.back().empty()) out.pop_back();
        return out;
    }

    int row = 0, column = 0;
    bool wrapped = false;  ///< something reached beyond the last column

  private:
    using Row = std::vector<std::string>;

    void put(const std::string& text, int width) {
        if (column + width > columns_) wrapped = true;
        if (column + width > columns_) return;
        Row& cells = cells_[size_t(row)];
        if (width == 0 && column > 0) cells[size_t(column) - 1] += text;
        for (int i = 0; i < width; ++i) cells[size_t(column + i)] = i == 0 ? text : "";
        column += width;
    }
    void line_feed() {
        if (row + 1 < int(cells_.size())) {
            ++row;
        } else {
            cells_.erase(cells_.begin());
            cells_.push_back(Row(size_t(columns_), " "));
        }
    }
    void clear(int r, int from) {
        for (int c = from; c < columns_; ++c) cells_[size_t(r)][size_t(c)] = " ";
    }
    void obey(const std::string& parameters, char command) {
        const int n = std::max(1, std::atoi(parameters.c_str())), last = int(cells_.size()) - 1;
        switch (command) {
            case 'A':
                row = std::max(0, row - n);
                break;
            case 'B':
                row = std::min(last, row + n);
                break;
            case 'G':
                column = n - 1;
                break;
            case 'H':
                row = column = 0;
                break;
            case 'K':
                clear(row, column);
                break;
            case 'J':
                clear(row, parameters == "2" ? 0 : column);
                for (int r = parameters == "2" ? 0 : row + 1; r <= last; ++r) clear(r, 0);
                break;
            default:
                break;
        }
    }

    int columns_;
    std::vector<Row> cells_;
};

}  // namespace siskin::test

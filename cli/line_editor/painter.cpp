#include "cli/line_editor/painter.h"

#include <algorithm>

#include "cli/line_editor/text_width.h"

namespace siskin {
namespace {

constexpr int kLeastColumns = 8, kLeastRows = 2;

std::string csi(int n, char command) { return "\x1b[" + std::to_string(n) + command; }

/// The front of a text that fits into so many columns.
std::string cut(std::string_view text, int columns) {
    std::string out;
    while (!text.empty()) {
        const Cluster cluster = front_cluster(text);
        if (cluster.width > columns) break;
        columns -= cluster.width;
        out += shown(text.substr(0, cluster.bytes));
        text.remove_prefix(cluster.bytes);
    }
    return out;
}

std::string hidden_rows(size_t n, const char* where) {
    return "... " + std::to_string(n) + (n == 1 ? " row " : " rows ") + where;
}

}  // namespace

void Painter::set_size(int columns, int rows) {
    columns_ = columns > 0 ? std::max(columns, kLeastColumns) : 80;
    height_ = rows > 0 ? std::max(rows, kLeastRows) : 24;
}

/// Cuts the text into rows and finds the cursor.
std::vector<Painter::Span> Painter::spans(const View& view, Position& cursor) const {
    std::vector<Span> out = {{0, 0, view.prompt, text_width(view.prompt)}};
    for (size_t at = 0;;) {
        if (at == view.cursor) cursor = {int(out.size()) - 1, out.back().width};
        if (at == view.text.size()) return out;
        if (view.text[at] == '\n') {
            at += 1;
            out.push_back({at, at, view.continuation, text_width(view.continuation)});
            continue;
        }
        const Cluster cluster = front_cluster(view.text.substr(at));
        if (out.back().width + cluster.width >= columns_) {
            out.push_back({at, at, {}, 0});
            if (at == view.cursor) cursor = {int(out.size()) - 1, 0};
        }
        at += cluster.bytes;
        out.back().end = at;
        out.back().width += cluster.width;
    }
}

Painter::Row Painter::render(const View& view, const Span& span) const {
    Row row{std::string(span.prefix), span.width, std::string::npos};
    std::string_view rest = view.text.substr(span.begin, span.end - span.begin);
    while (!rest.empty()) {
        const size_t n = front_cluster(rest).bytes;
        row.text += shown(rest.substr(0, n));
        rest.remove_prefix(n);
    }
    return row;
}

std::vector<Painter::Row> Painter::rows(const View& view, Position& cursor) {
    const std::vector<Span> all = spans(view, cursor);
    const size_t height = size_t(height_), row = size_t(cursor.row);
    const auto dim = [&](std::string_view text) {
        const std::string fitting = cut(text, columns_ - 1);
        return Row{fitting, text_width(fitting), 0};
    };
    if (all.size() <= height) {
        top_ = 0;
    } else {
        // The cursor stays off the rows that say what is hidden.
        const size_t margin = height > 2 ? 1 : 0;
        const size_t least = row + 1 + margin > height ? row + 1 + margin - height : 0;
        top_ = std::clamp(top_, least, row > margin ? row - margin : 0);
        top_ = std::min(top_, all.size() - height);
    }
    const size_t end = std::min(all.size(), top_ + height);
    std::vector<Row> out;
    for (size_t i = top_; i < end; ++i) out.push_back(render(view, all[i]));
    if (top_ > 0 && row != top_) out.front() = dim(hidden_rows(top_ + 1, "above"));
    if (end < all.size() && row != end - 1) out.back() = dim(hidden_rows(all.size() - end + 1, "below"));
    if (view.text.empty() && !view.hint.empty()) {
        Row& first = out.front();
        first.dim_from = first.text.size();
        first.text += cut(view.hint, columns_ - 1 - first.width);
        first.width = text_width(first.text);
    }
    for (const std::string& line : view.below)
        if (out.size() < height) out.push_back(dim(line));
    cursor.row -= int(top_);
    return out;
}

std::string Painter::paint(const View& view) {
    Position cursor;
    const std::vector<Row> wanted = rows(view, cursor);
    std::string out;
    for (size_t i = 0; i < wanted.size(); ++i) {
        const bool is_new = i >= shown_.size();
        if (is_new && i > 0) {
            move_to({int(i) - 1, at_.column}, out);
            out += "\r\n";
            at_ = {int(i), 0};
        }
        if (is_new) shown_.emplace_back();
        if (wanted[i] == shown_[i]) continue;
        if (at_.row != int(i)) move_to({int(i), 0}, out);
        write_row(wanted[i], shown_[i], out);
        shown_[i] = wanted[i];
    }
    if (shown_.size() > wanted.size()) {
        move_to({int(wanted.size()), 0}, out);
        out += "\x1b[J";
        shown_.resize(wanted.size());
    }
    move_to(cursor, out);
    return out;
}

/// Writes what differs from the row that is there; the cursor is somewhere on it.
void Painter::write_row(const Row& row, const Row& old, std::string& out) {
    size_t same = 0;
    int column = 0;
    const size_t limit = std::min({row.text.size(), old.text.size(), row.dim_from, old.dim_from});
    while (same < limit) {
        const Cluster mine = front_cluster(std::string_view(row.text).substr(same));
        const Cluster theirs = front_cluster(std::string_view(old.text).substr(same));
        if (mine.bytes != theirs.bytes || row.text.compare(same, mine.bytes, old.text, same, mine.bytes) != 0) break;
        same += mine.bytes;
        column += mine.width;
    }
    move_to({at_.row, column}, out);
    const size_t dim_from = std::min(row.dim_from, row.text.size());
    if (same < dim_from) out.append(row.text, same, dim_from - same);
    if (dim_from < row.text.size()) out += "\x1b[2m" + row.text.substr(std::max(same, dim_from)) + "\x1b[0m";
    if (old.width > row.width) out += "\x1b[K";
    at_.column = row.width;
}

void Painter::move_to(Position to, std::string& out) {
    if (to.row < at_.row) out += csi(at_.row - to.row, 'A');
    if (to.row > at_.row) out += csi(to.row - at_.row, 'B');
    if (to.column != at_.column) out += to.column == 0 ? "\r" : csi(to.column + 1, 'G');
    at_ = to;
}

std::string Painter::resize(int columns, int rows) {
    set_size(columns, rows);
    // A row that has become too wide now fills several.
    int above = at_.column / columns_;
    for (int i = 0; i < at_.row; ++i) above += 1 + std::max(0, shown_[size_t(i)].width - 1) / columns_;
    forget();
    return (above ? csi(above, 'A') : "") + "\r\x1b[J";
}

std::string Painter::finish() {
    std::string out;
    if (!shown_.empty()) move_to({int(shown_.size()) - 1, at_.column}, out);
    forget();
    return out + "\r\n";
}

std::string Painter::clear_screen() {
    forget();
    return "\x1b[H\x1b[2J";
}

void Painter::forget() {
    shown_.clear();
    at_ = {};
    top_ = 0;
}

}  // namespace siskin

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/library/library.h"
#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "formats/error.h"
#include "formats/gguf_reader.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

/// A model of the library and what its header says.
struct Line {
    const LibraryModel* model;
    std::string type, summary;  ///< "Q4_K_M", "llama 1.2B Q4_K"
    std::string problem;
};

/// Reads the header alone, no tensor. A file that cannot be read is listed with the reason.
Line read_line(const LibraryModel& model) {
    Line line = {&model, model.type, "", model.problem};
    if (!line.problem.empty()) return line;
    try {
        const GgufFile file = GgufFile::open(model.file);
        line.summary = type_summary(file);
        if (line.type.empty()) line.type = line.summary.substr(line.summary.rfind(' ') + 1);
    } catch (const Error& error) {
        std::string said = error.what();
        const std::string place = model.file.string() + ": ";
        line.problem = "broken: " + (said.starts_with(place) ? said.substr(place.size()) : said);
    }
    return line;
}

std::string_view status_of(const Line& line) {
    return line.problem.empty() ? "ok" : !line.model->problem.empty() ? "incomplete" : "broken";
}

void print_json(const std::vector<Line>& lines) {
    Json out = Json::array();
    for (const Line& line : lines)
        out.push_back({{"name", line.model->name},
                       {"type", line.type},
                       {"summary", line.summary},
                       {"bytes", line.model->bytes},
                       {"parts", line.model->n_parts},
                       {"tool", tool_name(line.model->tool)},
                       {"path", line.model->file.string()},
                       {"status", status_of(line)},
                       {"problem", line.problem.empty() ? Json() : Json(line.problem)}});
    put(out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::string padded(const std::string& text, size_t width) {
    return text + std::string(width - std::min(width, text.size()), ' ');
}

void print_table(const std::vector<Line>& lines) {
    size_t name_width = 0, type_width = 0;
    for (const Line& line : lines) {
        name_width = std::max(name_width, line.model->name.size());
        type_width = std::max(type_width, line.type.size());
    }
    for (const Line& line : lines) {
        const std::string size = bytes_text(line.model->bytes);
        put_text(padded(line.model->name, name_width) + "  " + padded(line.type, type_width) + "  " +
                 std::string(10 - std::min<size_t>(10, size.size()), ' ') + size + "  " + short_path(line.model->file) +
                 (line.problem.empty() ? "" : "  " + line.problem) + "\n");
    }
}

void note_what_is_not_listed(const Library& library, const std::vector<Place>& places) {
    if (library.models.empty()) {
        std::string folders;
        for (const Place& place : places) folders += (folders.empty() ? " in " : ", ") + short_path(place.folder);
        note("no models", folders, "; siskin pull hf:OWNER/NAME gets one from Hugging Face");
    }
    for (const std::filesystem::path& file : library.unfinished) detail("unfinished download: ", short_path(file));
    if (!library.unfinished.empty() && !verbose())
        note(library.unfinished.size(), library.unfinished.size() == 1 ? " download is" : " downloads are",
             " unfinished; -v names the files");
}

}  // namespace

Command list_command(CLI::App& app) {
    const auto json = std::make_shared<bool>(false);
    app.option_defaults()->group("Output");
    app.add_flag("--json", *json, "a JSON array with name, type, size, path and state of each");
    app.add_flag_callback(
        "-v,--verbose", [] { set_verbose(true); }, "say more on stderr");
    return [json](Arguments& arguments) {
        refuse_more(arguments);
        note_ignored(arguments);
        const std::vector<Place> places = model_places();
        const Library library = read_library(places);
        std::vector<Line> lines;
        for (const LibraryModel& model : library.models) lines.push_back(read_line(model));
        *json ? print_json(lines) : print_table(lines);
        note_what_is_not_listed(library, places);
        return 0;
    };
}

}  // namespace siskin

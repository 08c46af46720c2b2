#include "csv.hpp"

#include <algorithm>

namespace csv {

std::vector<row> parse(std::string_view text) {
    std::vector<row> rows;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        row fields;
        for (;;) {
            auto comma = line.find(',');
            fields.emplace_back(line.substr(0, comma));
            if (comma == std::string_view::npos) break;
            line.remove_prefix(comma + 1);
        }
        rows.push_back(std::move(fields));
    }
    return rows;
}

}  // namespace csv

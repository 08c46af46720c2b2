#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace csv {

using row = std::vector<std::string>;

/// The rows of a text. A line end after the last row may be there or not.
std::vector<row> parse(std::string_view text);

}  // namespace csv

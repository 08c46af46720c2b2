#include "check.hpp"
#include "csv.hpp"

int main() {
    using rows = std::vector<csv::row>;
    CHECK(csv::parse("") == rows{});
    CHECK((csv::parse("a,b\nc,d\n") == rows{{"a", "b"}, {"c", "d"}}));
    CHECK((csv::parse("a,,b\n,") == rows{{"a", "", "b"}, {"", ""}}));
    CHECK((csv::parse("a\n\nb") == rows{{"a"}, {""}, {"b"}}));
}

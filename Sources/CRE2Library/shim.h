// RE2's own headers are C++; the target CRE2 includes them. This module only says where the library is.

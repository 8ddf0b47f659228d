// What most tests include, parsed once.
#include <fstream>
#include <sstream>
#include <variant>

#include <gtest/gtest.h>

#include "room.hpp"

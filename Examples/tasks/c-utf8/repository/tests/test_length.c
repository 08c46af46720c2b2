#include <stdio.h>
#include <string.h>

#include "../utf8.h"

static int number, failures;

static void check(int good, const char *what)
{
    printf("%s %d - %s\n", good ? "ok" : "not ok", ++number, what);
    if (!good) failures++;
}

int main(void)
{
    check(utf8_length("", 0) == 0, "nothing");
    check(utf8_length("abc", 3) == 3, "ASCII");
    check(utf8_length("gr\xC3\xBC\xC3\x9F", 6) == 4, "two bytes each");
    printf("1..%d\n", number);
    return failures != 0;
}

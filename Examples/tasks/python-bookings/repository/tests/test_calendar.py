import unittest
from datetime import datetime

from bookings import Calendar, Conflict


def at(hour, minute=0):
    return datetime(2024, 5, 6, hour, minute)


class BookTests(unittest.TestCase):
    def test_bookings_are_in_order(self):
        calendar = Calendar()
        calendar.book("blue", at(14), at(15))
        calendar.book("blue", at(9), at(10))
        self.assertEqual(calendar.bookings("blue"), [(at(9), at(10)), (at(14), at(15))])

    def test_a_room_is_taken_once(self):
        calendar = Calendar()
        calendar.book("blue", at(9), at(11))
        with self.assertRaises(Conflict):
            calendar.book("blue", at(10), at(12))
        calendar.book("red", at(10), at(12))

    def test_a_booking_takes_time(self):
        with self.assertRaises(ValueError):
            Calendar().book("blue", at(9), at(9))

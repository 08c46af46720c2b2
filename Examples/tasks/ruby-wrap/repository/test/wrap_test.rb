require "minitest/autorun"
require "wrap"

class WrapTest < Minitest::Test
  def test_lines_are_broken_between_words
    assert_equal "the quick\nbrown fox", Wrap.text("the quick brown fox", 10)
  end

  def test_a_line_may_be_full
    assert_equal "the quick\nbrown", Wrap.text("the quick brown", 9)
  end

  def test_nothing_is_nothing
    assert_equal "", Wrap.text("", 10)
  end
end

# Breaks text into lines.
module Wrap
  # The text in lines of at most that many characters.
  def self.text(text, width)
    lines = [+""]
    text.split.flat_map { |word| word.scan(/.{1,#{width}}/) }.each do |word|
      if lines.last.empty?
        lines.last << word
      elsif lines.last.size + 1 + word.size <= width
        lines.last << " " << word
      else
        lines << +word
      end
    end
    lines.join("\n")
  end
end

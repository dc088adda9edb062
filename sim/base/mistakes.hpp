#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spof {

/// Where something was written. `line` and `column` count from 1, the column in characters, not in
/// bytes; line 0 means that the place has no lines, such as a command-line argument.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// Something wrong with what the user wrote: a value, never an exception.
struct Mistake {
  /// JSON pointer into the resolved document; "" is the whole document.
  std::string pointer;
  /// What is wrong and what is allowed, in one line.
  std::string what;
  /// The mistake is the field's name, not its value.
  bool at_key = false;
  /// Set when the mistake is about the text itself (syntax, a missing file); otherwise the document
  /// knows the place of `pointer`.
  Place place = {};
};

/// All mistakes of one input, in the order they were found.
class Mistakes {
 public:
  /// What it says becomes one line: control characters, of whatever is quoted in it, are shown.
  void add(Mistake mistake);
  /// The value at `pointer` is wrong.
  void add(std::string pointer, std::string what) {
    add({std::move(pointer), std::move(what), false, {}});
  }
  /// The name of the field at `pointer` is wrong.
  void add_at_key(std::string pointer, std::string what) {
    add({std::move(pointer), std::move(what), true, {}});
  }
  /// The text at `place` is wrong.
  void add_at(Place place, std::string what) {
    add({"", std::move(what), false, std::move(place)});
  }
  /// The value at `pointer` is worth a second look. It is no mistake: nothing is refused for it,
  /// and what is said below does not count it.
  void warn(std::string pointer, std::string what) {
    warnings_.push_back({std::move(pointer), std::move(what), false, {}});
  }
  const std::vector<Mistake>& warnings() const { return warnings_; }

  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size(); }
  const Mistake& operator[](std::size_t index) const { return list_[index]; }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }

 private:
  std::vector<Mistake> list_;
  std::vector<Mistake> warnings_;
};

/// The allowed word that is likely meant: at most two edits away (one for words of up to three
/// letters), or it continues the word or is continued by it. Empty: there is none.
std::string near_word(std::string_view word, const std::vector<std::string>& allowed);
/// `did you mean "retries"?` of that word; where there is none, `allowed: a, b, c`. Of many, a few
/// that are like it, where there is a command that shows them all: `list`.
std::string nearest(std::string_view word, const std::vector<std::string>& allowed,
                    std::string_view list = "");

/// Fit for a line: control characters shown as \n or \u001b.
std::string visible(std::string_view text);
/// The text in double quotes for a message of one line: visible, anything beyond 60 characters cut.
std::string in_quotes(std::string_view text);

/// Pointer of a member or element: "/faults" + "a/b" is "/faults/a~1b".
std::string child_pointer(std::string_view parent, std::string_view name);

/// The names in a JSON pointer, ~0 and ~1 undone. "" has none.
std::vector<std::string> pointer_names(std::string_view pointer);

}  // namespace spof

package dev.terrarium.services.dynamodb.expression;

/// A piece of an expression.
///
/// @param start where it begins in the text
record Token(Kind kind, String text, int start) {
  /// What it is.
  enum Kind {
    WORD,
    NAME,
    VALUE,
    INTEGER,
    SYMBOL,
    END
  }

  int end() {
    return kind == Kind.END ? start : start + text.length();
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /// Whether it is a keyword, which may be written in any case.
  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }
}

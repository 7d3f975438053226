package dev.terrarium.services.dynamodb.partiql;

/// A piece of a statement.
///
/// @param text what it means: without quotes
record PartiqlToken(Kind kind, String text, int start) {
  /// What it is.
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    PARAMETER,
    SYMBOL,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }
}

package dev.terrarium.services.s3.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Cuts a query into tokens.
final class SqlLexer {
  /// What a token is.
  enum Kind {
    WORD,
    QUOTED,
    TEXT,
    NUMBER,
    SYMBOL,
    END
  }

  /// One token; `text` without its quotes.
  record Token(Kind kind, String text, int column) {
    boolean is(String word) {
      return kind == Kind.WORD && text.equalsIgnoreCase(word)
          || kind == Kind.SYMBOL && text.equals(word);
    }

    /// As AWS names it in messages.
    String shown() {
      return switch (kind) {
        case WORD -> "IDENTIFIER:" + text;
        case QUOTED -> "IDENTIFIER:\"" + text + "\"";
        case TEXT, NUMBER -> "LITERAL:" + text;
        case SYMBOL -> "OPERATOR:'" + text + "'";
        case END -> "EOF";
      };
    }
  }

  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<space>\\s+|--[^\\n]*)|'(?<text>(?:[^']|'')*)'|\"(?<quoted>(?:[^\"]|\"\")*)\""
              + "|(?<number>[0-9]+(?:\\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\\.[0-9]+)"
              + "|(?<word>[A-Za-z_][A-Za-z0-9_$]*)|(?<symbol><>|!=|<=|>=|\\|\\||[-+*/%(),.<>=\\[\\]])");

  private SqlLexer() {}

  static List<Token> tokens(String text) {
    var tokens = new ArrayList<Token>();
    var matcher = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new SelectException(
            "LexerInvalidChar",
            String.format(Locale.ROOT, "Invalid character at line 1, column %d.", at + 1));
      }
      var column = at + 1;
      if (matcher.group("word") != null) {
        tokens.add(new Token(Kind.WORD, matcher.group("word"), column));
      } else if (matcher.group("number") != null) {
        tokens.add(new Token(Kind.NUMBER, matcher.group("number"), column));
      } else if (matcher.group("text") != null) {
        tokens.add(new Token(Kind.TEXT, matcher.group("text").replace("''", "'"), column));
      } else if (matcher.group("quoted") != null) {
        var quoted = matcher.group("quoted").replace("\"\"", "\"");
        tokens.add(new Token(Kind.QUOTED, quoted, column));
      } else if (matcher.group("symbol") != null) {
        tokens.add(new Token(Kind.SYMBOL, matcher.group("symbol"), column));
      }
      at = matcher.end();
    }
    tokens.add(new Token(Kind.END, "", text.length() + 1));
    return tokens;
  }
}

package dev.terrarium.services.dynamodb.partiql;

import dev.terrarium.services.dynamodb.expression.ExpressionException;
import dev.terrarium.services.dynamodb.partiql.PartiqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts a statement into tokens.
final class PartiqlLexer {
  private static final List<String> PAIRS = List.of("<<", ">>", "<=", ">=", "<>", "!=", "||");

  private final String text;
  private int at;

  PartiqlLexer(String text) {
    this.text = text;
  }

  List<PartiqlToken> tokens() {
    var tokens = new ArrayList<PartiqlToken>();
    while (true) {
      skipSpace();
      if (at >= text.length()) {
        tokens.add(new PartiqlToken(Kind.END, "<EOF>", at));
        return tokens;
      }
      tokens.add(next());
    }
  }

  private void skipSpace() {
    while (at < text.length()) {
      if (text.startsWith("--", at)) {
        var end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else {
        return;
      }
    }
  }

  private PartiqlToken next() {
    var start = at;
    var c = text.charAt(at);
    if (c == '\'') {
      return new PartiqlToken(Kind.STRING, quoted('\''), start);
    } else if (c == '"') {
      return new PartiqlToken(Kind.QUOTED, quoted('"'), start);
    } else if (c == '?') {
      at++;
      return new PartiqlToken(Kind.PARAMETER, "?", start);
    } else if (isDigit(c) || c == '-' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
      at++;
      skipNumber();
      return new PartiqlToken(Kind.NUMBER, text.substring(start, at), start);
    } else if (Character.isLetter(c) || c == '_') {
      while (at < text.length() && isWordPart(text.charAt(at))) {
        at++;
      }
      return new PartiqlToken(Kind.WORD, text.substring(start, at), start);
    }
    at++;
    if (at < text.length() && PAIRS.contains(text.substring(start, at + 1))) {
      at++;
    }
    return new PartiqlToken(Kind.SYMBOL, text.substring(start, at), start);
  }

  private void skipNumber() {
    while (at < text.length()) {
      var c = text.charAt(at);
      var exponent = c == 'e' || c == 'E';
      var sign = (c == '-' || c == '+') && "eE".indexOf(text.charAt(at - 1)) >= 0;
      if (!isDigit(c) && c != '.' && !exponent && !sign) {
        return;
      }
      at++;
    }
  }

  /// A quote inside is written twice.
  private String quoted(char quote) {
    var content = new StringBuilder();
    for (at++; at < text.length(); at++) {
      var c = text.charAt(at);
      if (c != quote) {
        content.append(c);
      } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
        content.append(quote);
        at++;
      } else {
        at++;
        return content.toString();
      }
    }
    throw new ExpressionException(
        "Statement wasn't well formed, can't be processed: Unterminated " + quote);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}

package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts an expression into tokens. What is no token becomes a symbol that no grammar expects.
final class Lexer {
  private final String text;
  private int at;

  Lexer(String text) {
    this.text = text;
  }

  List<Token> tokens() {
    var tokens = new ArrayList<Token>();
    while (true) {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()) {
        tokens.add(new Token(Kind.END, "<EOF>", at));
        return tokens;
      }
      tokens.add(next());
    }
  }

  private Token next() {
    var start = at;
    var c = text.charAt(at++);
    if (c == '#' || c == ':') {
      skipWord();
      var kind = at == start + 1 ? Kind.SYMBOL : c == '#' ? Kind.NAME : Kind.VALUE;
      return token(kind, start);
    } else if (isDigit(c)) {
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      return token(Kind.INTEGER, start);
    } else if (isWordPart(c)) {
      skipWord();
      return token(Kind.WORD, start);
    } else if (at < text.length() && (c == '<' || c == '>')) {
      var second = text.charAt(at);
      if (second == '=' || c == '<' && second == '>') {
        at++;
      }
    }
    return token(Kind.SYMBOL, start);
  }

  private void skipWord() {
    while (at < text.length() && isWordPart(text.charAt(at))) {
      at++;
    }
  }

  private Token token(Kind kind, int start) {
    return new Token(kind, text.substring(start, at), start);
  }

  static boolean isWordPart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}

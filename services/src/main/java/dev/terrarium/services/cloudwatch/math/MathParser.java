package dev.terrarium.services.cloudwatch.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads metric math.
///
/// See *Using math expressions with CloudWatch metrics* in the user guide.
final class MathParser {
  private static final int LENGTH_MAX = 1024;
  private static final int DEPTH_MAX = 64;
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<number>[0-9]*\\.?[0-9]+(?:[eE][+-]?[0-9]+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)"
              + "|'(?<single>[^']*)'|\"(?<double>[^\"]*)\""
              + "|(?<operator>\\|\\||&&|==|!=|<=|>=|[-+*/^<>!(),\\[\\]]))");
  private static final List<Set<String>> LEVELS =
      List.of(
          Set.of("||"),
          Set.of("&&"),
          Set.of("==", "!=", "<", ">", "<=", ">="),
          Set.of("+", "-"),
          Set.of("*", "/"));
  private static final Map<String, String> WORDS = Map.of("AND", "&&", "OR", "||", "NOT", "!");

  private enum Kind {
    NUMBER,
    NAME,
    TEXT,
    OPERATOR,
    END
  }

  private record Token(Kind kind, String text) {}

  private final List<Token> tokens;
  private int at;
  private int depth;

  private MathParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static MathNode parse(String text) {
    if (text.length() > LENGTH_MAX) {
      throw new MathException("The expression is longer than 1024 characters");
    }
    var parser = new MathParser(tokens(text));
    var node = parser.level(0);
    if (parser.peek().kind != Kind.END) {
      throw new MathException("Unexpected token: " + parser.peek().text);
    }
    return node;
  }

  private static List<Token> tokens(String text) {
    var tokens = new ArrayList<Token>();
    var matcher = TOKEN.matcher(text.stripTrailing());
    int end = 0;
    while (end < text.stripTrailing().length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new MathException("Unexpected character at position " + end);
      }
      if (matcher.group("number") != null) {
        tokens.add(new Token(Kind.NUMBER, matcher.group("number")));
      } else if (matcher.group("name") != null) {
        var name = matcher.group("name");
        var word = WORDS.get(name);
        tokens.add(word == null ? new Token(Kind.NAME, name) : new Token(Kind.OPERATOR, word));
      } else if (matcher.group("operator") != null) {
        tokens.add(new Token(Kind.OPERATOR, matcher.group("operator")));
      } else {
        var single = matcher.group("single");
        tokens.add(new Token(Kind.TEXT, single == null ? matcher.group("double") : single));
      }
      end = matcher.end();
    }
    tokens.add(new Token(Kind.END, "end of expression"));
    return tokens;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private boolean take(String operator) {
    if (peek().kind == Kind.OPERATOR && peek().text.equals(operator)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String operator) {
    if (!take(operator)) {
      throw new MathException("Expected " + operator + " but found " + peek().text);
    }
  }

  private MathNode level(int level) {
    if (level == LEVELS.size()) {
      return power();
    }
    if (++depth > DEPTH_MAX * LEVELS.size()) {
      throw new MathException("The expression is nested too deeply");
    }
    var left = level(level + 1);
    while (peek().kind == Kind.OPERATOR && LEVELS.get(level).contains(peek().text)) {
      var operator = tokens.get(at++).text;
      left = new MathNode.Binary(operator, left, level(level + 1));
    }
    depth--;
    return left;
  }

  private MathNode power() {
    var base = unary();
    return take("^") ? new MathNode.Binary("^", base, power()) : base;
  }

  private MathNode unary() {
    if (take("-")) {
      return new MathNode.Unary("-", unary());
    } else if (take("!")) {
      return new MathNode.Unary("!", unary());
    }
    return primary();
  }

  private MathNode primary() {
    var token = tokens.get(at++);
    switch (token.kind) {
      case NUMBER -> {
        return new MathNode.Literal(Double.parseDouble(token.text));
      }
      case TEXT -> {
        return new MathNode.Text(token.text);
      }
      case NAME -> {
        if (!take("(")) {
          return new MathNode.Id(token.text);
        }
        return new MathNode.Call(token.text, list(")"));
      }
      case OPERATOR -> {
        if (token.text.equals("(")) {
          var inner = level(0);
          expect(")");
          return inner;
        } else if (token.text.equals("[")) {
          return new MathNode.ListOf(list("]"));
        }
      }
      case END -> at--;
    }
    throw new MathException("Unexpected token: " + token.text);
  }

  private List<MathNode> list(String end) {
    var elements = new ArrayList<MathNode>();
    if (take(end)) {
      return elements;
    }
    do {
      elements.add(level(0));
    } while (take(","));
    expect(end);
    return elements;
  }
}

package dev.terrarium.services.logs;

import dev.terrarium.services.logs.FilterPattern.OfFields.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the two structured forms of a filter pattern: `{ … }` and `[ … ]`.
final class PatternParser {
  private static final List<String> OPERATORS = List.of("!=", "<=", ">=", "=", "<", ">");

  private final String text;
  private int at;

  PatternParser(String text) {
    this.text = text;
  }

  /// `{ $.a = 1 && ( … ) }`.
  Condition json() {
    expect("{");
    var condition = any(null);
    expect("}");
    end();
    return condition;
  }

  /// `[a, b = 4*, ..., c]`.
  List<Field> fields() {
    expect("[");
    var fields = new ArrayList<Field>();
    while (true) {
      skip();
      if (text.startsWith("...", at)) {
        at += 3;
        fields.add(new Field("...", null));
      } else {
        fields.add(field(fields.size() + 1));
      }
      if (!accept(",")) {
        break;
      }
    }
    expect("]");
    end();
    if (fields.stream().filter(Field::isEllipsis).count() > 1) {
      throw new IllegalArgumentException("More than one ellipsis");
    }
    return fields;
  }

  private Field field(int number) {
    var start = at;
    var name = word();
    skip();
    if (name.isEmpty()) {
      return new Field(Integer.toString(number), null);
    }
    if (peek() == ',' || peek() == ']') {
      return new Field(name, null);
    }
    at = start;
    return new Field(name, any(name));
  }

  private Condition any(@Nullable String field) {
    var condition = all(field);
    while (accept("||")) {
      condition = new Condition.Or(condition, all(field));
    }
    return condition;
  }

  private Condition all(@Nullable String field) {
    var condition = one(field);
    while (accept("&&")) {
      condition = new Condition.And(condition, one(field));
    }
    return condition;
  }

  private Condition one(@Nullable String field) {
    if (accept("(")) {
      var inner = any(field);
      expect(")");
      return inner;
    }
    skip();
    var selector = field == null ? selector() : word();
    if (field != null && !selector.equals(field)) {
      throw new IllegalArgumentException("Another field: " + selector);
    }
    for (var operator : OPERATORS) {
      if (accept(operator)) {
        return comparison(selector, operator);
      }
    }
    var first = word().toUpperCase(Locale.ROOT);
    if (first.equals("EXISTS")) {
      return new Condition.Is(selector, first);
    }
    skip();
    var second = word().toUpperCase(Locale.ROOT);
    return switch (first + " " + second) {
      case "IS NULL", "IS TRUE", "IS FALSE" -> new Condition.Is(selector, second);
      case "NOT EXISTS" -> new Condition.Is(selector, "NOT EXISTS");
      default -> throw new IllegalArgumentException(first);
    };
  }

  private Condition comparison(String selector, String operator) {
    skip();
    var quote = peek();
    if (quote == '"') {
      var constant = new StringBuilder();
      at++;
      while (peek() != '"') {
        if (peek() == '\\') {
          at++;
        }
        constant.append(peek());
        at++;
      }
      at++;
      return Condition.Comparison.of(selector, operator, constant.toString(), true);
    }
    var start = at;
    if (quote == '%') {
      at++;
      while (peek() != '%') {
        at += peek() == '\\' ? 2 : 1;
      }
      at++;
    } else {
      while (" \t\n,]})|&".indexOf(peek()) < 0) {
        at++;
      }
    }
    var constant = text.substring(start, at);
    if (constant.isEmpty()) {
      throw new IllegalArgumentException("No constant at " + start);
    }
    return Condition.Comparison.of(selector, operator, constant, false);
  }

  private String selector() {
    if (peek() != '$') {
      throw new IllegalArgumentException("No selector at " + at);
    }
    var start = at++;
    int depth = 0;
    while (depth > 0 || " \t\n=!<>)}".indexOf(peek()) < 0) {
      depth += peek() == '[' ? 1 : peek() == ']' ? -1 : 0;
      at++;
    }
    var selector = text.substring(start, at);
    Selector.of(selector);
    return selector;
  }

  private String word() {
    skip();
    var start = at;
    while (Character.isLetterOrDigit(peek()) || peek() == '_' || peek() == '-') {
      at++;
    }
    return text.substring(start, at);
  }

  private char peek() {
    return text.charAt(at);
  }

  private void skip() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean accept(String token) {
    skip();
    if (text.startsWith(token, at)) {
      at += token.length();
      return true;
    }
    return false;
  }

  private void expect(String token) {
    if (!accept(token)) {
      throw new IllegalArgumentException("No " + token + " at " + at);
    }
  }

  private void end() {
    skip();
    if (at < text.length()) {
      throw new IllegalArgumentException("More behind the end");
    }
  }
}

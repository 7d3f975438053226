package dev.terrarium.services.glue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.glue.model.Column;

/// Reads the condition of [PartitionExpression], by recursive descent.
final class PartitionExpressionParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")|(`[^`]+`|[A-Za-z_][A-Za-z0-9_.]*)"
              + "|([+-]?[0-9]+(?:\\.[0-9]+)?)|(<>|!=|<=|>=|[=<>(),]))");
  private static final Set<String> NUMBERS =
      Set.of("tinyint", "smallint", "int", "integer", "bigint", "long", "float", "double");
  private static final Set<String> TEXTS = Set.of("string", "char", "varchar", "date", "timestamp");
  private static final int DEPTH_MAX = 100;

  private final String text;
  private final List<Column> keys;
  private final List<String> tokens = new ArrayList<>();
  private int at;
  private int depth;

  /// A key that a condition is about.
  private record Operand(int index, boolean number) {
    int compare(List<String> values, String literal) {
      var value = values.get(index);
      return number
          ? new BigDecimal(value).compareTo(new BigDecimal(literal))
          : value.compareTo(literal);
    }
  }

  PartitionExpressionParser(String text, List<Column> keys) {
    this.text = text;
    this.keys = keys;
  }

  PartitionExpression parse() {
    var matcher = TOKEN.matcher(text);
    int from = 0;
    var end = text.stripTrailing().length();
    while (from < end) {
      if (!matcher.find(from) || matcher.start() != from) {
        throw unsupported();
      }
      tokens.add(matcher.group().strip());
      from = matcher.end();
    }
    var parsed = or();
    if (at < tokens.size()) {
      throw unsupported();
    }
    return values -> {
      try {
        return parsed.test(values);
      } catch (NumberFormatException e) {
        throw GlueErrors.invalid("Partition values " + values + " are not of their keys' types.");
      }
    };
  }

  private AwsServiceException unsupported() {
    return GlueErrors.invalid("Unsupported expression '" + text + "'");
  }

  private String next() {
    if (at >= tokens.size()) {
      throw unsupported();
    }
    return tokens.get(at++);
  }

  private boolean accept(String word) {
    if (at < tokens.size() && tokens.get(at).equalsIgnoreCase(word)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String word) {
    if (!accept(word)) {
      throw unsupported();
    }
  }

  private PartitionExpression or() {
    var left = and();
    while (accept("or")) {
      var first = left;
      var second = and();
      left = values -> first.test(values) || second.test(values);
    }
    return left;
  }

  private PartitionExpression and() {
    var left = not();
    while (accept("and")) {
      var first = left;
      var second = not();
      left = values -> first.test(values) && second.test(values);
    }
    return left;
  }

  private PartitionExpression not() {
    if (++depth > DEPTH_MAX) {
      throw unsupported();
    }
    try {
      if (accept("not")) {
        var negated = not();
        return values -> !negated.test(values);
      }
      if (accept("(")) {
        var inner = or();
        expect(")");
        return inner;
      }
      return comparison();
    } finally {
      depth--;
    }
  }

  private PartitionExpression comparison() {
    if (isLiteral()) {
      var literal = next();
      var operator = next();
      var operand = operand(next());
      return compared(operand, mirrored(operator), literal(literal, operand));
    }
    var operand = operand(next());
    if (accept("not")) {
      var positive = ranged(operand, next());
      return values -> !positive.test(values);
    }
    var operator = next();
    return switch (operator.toLowerCase(Locale.ROOT)) {
      case "in", "between", "like" -> ranged(operand, operator);
      default -> compared(operand, operator, value(operand));
    };
  }

  private boolean isLiteral() {
    if (at >= tokens.size()) {
      return false;
    }
    var first = tokens.get(at).charAt(0);
    return first == '\''
        || first == '"'
        || first == '-'
        || first == '+'
        || Character.isDigit(first);
  }

  private static String mirrored(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private PartitionExpression compared(Operand key, String operator, String literal) {
    return switch (operator) {
      case "=" -> values -> key.compare(values, literal) == 0;
      case "<>", "!=" -> values -> key.compare(values, literal) != 0;
      case "<" -> values -> key.compare(values, literal) < 0;
      case "<=" -> values -> key.compare(values, literal) <= 0;
      case ">" -> values -> key.compare(values, literal) > 0;
      case ">=" -> values -> key.compare(values, literal) >= 0;
      default -> throw unsupported();
    };
  }

  private PartitionExpression ranged(Operand key, String operator) {
    return switch (operator.toLowerCase(Locale.ROOT)) {
      case "in" -> {
        expect("(");
        var wanted = new ArrayList<String>();
        do {
          wanted.add(value(key));
        } while (accept(","));
        expect(")");
        yield values -> wanted.stream().anyMatch(one -> key.compare(values, one) == 0);
      }
      case "between" -> {
        var least = value(key);
        expect("and");
        var most = value(key);
        yield values -> key.compare(values, least) >= 0 && key.compare(values, most) <= 0;
      }
      case "like" -> {
        var pattern = like(value(key));
        yield values -> pattern.matcher(values.get(key.index)).matches();
      }
      default -> throw unsupported();
    };
  }

  private static Pattern like(String text) {
    var regex = new StringBuilder();
    text.chars()
        .forEach(c ->
            regex.append(
                switch (c) {
                  case '%' -> ".*";
                  case '_' -> ".";
                  default -> Pattern.quote(String.valueOf((char) c));
                }));
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private Operand operand(String token) {
    var name = token.replace("`", "");
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).name().equalsIgnoreCase(name)) {
        return new Operand(i, isNumber(keys.get(i)));
      }
    }
    throw GlueErrors.invalid("Unknown column '" + name + "'");
  }

  private static boolean isNumber(Column key) {
    var type = key.type() == null ? "string" : key.type().toLowerCase(Locale.ROOT);
    var word = type.replaceFirst("\\(.*", "").strip();
    if (NUMBERS.contains(word) || word.equals("decimal")) {
      return true;
    }
    if (TEXTS.contains(word)) {
      return false;
    }
    throw GlueErrors.invalid(
        "Unsupported partition key type '" + type + "' of column '" + key.name() + "'");
  }

  /// A literal; `date '2026-01-01'` and `timestamp '…'` are as good as the text alone.
  private String value(Operand operand) {
    if (accept("date") || accept("timestamp")) {
      return literal(next(), operand);
    }
    return literal(next(), operand);
  }

  private String literal(String token, Operand operand) {
    var first = token.charAt(0);
    String value;
    if (first == '\'' || first == '"') {
      var quote = String.valueOf(first);
      value = token.substring(1, token.length() - 1).replace(quote + quote, quote);
    } else if (first == '-' || first == '+' || Character.isDigit(first)) {
      value = token;
    } else {
      throw unsupported();
    }
    if (operand.number) {
      try {
        return new BigDecimal(value.strip()).toPlainString();
      } catch (NumberFormatException e) {
        throw GlueErrors.invalid("'" + value + "' is not a number, in '" + text + "'");
      }
    }
    return value;
  }
}

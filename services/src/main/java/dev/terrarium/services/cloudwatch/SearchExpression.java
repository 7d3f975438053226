package dev.terrarium.services.cloudwatch;

import dev.terrarium.services.cloudwatch.math.MathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The search expression of metric math: `{Namespace,Dimension} MetricName="x" term`.
///
/// See *CloudWatch search expression syntax* in the user guide.
final class SearchExpression {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(?:(?<quoted>\"[^\"]*\")|(?<symbol>[()=])|(?<word>[^\\s()=\"]+))");

  private final List<String> tokens = new ArrayList<>();
  private int at;

  private SearchExpression(String text) {
    var matcher = TOKEN.matcher(text);
    int end = 0;
    while (end < text.stripTrailing().length()) {
      if (!matcher.find(end) || matcher.start() != end) {
        throw new MathException("Error in search expression: " + text);
      }
      tokens.add(matcher.group().strip());
      end = matcher.end();
    }
  }

  /// What tells whether a metric is looked for.
  ///
  /// @throws MathException if the expression is none
  static Predicate<Metric> parse(String text) {
    var rest = text.strip();
    Predicate<Metric> schema = metric -> true;
    if (rest.startsWith("{")) {
      var close = rest.indexOf('}');
      if (close < 0) {
        throw new MathException("Error in search expression: missing }");
      }
      schema = schema(rest.substring(1, close));
      rest = rest.substring(close + 1);
    }
    var parser = new SearchExpression(rest);
    if (parser.tokens.isEmpty()) {
      return schema;
    }
    var terms = parser.or();
    if (parser.at < parser.tokens.size()) {
      throw new MathException("Error in search expression: " + parser.tokens.get(parser.at));
    }
    return schema.and(terms);
  }

  private static Predicate<Metric> schema(String text) {
    var parts = new ArrayList<String>();
    var matcher = Pattern.compile("\\s*(?:\"([^\"]*)\"|([^,\"]+))\\s*,?").matcher(text);
    while (matcher.find()) {
      var part = matcher.group(1) == null ? matcher.group(2).strip() : matcher.group(1);
      parts.add(part);
    }
    var namespace = parts.isEmpty() ? "" : parts.getFirst();
    var names = Set.copyOf(parts.subList(Math.min(1, parts.size()), parts.size()));
    return metric -> metric.namespace().equals(namespace) && names(metric).equals(names);
  }

  private static Set<String> names(Metric metric) {
    var names = new TreeSet<String>();
    for (int i = 0; i < metric.dimensions().size(); i += 2) {
      names.add(metric.dimensions().get(i));
    }
    return names;
  }

  private Predicate<Metric> or() {
    var left = and();
    while (at < tokens.size() && tokens.get(at).equals("OR")) {
      at++;
      left = left.or(and());
    }
    return left;
  }

  private Predicate<Metric> and() {
    var left = term();
    while (at < tokens.size() && !tokens.get(at).equals("OR") && !tokens.get(at).equals(")")) {
      if (tokens.get(at).equals("AND")) {
        at++;
      }
      left = left.and(term());
    }
    return left;
  }

  private Predicate<Metric> term() {
    if (at == tokens.size()) {
      throw new MathException("Error in search expression: a term is missing");
    }
    var token = tokens.get(at++);
    if (token.equals("NOT")) {
      return term().negate();
    } else if (token.equals("(")) {
      var inner = or();
      if (at == tokens.size() || !tokens.get(at++).equals(")")) {
        throw new MathException("Error in search expression: missing )");
      }
      return inner;
    } else if (at + 1 < tokens.size() && tokens.get(at).equals("=")) {
      at++;
      return property(unquoted(token), term(tokens.get(at++)));
    }
    var matches = term(token);
    return metric ->
        matches.test(metric.name())
            || matches.test(metric.namespace())
            || metric.dimensions().stream().anyMatch(matches);
  }

  private static Predicate<Metric> property(String name, Predicate<String> matches) {
    return metric ->
        switch (name) {
          case "MetricName" -> matches.test(metric.name());
          case "Namespace" -> matches.test(metric.namespace());
          case ":aws.AccountId" -> matches.test(metric.account());
          default -> {
            for (int i = 0; i < metric.dimensions().size(); i += 2) {
              if (metric.dimensions().get(i).equals(name)
                  && matches.test(metric.dimensions().get(i + 1))) {
                yield true;
              }
            }
            yield false;
          }
        };
  }

  /// In quotes the whole, else some of its words.
  private static Predicate<String> term(String token) {
    if (token.startsWith("\"")) {
      return unquoted(token)::equals;
    }
    var wanted = words(token);
    return text -> words(text).containsAll(wanted);
  }

  private static String unquoted(String token) {
    return token.startsWith("\"") ? token.substring(1, token.length() - 1) : token;
  }

  /// CloudWatch splits names at punctuation and where lower case turns into upper case.
  private static Set<String> words(String text) {
    var words = new TreeSet<String>();
    words.add(text.toLowerCase(Locale.ROOT));
    for (var word : text.split("[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])")) {
      if (!word.isEmpty()) {
        words.add(word.toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }
}

package dev.terrarium.services.cloudwatch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// The rule of a composite alarm: `ALARM("a") AND NOT OK("b")`.
///
/// See *PutCompositeAlarm* in the API reference.
sealed interface AlarmRule {
  /// Whether it holds.
  ///
  /// @param states tells the state of an alarm by name, or null if there is none
  boolean holds(Function<String, @Nullable StateValue> states);

  /// Adds the names of the alarms that it asks for.
  void collect(Set<String> names);

  /// `TRUE` or `FALSE`.
  record Constant(boolean value) implements AlarmRule {
    @Override
    public boolean holds(Function<String, @Nullable StateValue> states) {
      return value;
    }

    @Override
    public void collect(Set<String> names) {}
  }

  /// `ALARM(name)` and the like.
  record Asked(StateValue state, String name) implements AlarmRule {
    @Override
    public boolean holds(Function<String, @Nullable StateValue> states) {
      return states.apply(name) == state;
    }

    @Override
    public void collect(Set<String> names) {
      names.add(name);
    }
  }

  /// `NOT rule`.
  record Not(AlarmRule rule) implements AlarmRule {
    @Override
    public boolean holds(Function<String, @Nullable StateValue> states) {
      return !rule.holds(states);
    }

    @Override
    public void collect(Set<String> names) {
      rule.collect(names);
    }
  }

  /// `AND` or `OR`.
  record Both(boolean and, AlarmRule left, AlarmRule right) implements AlarmRule {
    @Override
    public boolean holds(Function<String, @Nullable StateValue> states) {
      return and
          ? left.holds(states) && right.holds(states)
          : left.holds(states) || right.holds(states);
    }

    @Override
    public void collect(Set<String> names) {
      left.collect(names);
      right.collect(names);
    }
  }

  /// `AT_LEAST(2, ALARM, (a, b, c))`; a share of them in percent if so written.
  record AtLeast(int number, boolean percent, StateValue state, boolean negated, List<String> among)
      implements AlarmRule {
    @Override
    public boolean holds(Function<String, @Nullable StateValue> states) {
      var count = among.stream().filter(name -> (states.apply(name) == state) != negated).count();
      return percent ? count * 100 >= (long) number * among.size() : count >= number;
    }

    @Override
    public void collect(Set<String> found) {
      found.addAll(among);
    }
  }

  /// The names of the alarms that it asks for.
  default Set<String> names() {
    var names = new LinkedHashSet<String>();
    collect(names);
    return names;
  }

  /// Reads a rule.
  ///
  /// @throws IllegalArgumentException if it is none
  static AlarmRule parse(String text) {
    return new Parser(text).whole();
  }

  /// Reads one rule.
  final class Parser {
    private static final Pattern TOKEN =
        Pattern.compile("\\s*(?:\"(?<quoted>[^\"]*)\"|(?<symbol>[(),])|(?<word>[^\\s(),\"]+))");

    private record Token(String text, boolean quoted) {}

    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Parser(String text) {
      var matcher = TOKEN.matcher(text);
      var length = text.stripTrailing().length();
      int end = 0;
      while (end < length) {
        if (!matcher.find(end) || matcher.start() != end) {
          throw new IllegalArgumentException("Unexpected character at position " + end);
        }
        var quoted = matcher.group("quoted");
        tokens.add(
            quoted == null ? new Token(matcher.group().strip(), false) : new Token(quoted, true));
        end = matcher.end();
      }
    }

    private AlarmRule whole() {
      var rule = or();
      if (at < tokens.size()) {
        throw new IllegalArgumentException("Unexpected " + tokens.get(at).text);
      }
      return rule;
    }

    private boolean take(String word) {
      if (at < tokens.size() && !tokens.get(at).quoted && tokens.get(at).text.equals(word)) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(String word) {
      if (!take(word)) {
        throw new IllegalArgumentException("Expected " + word);
      }
    }

    private String next() {
      if (at == tokens.size()) {
        throw new IllegalArgumentException("Unexpected end");
      }
      return tokens.get(at++).text;
    }

    private AlarmRule or() {
      var left = and();
      while (take("OR")) {
        left = new Both(false, left, and());
      }
      return left;
    }

    private AlarmRule and() {
      var left = not();
      while (take("AND")) {
        left = new Both(true, left, not());
      }
      return left;
    }

    private AlarmRule not() {
      return take("NOT") ? new Not(not()) : primary();
    }

    private AlarmRule primary() {
      if (take("(")) {
        var inner = or();
        expect(")");
        return inner;
      }
      var word = next();
      return switch (word) {
        case "TRUE" -> new Constant(true);
        case "FALSE" -> new Constant(false);
        case "AT_LEAST" -> atLeast();
        default -> {
          var state = state(word);
          expect("(");
          var name = name(next());
          expect(")");
          yield new Asked(state, name);
        }
      };
    }

    private AlarmRule atLeast() {
      expect("(");
      var number = next();
      expect(",");
      var negated = take("NOT");
      var state = state(next());
      expect(",");
      expect("(");
      var names = new ArrayList<String>();
      do {
        names.add(name(next()));
      } while (take(","));
      expect(")");
      expect(")");
      if (!number.matches("[1-9][0-9]{0,2}%?")) {
        throw new IllegalArgumentException("AT_LEAST needs a number");
      }
      var percent = number.endsWith("%");
      return new AtLeast(
          Integer.parseInt(percent ? number.substring(0, number.length() - 1) : number),
          percent,
          state,
          negated,
          List.copyOf(names));
    }

    private static StateValue state(String word) {
      return switch (word) {
        case "ALARM" -> StateValue.ALARM;
        case "OK" -> StateValue.OK;
        case "INSUFFICIENT_DATA" -> StateValue.INSUFFICIENT_DATA;
        default -> throw new IllegalArgumentException("Unexpected " + word);
      };
    }

    /// The name of the alarm that a name or an ARN means.
    private static String name(String text) {
      var mark = text.indexOf(":alarm:");
      return text.startsWith("arn:") && mark > 0 ? text.substring(mark + 7) : text;
    }
  }
}

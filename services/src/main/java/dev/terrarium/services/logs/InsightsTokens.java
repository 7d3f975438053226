package dev.terrarium.services.logs;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The text of an Insights command, read from left to right. White space is passed over.
final class InsightsTokens {
  private static final Pattern NAME = Pattern.compile("[@A-Za-z_][\\w.@]*|`[^`]+`");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
  private static final Pattern PERIOD =
      Pattern.compile("([0-9]+)\\s*(ms|s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?)");

  private final String text;
  private int at;

  InsightsTokens(String text) {
    this.text = text;
  }

  /// A query without its comments, which go from a `#` to the end of the line.
  static String uncommented(String query) {
    var kept = new StringBuilder();
    char quote = 0;
    boolean comment = false;
    boolean regex = false;
    for (int i = 0; i < query.length(); i++) {
      var c = query.charAt(i);
      if (c == '\n') {
        comment = false;
        regex = false;
      } else if (comment) {
        continue;
      } else if (c == '\\' && (quote != 0 || regex) && i + 1 < query.length()) {
        kept.append(c);
        c = query.charAt(++i);
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '/') {
        regex = !regex;
      } else if (!regex && (c == '"' || c == '\'' || c == '`')) {
        quote = c;
      } else if (!regex && c == '#') {
        comment = true;
        continue;
      }
      kept.append(c);
    }
    return kept.toString();
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  boolean isAtEnd() {
    space();
    return at == text.length();
  }

  /// Passes over a sign, if it is next.
  boolean skip(String sign) {
    space();
    if (text.startsWith(sign, at)) {
      at += sign.length();
      return true;
    }
    return false;
  }

  void expect(String sign) {
    if (!skip(sign)) {
      throw unexpected(sign);
    }
  }

  /// Passes over a word in any case, if it is next.
  boolean skipWord(String word) {
    space();
    var end = at + word.length();
    if (text.regionMatches(true, at, word, 0, word.length())
        && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
      at = end;
      return true;
    }
    return false;
  }

  boolean isString() {
    space();
    return at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'');
  }

  String string() {
    if (!isString()) {
      throw unexpected("a text in quotes");
    }
    var quote = text.charAt(at++);
    var out = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      out.append(text.charAt(at++));
    }
    if (at++ == text.length()) {
      throw unexpected("a quote");
    }
    return out.toString();
  }

  /// What stands between slashes, or null if no slash is next.
  @Nullable String regex() {
    space();
    if (at == text.length() || text.charAt(at) != '/') {
      return null;
    }
    var out = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '/') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        if (text.charAt(at + 1) != '/') {
          out.append('\\');
        }
        at++;
      }
      out.append(text.charAt(at++));
    }
    if (at++ == text.length()) {
      throw unexpected("a slash");
    }
    return out.toString();
  }

  private @Nullable String match(Pattern pattern) {
    space();
    var matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher.group();
  }

  @Nullable String number() {
    return match(NUMBER);
  }

  String name() {
    var name = match(NAME);
    if (name == null) {
      throw unexpected("a field");
    }
    return name.startsWith("`") ? name.substring(1, name.length() - 1) : name;
  }

  /// A length of time such as `5m`, in milliseconds.
  long period() {
    var found = match(PERIOD);
    if (found == null) {
      throw unexpected("a period");
    }
    var matcher = PERIOD.matcher(found);
    matcher.matches();
    var unit = matcher.group(2);
    long factor =
        unit.equals("ms")
            ? 1
            : switch (unit.charAt(0)) {
              case 's' -> 1000;
              case 'm' -> 60_000;
              case 'h' -> 3_600_000;
              case 'd' -> 86_400_000;
              default -> 604_800_000;
            };
    return Math.max(1, Long.parseLong(matcher.group(1)) * factor);
  }

  /// The text that was read since `from`.
  String since(int from) {
    return text.substring(from, at).strip();
  }

  int position() {
    space();
    return at;
  }

  private IllegalArgumentException unexpected(String wanted) {
    var rest = text.substring(at);
    return new IllegalArgumentException(
        "unexpected symbol found " + (rest.isEmpty() ? "end" : rest) + ", expected " + wanted);
  }
}

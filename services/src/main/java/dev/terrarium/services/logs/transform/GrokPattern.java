package dev.terrarium.services.logs.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// A Grok expression: a regular expression with named patterns, `%{IP:client} %{NUMBER:took:INT}`.
final class GrokPattern {
  private static final int NESTED_MAX = 20;
  private static final Pattern REFERENCE =
      Pattern.compile("%\\{([A-Z0-9_]+)(?::([^:}]+))?(?::([A-Za-z]+))?}");
  private static final Map<String, String> LIBRARY =
      Map.ofEntries(
          Map.entry("USERNAME", "[a-zA-Z0-9._-]+"),
          Map.entry("USER", "%{USERNAME}"),
          Map.entry("EMAILADDRESS", "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+@%{HOSTNAME}"),
          Map.entry("INT", "[+-]?[0-9]+"),
          Map.entry("BASE10NUM", "[+-]?(?:[0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)"),
          Map.entry("NUMBER", "%{BASE10NUM}"),
          Map.entry("BASE16NUM", "(?:0[xX])?[0-9a-fA-F]+"),
          Map.entry("POSINT", "[1-9][0-9]*"),
          Map.entry("NONNEGINT", "[0-9]+"),
          Map.entry("BOOLEAN", "(?i:true|false)"),
          Map.entry("WORD", "\\b\\w+\\b"),
          Map.entry("NOTSPACE", "\\S+"),
          Map.entry("SPACE", "\\s*"),
          Map.entry("DATA", ".*?"),
          Map.entry("GREEDYDATA", ".*"),
          Map.entry("GREEDYDATA_MULTILINE", "(?s:.*)"),
          Map.entry("QUOTEDSTRING", "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'"),
          Map.entry("QS", "%{QUOTEDSTRING}"),
          Map.entry("UUID", "[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}"),
          Map.entry("ARN", "arn:[\\w-]+:[\\w-]*:[\\w-]*:[0-9]*:\\S+"),
          Map.entry("MAC", "(?:[A-Fa-f0-9]{2}[:-]){5}[A-Fa-f0-9]{2}"),
          Map.entry(
              "IPV4",
              "(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})"),
          Map.entry("IPV6", "(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}"),
          Map.entry("IP", "(?:%{IPV6}|%{IPV4})"),
          Map.entry(
              "HOSTNAME",
              "\\b[0-9A-Za-z][0-9A-Za-z-]{0,62}(?:\\.[0-9A-Za-z][0-9A-Za-z-]{0,62})*\\b"),
          Map.entry("HOST", "%{HOSTNAME}"),
          Map.entry("IPORHOST", "(?:%{IP}|%{HOSTNAME})"),
          Map.entry("HOSTPORT", "%{IPORHOST}:%{POSINT}"),
          Map.entry("UNIXPATH", "(?:/[^/\\s]*)+"),
          Map.entry("WINPATH", "(?:[A-Za-z]:|\\\\)(?:\\\\[^\\\\?*]*)+"),
          Map.entry("PATH", "(?:%{UNIXPATH}|%{WINPATH})"),
          Map.entry("URIPROTO", "[A-Za-z][A-Za-z0-9+.-]+"),
          Map.entry("URIHOST", "%{IPORHOST}(?::%{POSINT})?"),
          Map.entry("URIPATH", "(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%_\\-]*)+"),
          Map.entry("URIPARAM", "\\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\\-\\[\\]<>]*"),
          Map.entry("URIPATHPARAM", "%{URIPATH}(?:%{URIPARAM})?"),
          Map.entry(
              "URI", "%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?"),
          Map.entry(
              "MONTH",
              "\\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\b"),
          Map.entry("MONTHNUM", "(?:0?[1-9]|1[0-2])"),
          Map.entry("MONTHDAY", "(?:0[1-9]|[12][0-9]|3[01]|[1-9])"),
          Map.entry("DAY", "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"),
          Map.entry("YEAR", "[0-9]{4}|[0-9]{2}"),
          Map.entry("HOUR", "(?:2[0123]|[01]?[0-9])"),
          Map.entry("MINUTE", "[0-5][0-9]"),
          Map.entry("SECOND", "(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?"),
          Map.entry("TIME", "%{HOUR}:%{MINUTE}(?::%{SECOND})?"),
          Map.entry("ISO8601_TIMEZONE", "(?:Z|[+-]%{HOUR}:?%{MINUTE})"),
          Map.entry(
              "TIMESTAMP_ISO8601",
              "[0-9]{4}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?"),
          Map.entry("HTTPDATE", "%{MONTHDAY}/%{MONTH}/[0-9]{4}:%{TIME} %{INT}"),
          Map.entry("SYSLOGTIMESTAMP", "%{MONTH} +%{MONTHDAY} %{TIME}"),
          Map.entry(
              "LOGLEVEL",
              "(?i:alert|trace|debug|notice|info|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|emerg(?:ency)?)"),
          Map.entry("PROG", "[\\x21-\\x5a\\x5c\\x5e-\\x7e]+"));

  private record Field(String name, @Nullable String type) {}

  private final Pattern pattern;
  private final List<Field> fields = new ArrayList<>();

  /// @throws IllegalArgumentException if it names an unknown pattern, or is no regular expression
  GrokPattern(String expression) {
    try {
      pattern = Pattern.compile(expand(expression, 0));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("Invalid grok pattern: " + expression, e);
    }
  }

  private String expand(String expression, int depth) {
    if (depth > NESTED_MAX) {
      throw new IllegalArgumentException("Grok patterns are nested too deeply");
    }
    var matcher = REFERENCE.matcher(expression);
    var expanded = new StringBuilder();
    int end = 0;
    while (matcher.find()) {
      expanded.append(expression, end, matcher.start());
      end = matcher.end();
      var known = LIBRARY.get(matcher.group(1));
      if (known == null) {
        throw new IllegalArgumentException("Unknown grok pattern " + matcher.group(1));
      }
      if (matcher.group(2) == null) {
        expanded.append("(?:").append(expand(known, depth + 1)).append(')');
      } else {
        expanded.append("(?<f").append(fields.size()).append('>');
        fields.add(new Field(matcher.group(2), matcher.group(3)));
        expanded.append(expand(known, depth + 1)).append(')');
      }
    }
    return expanded.append(expression.substring(end)).toString();
  }

  /// The fields of a text; none if it does not match.
  ObjectNode match(String text) {
    var found = Json.object();
    var matcher = pattern.matcher(text);
    if (matcher.find()) {
      for (int i = 0; i < fields.size(); i++) {
        var field = fields.get(i);
        var value = matcher.group("f" + i);
        if (value != null) {
          found.set(field.name, Mutators.typed(value, field.type));
        }
      }
    }
    return found;
  }
}

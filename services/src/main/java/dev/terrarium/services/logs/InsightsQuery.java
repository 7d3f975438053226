package dev.terrarium.services.logs;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/// A query of CloudWatch Logs Insights: commands one after the other, each making rows of rows.
/// `fields`, `display`, `filter`, `parse`, `stats`, `sort`, `limit` and `dedup` are known.
///
/// See "CloudWatch Logs Insights language query syntax" in the CloudWatch Logs user guide.
final class InsightsQuery {
  private static final Pattern GROUP = Pattern.compile("\\(\\?<([A-Za-z][A-Za-z0-9]*)>");
  private static final int ROWS_MAX = 10_000;
  private static final Set<String> NOT_YET =
      Set.of("pattern", "diff", "anomaly", "lookup", "source", "unmask", "join", "subquery");

  private interface Command {
    List<Map<String, String>> apply(List<Map<String, String>> rows);
  }

  /// A command, and whether it only keeps or drops events, or makes other rows of them.
  private record Step(Kind kind, Command command) {}

  private enum Kind {
    FILTER,
    ADD,
    CUT
  }

  private record Column(String name, InsightsExpression value, boolean isJson) {}

  /// What came out.
  ///
  /// @param matched how many events were not filtered out
  record Outcome(List<Map<String, String>> rows, int matched) {}

  private final List<Step> steps = new ArrayList<>();
  private List<String> shown = List.of("@timestamp", "@message");
  private boolean aggregated;

  private InsightsQuery() {}

  /// Reads a query.
  ///
  /// @throws IllegalArgumentException if it is none; the message says why
  static InsightsQuery parse(String text) {
    var query = new InsightsQuery();
    var fields = new ArrayList<String>();
    var tokens = new InsightsTokens(InsightsTokens.uncommented(text));
    while (!tokens.isAtEnd()) {
      query.add(tokens.name().toLowerCase(Locale.ROOT), tokens, fields);
      if (!tokens.isAtEnd()) {
        tokens.expect("|");
      }
    }
    if (!fields.isEmpty() && !query.aggregated && query.shown.contains("@message")) {
      query.shown = List.copyOf(fields);
    }
    return query;
  }

  private void step(Kind kind, Command command) {
    steps.add(new Step(kind, command));
  }

  private void add(String command, InsightsTokens tokens, List<String> fields) {
    switch (command) {
      case "fields" -> {
        var columns = columns(tokens);
        columns.forEach(column -> fields.add(column.name));
        step(Kind.ADD, rows -> compute(rows, columns));
      }
      case "display" -> {
        var columns = columns(tokens);
        step(Kind.ADD, rows -> compute(rows, columns));
        shown = columns.stream().map(Column::name).toList();
      }
      case "filter", "filterindex" -> {
        var condition = new InsightsExpression.Parser(tokens).expression();
        step(Kind.FILTER, rows -> rows.stream().filter(condition::holds).toList());
      }
      case "limit", "head" -> {
        var count = Integer.parseInt(Objects.requireNonNullElse(tokens.number(), "1000"));
        if (count < 1 || count > ROWS_MAX) {
          throw new IllegalArgumentException(
              "limit must be between 1 and " + ROWS_MAX + ", not " + count);
        }
        step(Kind.CUT, rows -> rows.subList(0, Math.min(count, rows.size())));
      }
      case "sort" -> step(Kind.ADD, sort(tokens));
      case "dedup" -> {
        var columns = columns(tokens);
        step(
            Kind.CUT,
            rows -> {
              var seen = new HashSet<List<String>>();
              return rows.stream().filter(row -> seen.add(values(row, columns))).toList();
            });
      }
      case "parse" -> parse(tokens);
      case "stats" -> stats(tokens);
      default -> {
        if (NOT_YET.contains(command)) {
          throw Errors.notImplemented("logs", "StartQuery with the command " + command);
        }
        throw new IllegalArgumentException("unknown command " + command);
      }
    }
  }

  private static List<Column> columns(InsightsTokens tokens) {
    var columns = new ArrayList<Column>();
    do {
      var from = tokens.position();
      var value = new InsightsExpression.Parser(tokens).expression();
      var name = tokens.since(from).replace("`", "");
      var json = name.toLowerCase(Locale.ROOT).startsWith("jsonparse(");
      columns.add(new Column(tokens.skipWord("as") ? tokens.name() : name, value, json));
    } while (tokens.skip(","));
    return columns;
  }

  private static List<Map<String, String>> compute(
      List<Map<String, String>> rows, List<Column> columns) {
    for (var row : rows) {
      for (var column : columns) {
        var value = column.value.in(row);
        if (value != null) {
          row.put(column.name, value);
          if (column.isJson) {
            LogInsights.flatten(column.name, Json.parse(value), row);
          }
        }
      }
    }
    return rows;
  }

  private static List<String> values(Map<String, String> row, List<Column> columns) {
    return columns.stream()
        .map(column -> Objects.requireNonNullElse(column.value.in(row), ""))
        .toList();
  }

  private static Command sort(InsightsTokens tokens) {
    Comparator<Map<String, String>> order = (_, _) -> 0;
    do {
      var value = new InsightsExpression.Parser(tokens).expression();
      Comparator<Map<String, String>> next = (a, b) -> compare(value.in(a), value.in(b));
      if (tokens.skipWord("desc")) {
        next = next.reversed();
      } else {
        tokens.skipWord("asc");
      }
      order = order.thenComparing(next);
    } while (tokens.skip(","));
    var whole = order;
    return rows -> rows.stream().sorted(whole).toList();
  }

  private static int compare(
      @org.jspecify.annotations.Nullable String left,
      @org.jspecify.annotations.Nullable String right) {
    var a = InsightsExpression.number(left);
    var b = InsightsExpression.number(right);
    if (a != null && b != null) {
      return a.compareTo(b);
    }
    return Objects.requireNonNullElse(left, "").compareTo(Objects.requireNonNullElse(right, ""));
  }

  /// `parse @message "user=*, took *" as user, millis` or with a regular expression whose groups
  /// have names.
  private void parse(InsightsTokens tokens) {
    var field = tokens.isString() ? "@message" : null;
    var mark = tokens.position();
    var regex = field == null ? tokens.regex() : null;
    if (field == null && regex == null) {
      field = tokens.name();
      mark = tokens.position();
      regex = tokens.regex();
    }
    var source = Objects.requireNonNullElse(field, "@message");
    var names = new ArrayList<String>();
    Pattern pattern;
    if (regex != null) {
      pattern = InsightsExpression.Parser.compiled(regex);
      var groups = GROUP.matcher(regex);
      while (groups.find()) {
        names.add(groups.group(1));
      }
    } else {
      var parts = tokens.string().split("\\*", -1);
      var built = new StringBuilder();
      for (int i = 0; i < parts.length; i++) {
        built.append(Pattern.quote(parts[i]));
        if (i < parts.length - 1) {
          built.append(i == parts.length - 2 && parts[i + 1].isEmpty() ? "(.*)" : "(.*?)");
        }
      }
      pattern = Pattern.compile(built.toString(), Pattern.DOTALL);
    }
    if (tokens.skipWord("as")) {
      names.clear();
      do {
        names.add(tokens.name());
      } while (tokens.skip(","));
    }
    if (names.isEmpty() || names.size() > pattern.matcher("").groupCount()) {
      throw new IllegalArgumentException("parse has other fields than groups at " + mark);
    }
    step(
        Kind.ADD,
        rows -> {
          for (var row : rows) {
            var matcher = pattern.matcher(row.getOrDefault(source, ""));
            if (matcher.find()) {
              for (int i = 0; i < names.size(); i++) {
                row.put(names.get(i), Objects.requireNonNullElse(matcher.group(i + 1), ""));
              }
            }
          }
          return rows;
        });
  }

  /// Functions of groups are found first, and then what is made of them and of what was named
  /// before: `stats max(a) as most, sum(b) / count(*) as mean, most - mean`.
  private void stats(InsightsTokens tokens) {
    var aggregates = new ArrayList<InsightsAggregate>();
    var columns = new ArrayList<Column>();
    do {
      var from = tokens.position();
      var value = new InsightsExpression.Parser(tokens, aggregates).expression();
      var name = tokens.since(from).replace("`", "");
      columns.add(new Column(tokens.skipWord("as") ? tokens.name() : name, value, false));
    } while (tokens.skip(","));
    if (aggregates.isEmpty()) {
      throw new IllegalArgumentException("stats needs a function");
    }
    var by = tokens.skipWord("by") ? columns(tokens) : List.<Column>of();
    aggregated = true;
    var names = new ArrayList<>(by.stream().map(Column::name).toList());
    columns.forEach(column -> names.add(column.name));
    shown = List.copyOf(names);
    step(
        Kind.CUT,
        rows -> {
          var groups = new LinkedHashMap<List<String>, List<Map<String, String>>>();
          for (var row : rows) {
            groups.computeIfAbsent(values(row, by), key -> new ArrayList<>()).add(row);
          }
          if (groups.isEmpty() && by.isEmpty()) {
            groups.put(List.of(), List.of());
          }
          var result = new ArrayList<Map<String, String>>();
          groups.forEach((key, members) -> {
            var row = new LinkedHashMap<String, String>();
            for (int i = 0; i < by.size(); i++) {
              row.put(by.get(i).name, key.get(i));
            }
            aggregates.forEach(aggregate -> aggregate.addTo(row, members));
            compute(List.of(row), columns);
            aggregates.forEach(aggregate -> row.remove(aggregate.name()));
            result.add(row);
          });
          return result;
        });
  }

  /// Whether rows are summed up, so that their order is that of time.
  boolean isAggregated() {
    return aggregated;
  }

  /// The rows that come out, with the fields that are shown.
  Outcome run(List<Map<String, String>> events) {
    var rows = events;
    int matched = events.size();
    boolean ofEvents = true;
    for (var step : steps) {
      rows = step.command.apply(rows);
      ofEvents &= step.kind != Kind.CUT;
      if (ofEvents) {
        matched = rows.size();
      }
    }
    var result = new ArrayList<Map<String, String>>();
    for (var row : rows) {
      var out = new LinkedHashMap<String, String>();
      for (var name : shown) {
        var value = row.get(name);
        if (value != null) {
          out.put(name, value);
        }
      }
      var pointer = row.get("@ptr");
      if (!aggregated && pointer != null) {
        out.put("@ptr", pointer);
      }
      result.add(out);
    }
    return new Outcome(result, matched);
  }
}

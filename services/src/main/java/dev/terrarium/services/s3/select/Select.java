package dev.terrarium.services.s3.select;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A query of S3 Select, read and ready to run over an object.
public final class Select {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(new JsonFactory()).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /// What the records look like.
  public sealed interface Input {
    /// Comma-separated values.
    ///
    /// @param header `USE`, `IGNORE` or `NONE`
    record Csv(
        String header,
        String recordDelimiter,
        String fieldDelimiter,
        char quote,
        char escape,
        String comment)
        implements Input {}

    /// JSON: one document after another, in lines or not.
    record JsonText() implements Input {}
  }

  /// What the result looks like.
  public sealed interface Output {
    /// Comma-separated values.
    record Csv(
        String recordDelimiter, String fieldDelimiter, String quote, String escape, boolean always)
        implements Output {}

    /// JSON.
    record JsonText(String recordDelimiter) implements Output {}
  }

  private final SqlParser.Query query;

  private Select(SqlParser.Query query) {
    this.query = query;
  }

  /// Reads a query.
  ///
  /// @throws SelectException if it is none
  public static Select parse(String expression) {
    return new Select(new SqlParser(expression).query());
  }

  private boolean isAggregated() {
    return query.columns().stream().anyMatch(column -> hasAggregate(column.value()));
  }

  private static boolean hasAggregate(Sql sql) {
    return switch (sql) {
      case Sql.Aggregate aggregate -> true;
      case Sql.Unary unary -> hasAggregate(unary.operand());
      case Sql.Binary binary -> hasAggregate(binary.left()) || hasAggregate(binary.right());
      case Sql.Cast cast -> hasAggregate(cast.operand());
      case Sql.Function function -> function.arguments().stream().anyMatch(Select::hasAggregate);
      default -> false;
    };
  }

  /// Runs it.
  ///
  /// @param to takes the records of the result, written; false if it wants no more
  /// @throws SelectException if the data cannot be read so
  public void run(
      InputStream data, Input input, Output output, OffsetDateTime now, Predicate<String> to)
      throws IOException {
    var named = input instanceof Input.Csv csv && csv.header.equals("USE");
    var evaluator = new SqlEvaluator(query.slots(), now, named);
    var aggregated = isAggregated();
    var left = new long[] {query.limit()};
    Predicate<JsonNode> row =
        node -> {
          if (left[0] == 0) {
            return false;
          } else if (!evaluator.holds(query.where(), node)) {
            return true;
          } else if (aggregated) {
            query.columns().forEach(column -> evaluator.see(column.value(), node));
            return true;
          }
          left[0]--;
          return to.test(write(output, result(evaluator, node))) && left[0] > 0;
        };
    var reader = new InputStreamReader(data, StandardCharsets.UTF_8);
    switch (input) {
      case Input.Csv csv -> csv(reader, csv, row);
      case Input.JsonText json -> json(reader, row);
    }
    if (aggregated && query.limit() > 0) {
      var _ = to.test(write(output, result(evaluator, Json.object())));
    }
  }

  private static void csv(Reader reader, Input.Csv csv, Predicate<JsonNode> row)
      throws IOException {
    var records =
        new CsvReader(
            reader,
            new CsvReader.Format(
                csv.recordDelimiter, csv.fieldDelimiter, csv.quote, csv.escape, csv.comment));
    List<String> header = List.of();
    if (!csv.header.equals("NONE")) {
      var first = records.next();
      header = first == null || csv.header.equals("IGNORE") ? List.of() : first;
    }
    for (var fields = records.next(); fields != null; fields = records.next()) {
      var node = Json.object();
      for (int i = 0; i < fields.size(); i++) {
        node.put(i < header.size() ? header.get(i) : "_" + (i + 1), fields.get(i));
      }
      if (!row.test(node)) {
        return;
      }
    }
  }

  private void json(Reader reader, Predicate<JsonNode> row) throws IOException {
    try (var parser = MAPPER.createParser(reader)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.NOT_AVAILABLE) {
          continue;
        }
        JsonNode document = MAPPER.readTree(parser);
        if (!descend(document, 0, row)) {
          return;
        }
      }
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new SelectException(
          "JSONParsingError",
          "Error parsing JSON file: "
              + e.getOriginalMessage()
              + ". Please check the file and try"
              + " again.");
    }
  }

  /// Goes where the query's path leads; `[*]` is every element.
  private boolean descend(JsonNode node, int step, Predicate<JsonNode> row) {
    if (step == query.path().size()) {
      return node.isMissingNode() || row.test(node);
    }
    var next = query.path().get(step);
    if (next.name() == null && next.index() < 0) {
      if (!node.isArray()) {
        return descend(node, step + 1, row);
      }
      for (var element : node) {
        if (!descend(element, step + 1, row)) {
          return false;
        }
      }
      return true;
    }
    return descend(SqlEvaluator.step(node, next), step + 1, row);
  }

  private ObjectNode result(SqlEvaluator evaluator, JsonNode row) {
    var result = Json.object();
    if (query.columns().isEmpty()) {
      if (row.isObject()) {
        return (ObjectNode) row;
      }
      return result.set("_1", row);
    }
    int place = 0;
    for (var column : query.columns()) {
      place++;
      var value = evaluator.value(column.value(), row);
      var name = column.name() == null ? "_" + place : column.name();
      if (!value.isMissingNode()) {
        result.set(result.has(name) ? "_" + place : name, value);
      } else if (column.value() instanceof Sql.Path) {
        result.putNull(name);
      }
    }
    return result;
  }

  private static String write(Output output, ObjectNode result) {
    return switch (output) {
      case Output.JsonText json -> Json.write(result) + json.recordDelimiter;
      case Output.Csv csv -> {
        var fields = new ArrayList<String>();
        for (var value : result) {
          fields.add(field(csv, SqlFunctions.isNothing(value) ? null : SqlValues.text(value)));
        }
        yield String.join(csv.fieldDelimiter, fields) + csv.recordDelimiter;
      }
    };
  }

  private static String field(Output.Csv csv, @Nullable String text) {
    if (text == null) {
      return "";
    }
    var needed =
        csv.always
            || text.contains(csv.fieldDelimiter)
            || text.contains(csv.recordDelimiter)
            || !csv.quote.isEmpty() && text.contains(csv.quote);
    if (!needed || csv.quote.isEmpty()) {
      return text;
    }
    return csv.quote + text.replace(csv.quote, csv.escape + csv.quote) + csv.quote;
  }
}

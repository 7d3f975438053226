package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Json;
import dev.terrarium.services.dynamodb.value.DynamoJson;
import dev.terrarium.services.dynamodb.value.InvalidValueException;
import dev.terrarium.services.dynamodb.value.Numbers;
import dev.terrarium.services.dynamodb.value.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ImportTableDescription;
import software.amazon.awssdk.services.dynamodb.model.InputFormat;
import software.amazon.awssdk.services.dynamodb.model.TableCreationParameters;

/// Reads the items of an import's object: lines of DynamoDB's JSON, or rows of CSV, in which
/// everything but keys is a string.
final class ImportLines {
  private final ImportTableDescription job;
  private final Map<String, String> types = new LinkedHashMap<>();
  final Consumer<Map<String, Value>> items;
  final Consumer<String> errors;

  /// @param errors told of each line that is no item
  ImportLines(
      ImportTableDescription job, Consumer<Map<String, Value>> items, Consumer<String> errors) {
    this.job = job;
    this.items = items;
    this.errors = errors;
    TableCreationParameters table = job.tableCreationParameters();
    table
        .attributeDefinitions()
        .forEach(d -> types.put(d.attributeName(), d.attributeTypeAsString()));
  }

  void read(BufferedReader reader) throws IOException {
    if (job.inputFormat() == InputFormat.CSV) {
      readRows(reader);
      return;
    }
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (!line.isBlank()) {
        readLine(line);
      }
    }
  }

  private void readLine(String line) {
    try {
      var item = Json.parse(line).path("Item");
      if (!item.isObject()) {
        errors.accept("A line has no \"Item\"");
        return;
      }
      items.accept(DynamoJson.item(item));
    } catch (IllegalArgumentException | InvalidValueException e) {
      errors.accept(String.valueOf(e.getMessage()));
    }
  }

  private void readRows(BufferedReader reader) throws IOException {
    var options = job.inputFormatOptions() == null ? null : job.inputFormatOptions().csv();
    var given = options == null ? null : options.delimiter();
    var delimiter = given == null || given.isEmpty() ? ',' : given.charAt(0);
    List<String> names =
        options != null && options.hasHeaderList() ? options.headerList() : row(reader, delimiter);
    for (var row = row(reader, delimiter); names != null && row != null; ) {
      if (row.size() != names.size()) {
        errors.accept("A row has %d values where %d are due".formatted(row.size(), names.size()));
      } else {
        take(names, row);
      }
      row = row(reader, delimiter);
    }
  }

  private void take(List<String> names, List<String> row) {
    var item = new LinkedHashMap<String, Value>();
    try {
      for (int i = 0; i < row.size(); i++) {
        if (!row.get(i).isEmpty()) {
          item.put(names.get(i), value(types.getOrDefault(names.get(i), "S"), row.get(i)));
        }
      }
      items.accept(item);
    } catch (IllegalArgumentException | InvalidValueException e) {
      errors.accept(String.valueOf(e.getMessage()));
    }
  }

  private static Value value(String type, String text) {
    return switch (type) {
      case "N" -> Numbers.parse(text);
      case "B" -> new Value.BinaryValue(Base64.getDecoder().decode(text));
      default -> new Value.StringValue(text);
    };
  }

  /// The next row, whose values may be quoted and then have anything in them; null at the end. See
  /// RFC 4180.
  private static @Nullable List<String> row(BufferedReader reader, char delimiter)
      throws IOException {
    int next = reader.read();
    while (next == '\r' || next == '\n') {
      next = reader.read();
    }
    if (next < 0) {
      return null;
    }
    var row = new ArrayList<String>();
    var value = new StringBuilder();
    boolean quoted = false;
    for (; next >= 0 && (quoted || next != '\n'); next = reader.read()) {
      if (next == '"') {
        if (quoted && peek(reader) == '"') {
          value.append((char) reader.read());
        } else {
          quoted = !quoted;
        }
      } else if (next == delimiter && !quoted) {
        row.add(value.toString());
        value.setLength(0);
      } else if (next != '\r' || quoted) {
        value.append((char) next);
      }
    }
    row.add(value.toString());
    return row;
  }

  private static int peek(BufferedReader reader) throws IOException {
    reader.mark(1);
    int next = reader.read();
    reader.reset();
    return next;
  }
}

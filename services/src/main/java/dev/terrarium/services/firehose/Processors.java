package dev.terrarium.services.firehose;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.firehose.model.Processor;

/// What is done with records before they are delivered, in AWS's order whatever the order in which
/// it was asked for.
final class Processors {
  private static final List<String> ORDER =
      List.of(
          "Decompression",
          "CloudWatchLogProcessing",
          "RecordDeAggregation",
          "Lambda",
          "MetadataExtraction",
          "AppendDelimiterToRecord");
  private static final String FAILED = "processing-failed";

  private final Cloud cloud;
  private final Delivery delivery;
  private final String prefix;
  private final List<Failure> failures = new ArrayList<>();

  /// A record cannot be processed.
  private static final class ProcessingException extends Exception {
    private static final long serialVersionUID = 1L;

    final String code;

    ProcessingException(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  /// What one processor makes of one record.
  private interface Step {
    void apply(Item item, List<Item> out) throws ProcessingException;
  }

  Processors(Cloud cloud, Delivery delivery, String prefix) {
    this.cloud = cloud;
    this.delivery = delivery;
    this.prefix = prefix;
  }

  Processed run(List<Processor> processors, List<Item> given) {
    var items = given;
    for (var type : ORDER) {
      for (var processor : processors) {
        if (type.equals(processor.typeAsString())) {
          items = apply(type, parameters(processor), items);
        }
      }
    }
    return new Processed(items, failures);
  }

  static Map<String, String> parameters(Processor processor) {
    var parameters = new HashMap<String, String>();
    processor
        .parameters()
        .forEach(p -> parameters.put(p.parameterNameAsString(), p.parameterValue()));
    return parameters;
  }

  private List<Item> apply(String type, Map<String, String> parameters, List<Item> items) {
    return switch (type) {
      case "Decompression" -> each(items, (item, out) -> out.add(unzipped(item)));
      case "CloudWatchLogProcessing" -> each(items, Processors::messages);
      case "RecordDeAggregation" -> each(items, (item, out) -> split(item, parameters, out));
      case "Lambda" -> {
        var transformed = new Transformer(cloud, delivery, parameters).transform(items);
        failures.addAll(transformed.failures());
        yield transformed.items();
      }
      case "MetadataExtraction" -> extracted(items, parameters);
      default -> {
        var delimiter = unescaped(parameters.getOrDefault("Delimiter", "\\n"));
        yield each(items, (item, out) -> out.add(item.withData(joined(item.data(), delimiter))));
      }
    };
  }

  private List<Item> each(List<Item> items, Step step) {
    var out = new ArrayList<Item>(items.size());
    for (var item : items) {
      try {
        step.apply(item, out);
      } catch (ProcessingException e) {
        failures.add(
            new Failure(
                FAILED,
                item,
                e.code,
                String.valueOf(e.getMessage()),
                1,
                cloud.clock().millis(),
                Json.object()));
      }
    }
    return out;
  }

  private static Item unzipped(Item item) throws ProcessingException {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(item.data()))) {
      return item.withData(gzip.readAllBytes());
    } catch (IOException e) {
      throw new ProcessingException(
          "Decompression.DecompressionFailed", "The record is not GZIP: " + e.getMessage());
    }
  }

  /// The messages of log events, a line each; control messages say nothing.
  private static void messages(Item item, List<Item> out) throws ProcessingException {
    var message = json(item, "CloudWatchLogProcessing.InvalidFormat");
    if (!message.path("messageType").asText().equals("DATA_MESSAGE")) {
      return;
    }
    var lines = new StringBuilder();
    for (var event : message.path("logEvents")) {
      lines.append(event.path("message").asText()).append('\n');
    }
    out.add(item.withData(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static JsonNode json(Item item, String code) throws ProcessingException {
    try {
      return Json.parse(new String(item.data(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ProcessingException(code, "The record is not valid JSON: " + e.getMessage());
    }
  }

  private static void split(Item item, Map<String, String> parameters, List<Item> out)
      throws ProcessingException {
    if ("DELIMITED".equals(parameters.get("SubRecordType"))) {
      var delimiter =
          new String(
              Base64.getDecoder().decode(parameters.getOrDefault("Delimiter", "Cg==")),
              StandardCharsets.ISO_8859_1);
      var text = new String(item.data(), StandardCharsets.ISO_8859_1);
      int from = 0;
      while (from < text.length()) {
        var at = text.indexOf(delimiter, from);
        var end = at < 0 ? text.length() : at;
        if (end > from) {
          var part = text.substring(from, end).getBytes(StandardCharsets.ISO_8859_1);
          out.add(item.withData(part));
        }
        from = end + delimiter.length();
      }
      return;
    }
    try {
      for (var value : JsonValues.read(item.data())) {
        out.add(item.withData(Json.write(value).getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      throw new ProcessingException(
          "DynamicPartitioning.RecordDeAggregationFailed",
          "The record is not a sequence of JSON objects: " + e.getMessage());
    }
  }

  private List<Item> extracted(List<Item> items, Map<String, String> parameters) {
    var query = new MetadataQuery(parameters.getOrDefault("MetadataExtractionQuery", "{}"));
    BiConsumer<Map<String, String>, String> required =
        (keys, name) -> {
          if (keys.getOrDefault(name, "").isEmpty()) {
            throw new IllegalArgumentException("the partition key " + name + " has no value");
          }
        };
    return each(
        items,
        (item, out) -> {
          var record = json(item, "DynamicPartitioning.MetadataExtractionFailed");
          try {
            var keys = new HashMap<>(item.partitionKeys());
            keys.putAll(query.keys(record));
            keys.keySet().stream()
                .filter(name -> prefix.contains("!{partitionKeyFromQuery:" + name + "}"))
                .toList()
                .forEach(name -> required.accept(keys, name));
            out.add(item.withPartitionKeys(keys));
          } catch (IllegalArgumentException e) {
            throw new ProcessingException(
                "DynamicPartitioning.MetadataExtractionFailed",
                "partitionKeys values must not be null or empty: " + e.getMessage());
          }
        });
  }

  /// A delimiter may be written with a backslash.
  private static String unescaped(String delimiter) {
    return delimiter.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
  }

  private static byte[] joined(byte[] data, String delimiter) {
    var out = new ByteArrayOutputStream(data.length + delimiter.length());
    out.writeBytes(data);
    out.writeBytes(delimiter.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}

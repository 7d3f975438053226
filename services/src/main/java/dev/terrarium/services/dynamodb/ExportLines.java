package dev.terrarium.services.dynamodb;

import com.amazon.ion.IonType;
import com.amazon.ion.IonWriter;
import com.amazon.ion.system.IonTextWriterBuilder;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.dynamodb.value.DynamoJson;
import dev.terrarium.services.dynamodb.value.ItemIon;
import dev.terrarium.services.dynamodb.value.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ExportFormat;

/// How an export writes items and changes: as a line of text each.
sealed interface ExportLines {
  /// The end of the names of files of it.
  String extension();

  String item(Map<String, Value> item);

  String change(
      long micros,
      Map<String, Value> keys,
      @Nullable Map<String, Value> before,
      @Nullable Map<String, Value> after);

  static ExportLines of(@Nullable ExportFormat format) {
    return format == ExportFormat.ION ? new InIon() : new InJson();
  }

  /// DynamoDB's JSON.
  record InJson() implements ExportLines {
    @Override
    public String extension() {
      return "json";
    }

    @Override
    public String item(Map<String, Value> item) {
      return Json.object().set("Item", DynamoJson.of(item)).toString();
    }

    @Override
    public String change(
        long micros,
        Map<String, Value> keys,
        @Nullable Map<String, Value> before,
        @Nullable Map<String, Value> after) {
      var line = Json.object();
      line.putObject("Metadata").putObject("WriteTimestampMicros").put("N", Long.toString(micros));
      line.set("Keys", DynamoJson.of(keys));
      if (before != null) {
        line.set("OldImage", DynamoJson.of(before));
      }
      if (after != null) {
        line.set("NewImage", DynamoJson.of(after));
      }
      return line.toString();
    }
  }

  /// Ion's text, each line with the version of Ion in front.
  record InIon() implements ExportLines {
    private static final String VERSION = "$ion_1_0 ";

    /// What is in a line.
    private interface Content {
      void write(IonWriter writer) throws IOException;
    }

    @Override
    public String extension() {
      return "ion";
    }

    @Override
    public String item(Map<String, Value> item) {
      return line("Item", writer -> ItemIon.write(writer, item));
    }

    @Override
    public String change(
        long micros,
        Map<String, Value> keys,
        @Nullable Map<String, Value> before,
        @Nullable Map<String, Value> after) {
      return line(
          "Record",
          writer -> {
            writer.stepIn(IonType.STRUCT);
            writer.setFieldName("Keys");
            ItemIon.write(writer, keys);
            writer.setFieldName("Metadata");
            writer.stepIn(IonType.STRUCT);
            writer.setFieldName("WriteTimestampMicros");
            writer.writeDecimal(BigDecimal.valueOf(micros));
            writer.stepOut();
            if (before != null) {
              writer.setFieldName("OldImage");
              ItemIon.write(writer, before);
            }
            if (after != null) {
              writer.setFieldName("NewImage");
              ItemIon.write(writer, after);
            }
            writer.stepOut();
          });
    }

    private static String line(String name, Content content) {
      var text = new StringBuilder(VERSION);
      try (var writer = IonTextWriterBuilder.minimal().build(text)) {
        writer.stepIn(IonType.STRUCT);
        writer.setFieldName(name);
        content.write(writer);
        writer.stepOut();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return text.toString();
    }
  }
}

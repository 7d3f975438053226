package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.dynamodb.value.DynamoJson;
import dev.terrarium.services.dynamodb.value.Sizes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/// Changes on their way to Kinesis: each arrives at every destination at least once, and those of
/// one item in order.
final class Outbox {
  /// A setting of the table: this, then the stream's ARN; its value is the precision.
  static final String SETTING = "kinesis:";

  /// The same of a stream that gets no more changes.
  static final String OFF = "kinesis-off:";

  /// The same of a stream that was not there when it was to get changes.
  static final String FAILED = "kinesis-failed:";

  private final Tables tables;
  private final Outgoing<ChangeRecord> changes;

  Outbox(Tables tables) {
    this.tables = tables;
    this.changes =
        new Outgoing<>(
            tables, "outbox", ChangeRecord.CODEC, table -> isOn(table.layout()), this::send);
  }

  static boolean isOn(Layout layout) {
    return !layout.config().settings().isEmpty() && isOn(layout.config());
  }

  static boolean isOn(TableConfig config) {
    return config.settings().keySet().stream().anyMatch(name -> name.startsWith(SETTING));
  }

  void put(Batch batch, Table table, ChangeRecord change) {
    changes.put(batch, table, change);
  }

  /// Whether there is a stream of an ARN.
  boolean isStream(String arn) {
    try {
      tables.cloud.client(KinesisClient.class).describeStreamSummary(d -> d.streamARN(arn));
      return true;
    } catch (AwsServiceException | IllegalArgumentException e) {
      return false; // It is not there, or Kinesis is not on the class path.
    }
  }

  /// Begins to deliver the changes of a table.
  void start(TableKey key) {
    changes.start(key);
  }

  /// Has the delivery look at the table's destinations again.
  void wake(TableKey key) {
    changes.wake(key);
  }

  void close() {
    changes.close();
  }

  private boolean send(Table table, List<ChangeRecord> records) {
    try {
      var kinesis = tables.cloud.client(KinesisClient.class);
      for (var setting : table.layout().config().settings().entrySet()) {
        if (setting.getKey().startsWith(SETTING)) {
          var arn = setting.getKey().substring(SETTING.length());
          var entries =
              records.stream().map(record -> entry(table, record, setting.getValue())).toList();
          var answer = kinesis.putRecords(r -> r.streamARN(arn).records(entries));
          if (answer.failedRecordCount() != null && answer.failedRecordCount() > 0) {
            return false;
          }
        }
      }
      return true;
    } catch (AwsServiceException | IllegalArgumentException e) {
      // The stream is not there or does not take it now; it is tried again until it does, or until
      // the destination is switched off.
      System.getLogger(Outbox.class.getName())
          .log(System.Logger.Level.DEBUG, "Delivery to Kinesis is tried again", e);
      return false;
    }
  }

  private static PutRecordsRequestEntry entry(Table table, ChangeRecord change, String precision) {
    var micros = precision.equals("MICROSECOND");
    var dynamodb =
        Json.object().put("ApproximateCreationDateTime", change.millis() * (micros ? 1000 : 1));
    dynamodb.set("Keys", DynamoJson.of(change.keys()));
    var size = Sizes.of(change.keys());
    var after = change.after();
    if (after != null) {
      dynamodb.set("NewImage", DynamoJson.of(after));
      size += Sizes.of(after);
    }
    var before = change.before();
    if (before != null) {
      dynamodb.set("OldImage", DynamoJson.of(before));
      size += Sizes.of(before);
    }
    dynamodb.put("SizeBytes", size);
    if (micros) {
      dynamodb.put("ApproximateCreationDateTimePrecision", "MICROSECOND");
    }
    var record =
        Json.object()
            .put("awsRegion", table.key.region())
            .put("eventID", change.eventId())
            .put("eventName", change.kind().name());
    record.set(
        "userIdentity",
        change.expired()
            ? Json.tree(Map.of("principalId", "dynamodb.amazonaws.com", "type", "Service"))
            : null);
    record.put("recordFormat", "application/json").put("tableName", table.key.name());
    record.set("dynamodb", dynamodb);
    record.put("eventSource", "aws:dynamodb");
    var key = ItemKey.of(table.layout().schema(), change.keys());
    return PutRecordsRequestEntry.builder()
        .partitionKey(Integer.toHexString(key.spread()))
        .data(SdkBytes.fromByteArrayUnsafe(Json.write(record).getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}

package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.DescribeKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.dynamodb.model.DisableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.DisableKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.EnableKinesisStreamingDestinationResponse;
import software.amazon.awssdk.services.dynamodb.model.KinesisDataStreamDestination;
import software.amazon.awssdk.services.dynamodb.model.UpdateKinesisStreamingDestinationRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateKinesisStreamingDestinationResponse;

/// Kinesis streams that get a table's changes; see [Outbox].
final class KinesisDestinations extends DynamoPart {
  /// What AWS says of any of the operations.
  private static final String NOT_VALID =
      "Table is not in a valid state to enable Kinesis Streaming Destination: ";

  KinesisDestinations(Tables tables) {
    super(tables);
  }

  @Override
  public EnableKinesisStreamingDestinationResponse enableKinesisStreamingDestination(
      EnableKinesisStreamingDestinationRequest request) {
    check(request.tableName(), request.streamArn());
    var table = tables.describe(request.tableName());
    var wanted = request.enableKinesisStreamingConfiguration();
    var given = wanted == null ? null : wanted.approximateCreationDateTimePrecisionAsString();
    var precision = given == null ? "MILLISECOND" : given;
    var found = tables.outbox.isStream(request.streamArn());
    tables.change(
        table,
        new Batch(),
        config -> {
          var settings = new HashMap<>(config.settings());
          if (Outbox.isOn(config)) { // To whatever stream: a table has one at a time.
            throw validation(
                NOT_VALID
                    + "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform"
                    + " ENABLE operation.");
          }
          settings.remove(Outbox.OFF + request.streamArn());
          settings.remove(Outbox.FAILED + request.streamArn());
          settings.put((found ? Outbox.SETTING : Outbox.FAILED) + request.streamArn(), precision);
          return config.withSettings(settings);
        });
    tables.outbox.start(table.key);
    return EnableKinesisStreamingDestinationResponse.builder()
        .tableName(table.key.name())
        .streamArn(request.streamArn())
        .destinationStatus(DestinationStatus.ENABLING)
        .enableKinesisStreamingConfiguration(wanted)
        .build();
  }

  @Override
  public DisableKinesisStreamingDestinationResponse disableKinesisStreamingDestination(
      DisableKinesisStreamingDestinationRequest request) {
    check(request.tableName(), request.streamArn());
    var table = tables.describe(request.tableName());
    tables.change(
        table,
        new Batch(),
        config -> {
          var settings = new HashMap<>(config.settings());
          var precision = settings.remove(Outbox.SETTING + request.streamArn());
          if (precision == null) {
            throw validation(
                NOT_VALID
                    + "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
          }
          settings.put(Outbox.OFF + request.streamArn(), precision);
          return config.withSettings(settings);
        });
    tables.outbox.wake(table.key);
    return DisableKinesisStreamingDestinationResponse.builder()
        .tableName(table.key.name())
        .streamArn(request.streamArn())
        .destinationStatus(DestinationStatus.DISABLING)
        .build();
  }

  @Override
  public UpdateKinesisStreamingDestinationResponse updateKinesisStreamingDestination(
      UpdateKinesisStreamingDestinationRequest request) {
    check(request.tableName(), request.streamArn());
    var wanted = request.updateKinesisStreamingConfiguration();
    var precision = wanted == null ? null : wanted.approximateCreationDateTimePrecisionAsString();
    if (precision == null) {
      throw validation(
          "Streaming destination cannot be updated with given parameters:"
              + " UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
    }
    var table = tables.describe(request.tableName());
    tables.change(
        table,
        new Batch(),
        config -> {
          var settings = new HashMap<>(config.settings());
          var before = settings.put(Outbox.SETTING + request.streamArn(), precision);
          if (before == null) {
            throw validation(
                NOT_VALID
                    + "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE"
                    + " state. TableName: "
                    + table.key.name()
                    + ", kdsArn: "
                    + request.streamArn());
          } else if (before.equals(precision)) {
            throw validation(
                "Invalid Request: Precision is already set to the desired value of "
                    + precision
                    + " for tableId: "
                    + config.description().tableId()
                    + ", kdsArn: "
                    + request.streamArn());
          }
          return config.withSettings(settings);
        });
    return UpdateKinesisStreamingDestinationResponse.builder()
        .tableName(table.key.name())
        .streamArn(request.streamArn())
        .destinationStatus(DestinationStatus.UPDATING)
        .updateKinesisStreamingConfiguration(wanted)
        .build();
  }

  @Override
  public DescribeKinesisStreamingDestinationResponse describeKinesisStreamingDestination(
      DescribeKinesisStreamingDestinationRequest request) {
    new DynamoConstraints().table(request.tableName()).check();
    var table = tables.describe(request.tableName());
    var destinations = new ArrayList<KinesisDataStreamDestination>();
    for (var setting : new TreeMap<>(table.layout().config().settings()).entrySet()) {
      var name = setting.getKey();
      var on = name.startsWith(Outbox.SETTING);
      var failed = name.startsWith(Outbox.FAILED);
      if (on || failed || name.startsWith(Outbox.OFF)) {
        destinations.add(
            KinesisDataStreamDestination.builder()
                .streamArn(name.substring(name.indexOf(':') + 1))
                .destinationStatus(
                    on
                        ? DestinationStatus.ACTIVE
                        : failed ? DestinationStatus.ENABLE_FAILED : DestinationStatus.DISABLED)
                .approximateCreationDateTimePrecision(setting.getValue())
                .build());
      }
    }
    return DescribeKinesisStreamingDestinationResponse.builder()
        .tableName(table.key.name())
        .kinesisDataStreamDestinations(destinations)
        .build();
  }

  private static void check(
      @org.jspecify.annotations.Nullable String table,
      @org.jspecify.annotations.Nullable String stream) {
    new DynamoConstraints()
        .table(table)
        .required("streamArn", stream)
        .length("streamArn", stream, 37, 1024)
        .check();
  }
}

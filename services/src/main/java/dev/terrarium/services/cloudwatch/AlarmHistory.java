package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryResponse;
import software.amazon.awssdk.services.cloudwatch.model.HistoryItemType;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

/// What has happened to alarms in the last thirty days.
final class AlarmHistory implements CloudWatchPart {
  private static final Duration KEPT = Duration.ofDays(30);
  private static final int PAGE_MAX = 100;

  private record ItemKey(AlarmKey alarm, long millis, String id) {
    static final KeyCodec<ItemKey> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              AlarmKey.CODEC.write(key.alarm, writer);
              writer.number(key.millis).string(key.id);
            },
            reader -> new ItemKey(AlarmKey.CODEC.read(reader), reader.number(), reader.string()));
  }

  private final Cloud cloud;
  private final Keyspace<ItemKey, AlarmHistoryItem> items;

  AlarmHistory(Cloud cloud) {
    this.cloud = cloud;
    this.items =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.history",
            ItemKey.CODEC,
            new PojoCodec<>(AlarmHistoryItem::builder));
  }

  void stateChanged(Batch batch, Change change) {
    var data = Json.object().put("version", "1.0");
    data.putObject("oldState").put("stateValue", change.before().toString());
    data.putObject("newState")
        .put("stateValue", change.state().toString())
        .put("stateReason", change.reason());
    var summary = "Alarm updated from " + change.before() + " to " + change.state();
    add(
        batch,
        change.key(),
        change.type(),
        HistoryItemType.STATE_UPDATE,
        summary,
        Json.write(data));
  }

  /// @param what `Create`, `Update` or `Delete`
  void configured(Batch batch, AlarmKey key, AlarmType type, String what) {
    var data = Json.object().put("version", "1.0").put("type", what);
    var summary = "Alarm \"" + key.name() + "\" " + what.toLowerCase(Locale.ROOT) + "d";
    add(batch, key, type, HistoryItemType.CONFIGURATION_UPDATE, summary, Json.write(data));
  }

  void acted(Batch batch, AlarmActions.DueKey due, AlarmType type, boolean well) {
    var data =
        Json.object()
            .put("actionState", well ? "Succeeded" : "Failed")
            .put("notificationResource", due.action());
    var summary =
        (well ? "Successfully executed action " : "Failed to execute action ") + due.action();
    add(batch, due.alarm(), type, HistoryItemType.ACTION, summary, Json.write(data));
  }

  private void add(
      Batch batch,
      AlarmKey alarm,
      AlarmType alarmType,
      HistoryItemType type,
      String summary,
      String data) {
    var now = cloud.clock().now();
    var item =
        AlarmHistoryItem.builder()
            .alarmName(alarm.name())
            .alarmType(alarmType)
            .timestamp(now)
            .historyItemType(type)
            .historySummary(summary)
            .historyData(data)
            .build();
    items.put(batch, new ItemKey(alarm, now.toEpochMilli(), cloud.ids().hex(8)), item);
    var oldest = now.minus(KEPT).toEpochMilli();
    items.scan(
        (key, old) -> {
          if (key.millis < oldest) {
            items.delete(batch, key);
          }
          return key.millis < oldest;
        },
        alarm.account(),
        alarm.region(),
        alarm.name());
  }

  @Override
  public DescribeAlarmHistoryResponse describeAlarmHistory(DescribeAlarmHistoryRequest request) {
    if (request.historyItemType() == HistoryItemType.UNKNOWN_TO_SDK_VERSION) {
      throw MetricQueries.validation(
          "1 validation error detected: Value '"
              + request.historyItemTypeAsString()
              + "' at 'historyItemType' failed to satisfy constraint: Member must satisfy enum"
              + " value set: [Action, StateUpdate, ConfigurationUpdate]");
    }
    var scope = Call.current().scope();
    var found = new ArrayList<AlarmHistoryItem>();
    var parts = new ArrayList<Object>(List.of(scope.account(), scope.region()));
    if (request.alarmName() != null) {
      parts.add(request.alarmName());
    }
    items.scan(
        (key, item) -> {
          if (wanted(request, item)) {
            found.add(item);
          }
          return true;
        },
        parts.toArray());
    var order = Comparator.comparing(AlarmHistoryItem::timestamp);
    found.sort(request.scanBy() == ScanBy.TIMESTAMP_ASCENDING ? order : order.reversed());
    var from = request.nextToken() == null ? 0 : position(request.nextToken());
    var max = request.maxRecords() == null ? PAGE_MAX : Math.min(PAGE_MAX, request.maxRecords());
    var to = Math.min(found.size(), from + max);
    return DescribeAlarmHistoryResponse.builder()
        .alarmHistoryItems(found.subList(Math.min(from, to), to))
        .nextToken(to < found.size() ? Integer.toString(to) : null)
        .build();
  }

  private static int position(String token) {
    if (!token.matches("[0-9]{1,9}")) {
      throw CloudWatchMetrics.invalid("The given NextToken is not valid");
    }
    return Integer.parseInt(token);
  }

  private static boolean wanted(DescribeAlarmHistoryRequest request, AlarmHistoryItem item) {
    var at = item.timestamp();
    var types = request.alarmTypes();
    return (types.isEmpty()
            ? item.alarmType() == AlarmType.METRIC_ALARM
            : types.contains(item.alarmType()))
        && (request.historyItemType() == null
            || request.historyItemType() == item.historyItemType())
        && (request.startDate() == null || !at.isBefore(request.startDate()))
        && (request.endDate() == null || !at.isAfter(request.endDate()));
  }
}

package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.logs.LogsState.GroupKey;
import java.time.Duration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// CloudWatch Logs Insights: queries over the events of groups.
///
/// A query is kept for a week as it was asked; its rows are found when they are asked for, so that
/// a query costs nothing while nobody looks.
final class LogInsights implements LogsPart {
  private static final int EVENTS_MAX = 200_000;
  private static final int ROWS_MAX = 10_000;
  private static final int GROUPS_MAX = 50;
  private static final Duration KEPT = Duration.ofDays(7);

  private record QueryKey(String account, String region, String id) {}

  /// A query as it was asked.
  private record Asked(StartQueryRequest request, long createdMillis) {}

  private static final PojoCodec<StartQueryRequest> REQUEST =
      new PojoCodec<>(StartQueryRequest::builder);

  private final Cloud cloud;
  private final LogsState state;
  private final Keyspace<QueryKey, Asked> queries;

  LogInsights(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.queries =
        new Keyspace<>(
            cloud.store(),
            "logs.queries",
            KeyCodec.of(
                (key, writer) -> writer.string(key.account).string(key.region).string(key.id),
                reader -> new QueryKey(reader.string(), reader.string(), reader.string())),
            Codec.of(
                1,
                (asked, writer) -> {
                  writer.number(asked.createdMillis);
                  REQUEST.write(writer, asked.request);
                },
                reader -> {
                  var created = reader.number();
                  return new Asked(REQUEST.read(reader), created);
                }));
  }

  @Override
  public StartQueryResponse startQuery(StartQueryRequest request) {
    if (request.queryLanguage() != null && request.queryLanguage() != QueryLanguage.CWLI) {
      throw Errors.notImplemented("logs", "StartQuery in " + request.queryLanguage());
    }
    if (request.queryString() == null) {
      throw LogsErrors.missing("queryString");
    } else if (request.startTime() == null || request.endTime() == null) {
      throw LogsErrors.missing(request.startTime() == null ? "startTime" : "endTime");
    } else if (request.endTime() < request.startTime()) {
      throw LogsErrors.invalid("Query's end date and time is before its start date and time.");
    }
    var limit = request.limit();
    if (limit != null && (limit < 1 || limit > ROWS_MAX)) {
      throw LogsErrors.constraint("limit", limit, "have value between 1 and 10000");
    }
    groups(request).forEach(state::requireGroup);
    parsed(request);
    var now = cloud.clock().millis();
    var scope = Call.current().scope();
    var id = cloud.ids().uuid();
    var batch = new Batch();
    queries.scan(
        (key, asked) -> {
          if (asked.createdMillis < now - KEPT.toMillis()) {
            queries.delete(batch, key);
          }
          return true;
        },
        scope.account(),
        scope.region());
    queries.put(batch, new QueryKey(scope.account(), scope.region(), id), new Asked(request, now));
    cloud.store().commit(batch);
    return StartQueryResponse.builder().queryId(id).build();
  }

  private static List<GroupKey> groups(StartQueryRequest request) {
    var names = new ArrayList<String>(request.logGroupNames());
    names.addAll(request.logGroupIdentifiers());
    if (request.logGroupName() != null) {
      names.add(request.logGroupName());
    }
    var ways =
        (request.logGroupName() == null ? 0 : 1)
            + (request.logGroupNames().isEmpty() ? 0 : 1)
            + (request.logGroupIdentifiers().isEmpty() ? 0 : 1);
    if (ways != 1) {
      throw LogsErrors.invalid(
          "Exactly one of logGroupName, logGroupNames or logGroupIdentifiers must be specified.");
    } else if (names.size() > GROUPS_MAX) {
      throw LogsErrors.limit("A query is over at most 50 log groups.");
    }
    var scope = Call.current().scope();
    return names.stream()
        .map(name -> new GroupKey(scope, LogsState.groupName(name, null)))
        .toList();
  }

  private static InsightsQuery parsed(StartQueryRequest request) {
    try {
      return InsightsQuery.parse(request.queryString());
    } catch (IllegalArgumentException e) {
      var error =
          Errors.<MalformedQueryException>of(
              MalformedQueryException.builder(),
              400,
              "MalformedQueryException",
              String.valueOf(e.getMessage()));
      error.addSuppressed(e);
      throw error;
    }
  }

  private Asked asked(@Nullable String id) {
    var scope = Call.current().scope();
    var found = id == null ? null : queries.get(new QueryKey(scope.account(), scope.region(), id));
    if (found == null) {
      throw LogsErrors.notFound("Query with query ID " + id + " not found");
    }
    return found;
  }

  @Override
  public GetQueryResultsResponse getQueryResults(GetQueryResultsRequest request) {
    var asked = asked(request.queryId()).request;
    var query = parsed(asked);
    var events = events(asked);
    var scanned = events.size();
    long bytes = 0;
    for (var row : events) {
      bytes += row.getOrDefault("@message", "").length();
    }
    if (!query.isAggregated()) {
      Collections.reverse(events);
    }
    var outcome = query.run(events);
    var rows = outcome.rows();
    var max = asked.limit() == null ? ROWS_MAX : asked.limit();
    var shown = rows.subList(0, Math.min(max, rows.size())).stream().map(LogInsights::row).toList();
    var matched = (double) outcome.matched();
    var read = (double) bytes;
    return GetQueryResultsResponse.builder()
        .queryLanguage(QueryLanguage.CWLI)
        .status(QueryStatus.COMPLETE)
        .results(shown)
        .statistics(
            s -> s.recordsMatched(matched).recordsScanned((double) scanned).bytesScanned(read))
        .build();
  }

  private static List<ResultField> row(Map<String, String> row) {
    return row.entrySet().stream()
        .map(e -> ResultField.builder().field(e.getKey()).value(e.getValue()).build())
        .toList();
  }

  /// The events of the query's groups and time, the oldest first.
  private List<Map<String, String>> events(StartQueryRequest request) {
    var found = new ArrayList<Map<String, String>>();
    for (var group : groups(request)) {
      var merge =
          new StreamMerge(state, request.startTime() * 1000, request.endTime() * 1000 + 999);
      var scope = group.scope();
      state.streams.scan(
          (key, stream) -> {
            merge.add(key);
            return true;
          },
          scope.account(),
          scope.region(),
          group.group());
      for (var next = merge.next(); next != null; next = merge.next()) {
        if (found.size() == EVENTS_MAX) {
          throw LogsErrors.limit("A query reads at most " + EVENTS_MAX + " events.");
        }
        var row = fields(next, state.masked(group, next.event().message()));
        var made =
            state.transformed(
                group, row.getOrDefault("@message", ""), next.event().ingestionTime());
        if (!made.equals(row.get("@message"))) {
          flatten("", Json.parse(made), row);
        }
        found.add(row);
      }
    }
    found.sort(Comparator.comparing(row -> row.getOrDefault("@timestamp", "")));
    return found;
  }

  /// An event's fields, with its message as the reader may see it.
  static Map<String, String> fields(StreamMerge.Placed placed, String message) {
    var row = new HashMap<String, String>();
    var key = placed.key();
    var group = key.stream().group();
    if (message.stripLeading().startsWith("{")) {
      try {
        flatten("", Json.parse(message), row);
      } catch (IllegalArgumentException e) {
        row.clear(); // A message that only begins like JSON has no fields of its own.
      }
    }
    row.put("@timestamp", InsightsFunctions.time(key.timestamp()));
    row.put("@ingestionTime", InsightsFunctions.time(placed.event().ingestionTime()));
    row.put("@message", message);
    row.put("@logStream", key.stream().stream());
    row.put("@log", group.scope().account() + ":" + group.group());
    row.put("@ptr", pointer(key));
    return row;
  }

  /// Where an event is, for whoever comes back for it.
  private static String pointer(LogsState.EventKey key) {
    var text =
        String.join(
            "\n",
            key.stream().group().group(),
            key.stream().stream(),
            Long.toString(key.timestamp()),
            Long.toString(key.sequence()));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public GetLogRecordResponse getLogRecord(GetLogRecordRequest request) {
    if (request.logRecordPointer() == null) {
      throw LogsErrors.missing("logRecordPointer");
    }
    try {
      var text =
          new String(
              Base64.getUrlDecoder().decode(request.logRecordPointer()), StandardCharsets.UTF_8);
      var parts = text.split("\n", -1);
      var group = new GroupKey(Call.current().scope(), parts[0]);
      var key =
          new LogsState.EventKey(
              new LogsState.StreamKey(group, parts[1]),
              Long.parseLong(parts[2]),
              Long.parseLong(parts[3]));
      var event = state.events.get(key);
      if (event == null) {
        throw LogsErrors.notFound("The specified log record does not exist.");
      }
      var message =
          Boolean.TRUE.equals(request.unmask())
              ? event.message()
              : state.masked(group, event.message());
      return GetLogRecordResponse.builder()
          .logRecord(fields(new StreamMerge.Placed(key, event), message))
          .build();
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw LogsErrors.invalid("Invalid log record pointer.");
    }
  }

  @Override
  public ListLogGroupsForQueryResponse listLogGroupsForQuery(ListLogGroupsForQueryRequest request) {
    var names = groups(asked(request.queryId()).request).stream().map(GroupKey::arn).toList();
    var page = Pages.of(names, request.nextToken(), request.maxResults(), 500);
    return ListLogGroupsForQueryResponse.builder()
        .logGroupIdentifiers(page.items())
        .nextToken(page.next())
        .build();
  }

  static void flatten(String prefix, JsonNode node, Map<String, String> row) {
    if (node.isObject()) {
      node.properties()
          .forEach(member ->
              flatten(
                  prefix.isEmpty() ? member.getKey() : prefix + "." + member.getKey(),
                  member.getValue(),
                  row));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(prefix + "." + i, node.get(i), row);
      }
    } else if (!node.isNull()) {
      row.put(prefix, node.isBoolean() ? (node.asBoolean() ? "1" : "0") : node.asText());
    }
  }

  @Override
  public StopQueryResponse stopQuery(StopQueryRequest request) {
    asked(request.queryId());
    throw LogsErrors.invalid("Query with ID " + request.queryId() + " is not running");
  }

  @Override
  public DescribeQueriesResponse describeQueries(DescribeQueriesRequest request) {
    var scope = Call.current().scope();
    var found = new ArrayList<QueryInfo>();
    queries.scan(
        (key, asked) -> {
          var group = groups(asked.request).getFirst().group();
          if (request.logGroupName() == null || request.logGroupName().equals(group)) {
            found.add(
                QueryInfo.builder()
                    .queryId(key.id)
                    .queryLanguage(QueryLanguage.CWLI)
                    .queryString(asked.request.queryString())
                    .status(QueryStatus.COMPLETE)
                    .createTime(asked.createdMillis)
                    .logGroupName(group)
                    .build());
          }
          return true;
        },
        scope.account(),
        scope.region());
    var wanted = request.status();
    found.sort(Comparator.comparing(QueryInfo::createTime).reversed());
    return DescribeQueriesResponse.builder()
        .queries(wanted == null || wanted == QueryStatus.COMPLETE ? found : List.of())
        .build();
  }
}

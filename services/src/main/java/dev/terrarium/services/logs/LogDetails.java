package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.logs.LogsState.GroupKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// What groups hold: their fields, and themselves by pattern.
final class LogDetails implements LogsPart {
  private static final int EVENTS_MAX = 10_000;

  private final Cloud cloud;
  private final LogsState state;

  LogDetails(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
  }

  /// The fields of the events of the last fifteen minutes, or of eight minutes around a moment.
  @Override
  public GetLogGroupFieldsResponse getLogGroupFields(GetLogGroupFieldsRequest request) {
    var group =
        new GroupKey(
            Call.current().scope(),
            LogsState.groupName(request.logGroupName(), request.logGroupIdentifier()));
    var _ = state.requireGroup(group);
    var to = cloud.clock().millis();
    var from = to - Duration.ofMinutes(15).toMillis();
    if (request.time() != null) {
      from = request.time() * 1000 - Duration.ofMinutes(8).toMillis();
      to = request.time() * 1000 + Duration.ofMinutes(8).toMillis();
    }
    var merge = new StreamMerge(state, from, to);
    state.streams.scan(
        (key, stream) -> {
          merge.add(key);
          return true;
        },
        group.scope().account(),
        group.scope().region(),
        group.group());
    var counts = new TreeMap<String, Integer>();
    int events = 0;
    for (var next = merge.next();
        next != null && events < EVENTS_MAX;
        next = merge.next(), events++) {
      LogInsights.fields(next, next.event().message())
          .keySet()
          .forEach(field -> counts.merge(field, 1, Integer::sum));
    }
    var total = events;
    var fields = new ArrayList<LogGroupField>();
    counts.forEach((name, count) ->
        fields.add(LogGroupField.builder().name(name).percent(count * 100 / total).build()));
    fields.sort(Comparator.comparing(LogGroupField::percent).reversed());
    return GetLogGroupFieldsResponse.builder().logGroupFields(fields).build();
  }

  @Override
  public ListLogGroupsResponse listLogGroups(ListLogGroupsRequest request) {
    var scope = Call.current().scope();
    Pattern pattern;
    try {
      pattern =
          request.logGroupNamePattern() == null
              ? null
              : Pattern.compile(request.logGroupNamePattern());
    } catch (PatternSyntaxException e) {
      throw LogsErrors.invalid("Invalid logGroupNamePattern: " + request.logGroupNamePattern());
    }
    var found = new ArrayList<LogGroupSummary>();
    state.groups.scan(
        (key, group) -> {
          if ((pattern == null || pattern.matcher(key.group()).find())
              && (request.logGroupClass() == null
                  || request.logGroupClassAsString().equals(group.groupClass()))) {
            found.add(
                LogGroupSummary.builder()
                    .logGroupName(key.group())
                    .logGroupArn(key.arn())
                    .logGroupClass(group.groupClass())
                    .build());
          }
          return true;
        },
        scope.account(),
        scope.region());
    var page = Pages.of(found, request.nextToken(), request.limit(), 1000);
    return ListLogGroupsResponse.builder().logGroups(page.items()).nextToken(page.next()).build();
  }
}

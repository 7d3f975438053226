package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Page;
import dev.terrarium.kernel.model.Pojos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.GetScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesRequest;
import software.amazon.awssdk.services.scheduler.model.ListSchedulesResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleResponse;

/// Schedules: what is asked for, and what is shown.
final class Schedules implements SchedulerClient {
  private static final int PAGE = 100;

  private final SchedulerStore store;
  private final Clockwork clockwork;
  private final ScheduleChecks checks;
  private final Plan plan;

  Schedules(SchedulerStore store, Clockwork clockwork) {
    this.store = store;
    this.clockwork = clockwork;
    this.checks = new ScheduleChecks(store.cloud);
    this.plan = new Plan(store.cloud.ids());
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CreateScheduleResponse createSchedule(CreateScheduleRequest request) {
    new SchedulerConstraints().token(request.clientToken()).check();
    var key = key(request.groupName(), request.name());
    var given = Pojos.copy(request, GetScheduleResponse.builder());
    var config = checks.checked(given, null, store.cloud.clock().now());
    var token = request.clientToken() == null ? "" : request.clientToken();
    return store.change(
        key.group(),
        batch -> {
          var now = store.cloud.clock().now();
          if (store.group(key.group()).isDeleting()) {
            throw SchedulerErrors.conflict(
                "Schedule group " + key.group().name() + " is being deleted.");
          }
          var there = store.schedules.get(key);
          var wanted =
              config.toBuilder()
                  .arn(key.arn())
                  .groupName(key.group().name())
                  .creationDate(now)
                  .lastModificationDate(now)
                  .build();
          if (there != null && !isRepeated(there, wanted, token)) {
            throw SchedulerErrors.conflict("Schedule " + key.name() + " already exists.");
          }
          if (there == null) {
            var planned = plan.planned(wanted, null, token, now);
            store.put(batch, key, null, planned);
            batch.afterCommit(() -> clockwork.due(planned));
          }
          return CreateScheduleResponse.builder().scheduleArn(key.arn()).build();
        });
  }

  /// Whether the same request has come again.
  private static boolean isRepeated(ScheduleRecord there, GetScheduleResponse now, String token) {
    var before = there.config();
    return !token.isEmpty()
        && token.equals(there.token())
        && now.toBuilder()
            .creationDate(before.creationDate())
            .lastModificationDate(before.lastModificationDate())
            .build()
            .equals(before);
  }

  @Override
  public UpdateScheduleResponse updateSchedule(UpdateScheduleRequest request) {
    new SchedulerConstraints().token(request.clientToken()).check();
    var key = key(request.groupName(), request.name());
    var given = Pojos.copy(request, GetScheduleResponse.builder());
    var before = store.schedules.get(key);
    var config =
        checks.checked(given, before == null ? null : before.config(), store.cloud.clock().now());
    return store.change(
        key.group(),
        batch -> {
          var there = there(key);
          var now = store.cloud.clock().now();
          var wanted =
              config.toBuilder()
                  .arn(key.arn())
                  .groupName(key.group().name())
                  .creationDate(there.config().creationDate())
                  .lastModificationDate(now)
                  .build();
          var planned = plan.planned(wanted, there, there.token(), now);
          store.put(batch, key, there, planned);
          batch.afterCommit(() -> clockwork.due(planned));
          return UpdateScheduleResponse.builder().scheduleArn(key.arn()).build();
        });
  }

  @Override
  public GetScheduleResponse getSchedule(GetScheduleRequest request) {
    return there(key(request.groupName(), request.name())).config();
  }

  @Override
  public DeleteScheduleResponse deleteSchedule(DeleteScheduleRequest request) {
    new SchedulerConstraints().token(request.clientToken()).check();
    var key = key(request.groupName(), request.name());
    return store.change(
        key.group(),
        batch -> {
          store.delete(batch, key, there(key));
          return DeleteScheduleResponse.builder().build();
        });
  }

  private static ScheduleKey key(@Nullable String group, @Nullable String name) {
    new SchedulerConstraints().name(name).name("groupName", group).check();
    return new ScheduleKey(GroupKey.of(group), String.valueOf(name));
  }

  private ScheduleRecord there(ScheduleKey key) {
    var found = store.schedules.get(key);
    if (found == null) {
      store.group(key.group());
      throw SchedulerErrors.noSchedule(key.name());
    }
    return found;
  }

  @Override
  public ListSchedulesResponse listSchedules(ListSchedulesRequest request) {
    new SchedulerConstraints()
        .name("groupName", request.groupName())
        .name("namePrefix", request.namePrefix())
        .oneOf("state", request.stateAsString(), "ENABLED", "DISABLED")
        .page(request.maxResults(), request.nextToken())
        .check();
    var group = GroupKey.of(request.groupName());
    if (request.groupName() != null) {
      store.group(group);
    }
    var max = request.maxResults() == null ? PAGE : request.maxResults();
    var found = new ArrayList<ScheduleSummary>();
    var last = new String[] {null, null};
    store.schedules.scanFrom(
        behind(request, group),
        (key, schedule) -> {
          if (isWanted(request, key, schedule)) {
            if (found.size() == max) {
              last[1] = last[0];
              return false;
            }
            found.add(summary(schedule));
            last[0] = Page.token(key.group().name() + "/" + key.name());
          }
          return true;
        },
        prefix(request, group));
    return ListSchedulesResponse.builder().schedules(found).nextToken(last[1]).build();
  }

  private static Object[] prefix(ListSchedulesRequest request, GroupKey group) {
    return request.groupName() == null
        ? new Object[] {group.account(), group.region()}
        : new Object[] {group.account(), group.region(), group.name()};
  }

  /// The least name behind that of the token.
  private static ScheduleKey behind(ListSchedulesRequest request, GroupKey group) {
    if (request.nextToken() == null) {
      var first = request.groupName() == null ? "" : group.name();
      return new ScheduleKey(new GroupKey(group.account(), group.region(), first), "");
    }
    try {
      var names = List.of(Page.nameIn(request.nextToken()).split("/"));
      return new ScheduleKey(
          new GroupKey(group.account(), group.region(), names.getFirst()), names.get(1) + " ");
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw SchedulerErrors.validation("Invalid NextToken.");
    }
  }

  private static boolean isWanted(
      ListSchedulesRequest request, ScheduleKey key, ScheduleRecord schedule) {
    return (request.namePrefix() == null || key.name().startsWith(request.namePrefix()))
        && (request.state() == null || request.state() == schedule.config().state());
  }

  private static ScheduleSummary summary(ScheduleRecord schedule) {
    var config = schedule.config();
    return ScheduleSummary.builder()
        .arn(config.arn())
        .name(config.name())
        .groupName(config.groupName())
        .state(config.state())
        .creationDate(config.creationDate())
        .lastModificationDate(config.lastModificationDate())
        .target(target -> target.arn(config.target().arn()))
        .build();
  }
}

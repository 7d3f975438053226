package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleGroupRequest;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleGroupResponse;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleGroupRequest;
import software.amazon.awssdk.services.scheduler.model.DeleteScheduleGroupResponse;
import software.amazon.awssdk.services.scheduler.model.GetScheduleGroupRequest;
import software.amazon.awssdk.services.scheduler.model.GetScheduleGroupResponse;
import software.amazon.awssdk.services.scheduler.model.ListScheduleGroupsRequest;
import software.amazon.awssdk.services.scheduler.model.ListScheduleGroupsResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupState;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupSummary;

/// Schedule groups. One that is deleted takes its schedules with it: a thousand at once, more of
/// them in the background, while the group is `DELETING`.
final class ScheduleGroups implements SchedulerClient {
  private static final int PAGE = 100;
  private static final int CHUNK = 1000;

  /// AWS's quota.
  private static final int GROUPS_MAX = 500;

  private final SchedulerStore store;

  ScheduleGroups(SchedulerStore store) {
    this.store = store;
  }

  /// Goes on with what was being deleted.
  void start() {
    store.groups.scan((key, group) -> {
      if (group.isDeleting()) {
        deleteRest(key);
      }
      return true;
    });
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CreateScheduleGroupResponse createScheduleGroup(CreateScheduleGroupRequest request) {
    new SchedulerConstraints().name(request.name()).token(request.clientToken()).check();
    var tags = GroupTags.checked(GroupTags.map(request.tags()));
    var key = GroupKey.of(request.name());
    var token = request.clientToken() == null ? "" : request.clientToken();
    return store.change(
        key,
        batch -> {
          var there = key.isDefault() ? store.group(key) : store.groups.get(key);
          var repeated =
              there != null
                  && !token.isEmpty()
                  && token.equals(there.token())
                  && tags.equals(there.tags());
          if (there != null && !repeated) {
            throw SchedulerErrors.conflict("Schedule group " + key.name() + " already exists.");
          }
          if (there == null) {
            if (all().size() >= GROUPS_MAX) {
              throw SchedulerErrors.quota(
                  "The account has reached its limit of " + GROUPS_MAX + " schedule groups.");
            }
            store.groups.put(batch, key, store.newGroup(key, token, tags));
          }
          return CreateScheduleGroupResponse.builder().scheduleGroupArn(key.arn()).build();
        });
  }

  @Override
  public GetScheduleGroupResponse getScheduleGroup(GetScheduleGroupRequest request) {
    new SchedulerConstraints().name(request.name()).check();
    return store.group(GroupKey.of(request.name())).config();
  }

  @Override
  public DeleteScheduleGroupResponse deleteScheduleGroup(DeleteScheduleGroupRequest request) {
    new SchedulerConstraints().name(request.name()).token(request.clientToken()).check();
    var key = GroupKey.of(request.name());
    if (key.isDefault()) {
      throw SchedulerErrors.validation("Default schedule group cannot be deleted.");
    }
    var rest =
        store.change(
            key,
            batch -> {
              var group = store.group(key);
              if (group.isDeleting()) {
                throw SchedulerErrors.conflict(
                    "Schedule group " + key.name() + " is being deleted.");
              }
              var deleting =
                  group.config().toBuilder()
                      .state(ScheduleGroupState.DELETING)
                      .lastModificationDate(store.cloud.clock().now())
                      .build();
              store.groups.put(batch, key, new GroupRecord(deleting, group.token(), group.tags()));
              return true;
            });
    if (rest && deleteSome(key)) {
      deleteRest(key);
    }
    return DeleteScheduleGroupResponse.builder().build();
  }

  private void deleteRest(GroupKey key) {
    store.cloud.background(
        "scheduler",
        "DeleteGroup",
        key.scope(),
        () -> {
          while (deleteSome(key)) {}
        });
  }

  /// Deletes some of a group's schedules, and with the last of them the group; whether more is
  /// left.
  private boolean deleteSome(GroupKey key) {
    return store.change(
        key,
        batch -> {
          var found = new ArrayList<ScheduleKey>();
          store.schedules.scan(
              (schedule, record) -> {
                found.add(schedule);
                store.delete(batch, schedule, record);
                return found.size() < CHUNK;
              },
              key.account(),
              key.region(),
              key.name());
          if (found.size() < CHUNK) {
            store.groups.delete(batch, key);
          }
          return found.size() == CHUNK;
        });
  }

  private List<GroupRecord> all() {
    var key = GroupKey.of(null);
    store.group(key);
    return store.groups.list(key.account(), key.region());
  }

  @Override
  public ListScheduleGroupsResponse listScheduleGroups(ListScheduleGroupsRequest request) {
    new SchedulerConstraints()
        .name("namePrefix", request.namePrefix())
        .page(request.maxResults(), request.nextToken())
        .check();
    var prefix = request.namePrefix() == null ? "" : request.namePrefix();
    var groups =
        all().stream()
            .map(GroupRecord::config)
            .filter(group -> group.name().startsWith(prefix))
            .sorted(Comparator.comparing(GetScheduleGroupResponse::name))
            .toList();
    var max = request.maxResults() == null ? PAGE : request.maxResults();
    try {
      var page = Page.behind(request.nextToken(), groups, GetScheduleGroupResponse::name, max);
      return ListScheduleGroupsResponse.builder()
          .scheduleGroups(page.items().stream().map(ScheduleGroups::summary).toList())
          .nextToken(page.token())
          .build();
    } catch (IllegalArgumentException e) {
      throw SchedulerErrors.validation("Invalid NextToken.");
    }
  }

  private static ScheduleGroupSummary summary(GetScheduleGroupResponse group) {
    return ScheduleGroupSummary.builder()
        .arn(group.arn())
        .name(group.name())
        .state(group.state())
        .creationDate(group.creationDate())
        .lastModificationDate(group.lastModificationDate())
        .build();
  }
}

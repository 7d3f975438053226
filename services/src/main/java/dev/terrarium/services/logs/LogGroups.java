package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.logs.LogsState.Group;
import dev.terrarium.services.logs.LogTags.Tagged;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.LogsState.StreamKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.*;

/// Log groups: their life, retention, tags.
final class LogGroups implements LogsPart {
  private static final String RETENTION = "logs.retention";
  private static final Duration SWEEP = Duration.ofDays(1);
  private static final Pattern NAME = Pattern.compile("[\\.\\-_/#A-Za-z0-9]+");
  private static final TreeSet<Integer> DAYS =
      new TreeSet<>(
          List.of(
              1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
              2922, 3288, 3653));

  private final Cloud cloud;
  private final LogsState state;
  private final Tagged tagged;

  LogGroups(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
    this.tagged =
        new Tagged(
            name -> state.requireGroup(key(name)).tags(),
            (name, change) ->
                change(key(name), group -> group.withTags(change.apply(group.tags()))));
    state.tagged.put("log-group", tagged);
    cloud.timers().handle(RETENTION, this::sweep);
  }

  @Override
  public CreateLogGroupResponse createLogGroup(CreateLogGroupRequest request) {
    var key = key(checkName(request.logGroupName()));
    var groupClass = request.logGroupClassAsString();
    if (request.logGroupClass() == LogGroupClass.UNKNOWN_TO_SDK_VERSION) {
      throw LogsErrors.constraint(
          "logGroupClass",
          groupClass,
          "satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]");
    }
    checkKey(key, request.kmsKeyId());
    var group =
        new Group(
            cloud.clock().millis(),
            0,
            request.kmsKeyId() == null ? "" : request.kmsKeyId(),
            groupClass == null ? "STANDARD" : groupClass,
            Boolean.TRUE.equals(request.deletionProtectionEnabled()),
            new TreeMap<>(request.tags()));
    state.locks.with(
        key,
        () -> {
          if (state.groups.contains(key)) {
            throw LogsErrors.exists("log group");
          }
          state.groups.put(key, group);
          return key;
        });
    return CreateLogGroupResponse.builder().build();
  }

  @Override
  public DeleteLogGroupResponse deleteLogGroup(DeleteLogGroupRequest request) {
    var key = key(request.logGroupName());
    var scope = key.scope();
    state.locks.with(
        key,
        () -> {
          if (state.requireGroup(key).deletionProtected()) {
            throw LogsErrors.invalid(
                "The log group has deletion protection enabled and cannot be deleted.");
          }
          var batch = new Batch();
          state.groups.delete(batch, key);
          state.streams.deleteAll(batch, scope.account(), scope.region(), key.group());
          state.subscriptions.deleteAll(batch, scope.account(), scope.region(), key.group());
          state.metricFilters.deleteAll(batch, scope.account(), scope.region(), key.group());
          state.store.commit(batch);
          return key;
        });
    state.groupProtections.delete(key.group());
    state.protections.remove(key);
    state.transformers.delete(key.group());
    state.transforming.remove(key);
    deleteAllEvents(key);
    return DeleteLogGroupResponse.builder().build();
  }

  @Override
  public DescribeLogGroupsResponse describeLogGroups(DescribeLogGroupsRequest request) {
    if (request.logGroupNamePrefix() != null && request.logGroupNamePattern() != null) {
      throw LogsErrors.invalid(
          "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    }
    var found = new ArrayList<LogGroup>();
    var scope = Call.current().scope();
    state.groups.scan(
        (key, group) -> {
          if (matches(request, key)) {
            found.add(describe(key, group));
          }
          return true;
        },
        scope.account(),
        scope.region());
    var page = Pages.of(found, request.nextToken(), request.limit(), 50);
    return DescribeLogGroupsResponse.builder()
        .logGroups(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public PutRetentionPolicyResponse putRetentionPolicy(PutRetentionPolicyRequest request) {
    var days = request.retentionInDays();
    if (days == null || !DAYS.contains(days)) {
      throw LogsErrors.constraint("retentionInDays", days, "satisfy enum value set: " + DAYS);
    }
    var key = key(request.logGroupName());
    change(key, group -> group.withRetention(days));
    var batch = new Batch();
    scheduleSweep(batch, key);
    state.store.commit(batch);
    return PutRetentionPolicyResponse.builder().build();
  }

  @Override
  public DeleteRetentionPolicyResponse deleteRetentionPolicy(DeleteRetentionPolicyRequest request) {
    change(key(request.logGroupName()), group -> group.withRetention(0));
    return DeleteRetentionPolicyResponse.builder().build();
  }

  @Override
  public PutLogGroupDeletionProtectionResponse putLogGroupDeletionProtection(
      PutLogGroupDeletionProtectionRequest request) {
    change(
        key(LogsState.groupName(null, request.logGroupIdentifier())),
        group -> group.withProtection(Boolean.TRUE.equals(request.deletionProtectionEnabled())));
    return PutLogGroupDeletionProtectionResponse.builder().build();
  }

  @Override
  public AssociateKmsKeyResponse associateKmsKey(AssociateKmsKeyRequest request) {
    var name = LogsState.groupName(request.logGroupName(), request.resourceIdentifier());
    if (request.kmsKeyId() == null) {
      throw LogsErrors.missing("kmsKeyId");
    }
    state.requireGroup(key(name));
    checkKey(key(name), request.kmsKeyId());
    change(key(name), group -> group.withKey(request.kmsKeyId()));
    return AssociateKmsKeyResponse.builder().build();
  }

  @Override
  public DisassociateKmsKeyResponse disassociateKmsKey(DisassociateKmsKeyRequest request) {
    var name = LogsState.groupName(request.logGroupName(), request.resourceIdentifier());
    change(key(name), group -> group.withKey(""));
    return DisassociateKmsKeyResponse.builder().build();
  }

  @Override
  @Deprecated
  public TagLogGroupResponse tagLogGroup(TagLogGroupRequest request) {
    tagged.tag(key(request.logGroupName()).group(), old -> LogTags.merged(old, request.tags()));
    return TagLogGroupResponse.builder().build();
  }

  @Override
  @Deprecated
  public UntagLogGroupResponse untagLogGroup(UntagLogGroupRequest request) {
    tagged.tag(key(request.logGroupName()).group(), old -> LogTags.without(old, request.tags()));
    return UntagLogGroupResponse.builder().build();
  }

  @Override
  @Deprecated
  public ListTagsLogGroupResponse listTagsLogGroup(ListTagsLogGroupRequest request) {
    var group = state.requireGroup(key(request.logGroupName()));
    return ListTagsLogGroupResponse.builder().tags(group.tags()).build();
  }

  private void change(GroupKey key, UnaryOperator<Group> change) {
    state.locks.with(
        key,
        () -> {
          state.groups.put(key, change.apply(state.requireGroup(key)));
          return key;
        });
  }

  private LogGroup describe(GroupKey key, Group group) {
    var filters =
        state.metricFilters.list(key.scope().account(), key.scope().region(), key.group()).size();
    return LogGroup.builder()
        .logGroupName(key.group())
        .creationTime(group.creationTime())
        .retentionInDays(group.retentionInDays() == 0 ? null : group.retentionInDays())
        .metricFilterCount(filters)
        .arn(key.arn() + ":*")
        .logGroupArn(key.arn())
        .storedBytes(0L)
        .kmsKeyId(group.kmsKeyId().isEmpty() ? null : group.kmsKeyId())
        .logGroupClass(group.groupClass())
        .deletionProtectionEnabled(group.deletionProtected())
        .build();
  }

  private static boolean matches(DescribeLogGroupsRequest request, GroupKey key) {
    var prefix = request.logGroupNamePrefix();
    var pattern = request.logGroupNamePattern();
    var name = key.group();
    return (prefix == null || name.startsWith(prefix))
        && (pattern == null
            || name.toLowerCase(java.util.Locale.ROOT)
                .contains(pattern.toLowerCase(java.util.Locale.ROOT)))
        && (request.logGroupIdentifiers().isEmpty()
            || request.logGroupIdentifiers().stream()
                .anyMatch(id -> LogsState.groupName(null, id).equals(name)));
  }

  private void deleteAllEvents(GroupKey key) {
    var more = true;
    while (more) {
      var batch = new Batch();
      state.events.scan(
          (event, value) -> {
            state.events.delete(batch, event);
            return batch.changes().size() < 1000;
          },
          key.scope().account(),
          key.scope().region(),
          key.group());
      more = batch.changes().size() == 1000;
      state.store.commit(batch);
    }
  }

  private void scheduleSweep(Batch batch, GroupKey key) {
    var payload = key.scope().account() + "\n" + key.scope().region() + "\n" + key.group();
    var day = cloud.clock().millis() / SWEEP.toMillis() + 1;
    cloud
        .timers()
        .schedule(
            batch,
            new Timer(
                java.time.Instant.ofEpochMilli(day * SWEEP.toMillis()),
                RETENTION,
                payload,
                payload.getBytes(StandardCharsets.UTF_8)));
  }

  /// Deletes what has been kept long enough, and comes back the next day.
  private void sweep(Timer timer) {
    var parts = new String(timer.payload(), StandardCharsets.UTF_8).split("\n", 3);
    var key = new GroupKey(new Scope(parts[0], parts[1]), parts[2]);
    var group = state.groups.get(key);
    if (group == null || group.retentionInDays() == 0) {
      return;
    }
    var before = cloud.clock().millis() - Duration.ofDays(group.retentionInDays()).toMillis();
    var streams = new ArrayList<StreamKey>();
    state.streams.scan(
        (stream, value) -> {
          if (value.firstEvent() >= 0 && value.firstEvent() < before) {
            streams.add(stream);
          }
          return true;
        },
        key.scope().account(),
        key.scope().region(),
        key.group());
    cloud.background(
        "logs",
        "logs-retention",
        key.scope(),
        () -> streams.forEach(stream -> state.deleteEvents(stream, before)));
    var batch = new Batch();
    scheduleSweep(batch, key);
    state.store.commit(batch);
  }

  /// A group is encrypted with a key that is there and can be used, if there are keys at all.
  private void checkKey(GroupKey group, @Nullable String keyId) {
    if (keyId == null || cloud.service("kms") == null) {
      return;
    }
    if (!KeyLookup.isUsable(cloud, keyId)) {
      throw LogsErrors.invalid(
          "The specified KMS key does not exist or is not allowed to be used with LogGroup '"
              + group.arn()
              + "'");
    }
  }

  static String checkName(@Nullable String name) {
    if (name == null) {
      throw LogsErrors.missing("logGroupName");
    } else if (name.isEmpty()) {
      throw LogsErrors.constraint("logGroupName", name, "have length greater than or equal to 1");
    }
    if (name.length() > 512) {
      throw LogsErrors.constraint("logGroupName", name, "have length less than or equal to 512");
    }
    if (!NAME.matcher(name).matches()) {
      throw LogsErrors.constraint(
          "logGroupName", name, "satisfy regular expression pattern: " + NAME);
    }
    return name;
  }

  private static GroupKey key(String name) {
    return new GroupKey(Call.current().scope(), LogsState.groupName(name, null));
  }
}

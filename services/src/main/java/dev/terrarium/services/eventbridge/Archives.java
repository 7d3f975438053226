package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.Archive;
import software.amazon.awssdk.services.eventbridge.model.ArchiveState;
import software.amazon.awssdk.services.eventbridge.model.CreateArchiveRequest;
import software.amazon.awssdk.services.eventbridge.model.CreateArchiveResponse;
import software.amazon.awssdk.services.eventbridge.model.DeleteArchiveRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteArchiveResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeArchiveRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeArchiveResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.InputTransformer;
import software.amazon.awssdk.services.eventbridge.model.ListArchivesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListArchivesResponse;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.eventbridge.model.UpdateArchiveRequest;
import software.amazon.awssdk.services.eventbridge.model.UpdateArchiveResponse;

/// Archives of buses. Each is fed by a rule that EventBridge manages.
final class Archives extends EventsPart {
  static final Pattern BUS_ARN =
      Pattern.compile("^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:.+\\/.+$");
  private static final int NAME_LENGTH_MAX = 48;
  private static final String[] STATES = {
    "ENABLED", "DISABLED", "CREATING", "UPDATING", "CREATE_FAILED", "UPDATE_FAILED"
  };

  private final ArchiveStore archives;

  Archives(EventStore store, ArchiveStore archives) {
    super(store);
    this.archives = archives;
  }

  @Override
  public CreateArchiveResponse createArchive(CreateArchiveRequest request) {
    named(request.archiveName())
        .required("eventSourceArn", request.eventSourceArn())
        .length("eventSourceArn", request.eventSourceArn(), 1, 1600)
        .pattern("eventSourceArn", request.eventSourceArn(), BUS_ARN)
        .description(request.description())
        .eventPattern(request.eventPattern())
        .atLeast("retentionDays", request.retentionDays(), 0)
        .kmsKey(request.kmsKeyIdentifier())
        .check();
    var key = EventStore.key(request.archiveName());
    EventPatterns.check(given(request.eventPattern()));
    var bus = BusKey.of(EventStore.scope(), request.eventSourceArn());
    var _ = store.bus(bus);
    return store.change(batch -> {
      if (archives.archives.contains(key)) {
        throw EventsErrors.exists("Archive " + key.name() + " already exists.");
      }
      var archive =
          Pojos.copy(request, DescribeArchiveResponse.builder())
              .archiveArn(EventStore.scope().arn("events", "archive/" + key.name()))
              .eventPattern(given(request.eventPattern()))
              .state(ArchiveState.ENABLED)
              .retentionDays(request.retentionDays() == null ? 0 : request.retentionDays())
              .creationTime(store.cloud.clock().now())
              .build();
      archives.archives.put(batch, key, archive);
      archives.keepSwept(batch, key);
      feed(batch, bus, archive);
      return Pojos.copy(archive, CreateArchiveResponse.builder()).build();
    });
  }

  private static EventsConstraints named(@Nullable String name) {
    return new EventsConstraints().name("archiveName", name, NAME_LENGTH_MAX);
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /// Makes or changes the rule that feeds an archive.
  private void feed(Batch batch, BusKey bus, DescribeArchiveResponse archive) {
    var rule = new RuleKey(bus, ArchiveStore.RULE_PREFIX + archive.archiveName());
    var wanted = archive.eventPattern();
    store.rules.put(
        batch,
        rule,
        DescribeRuleResponse.builder()
            .name(rule.name())
            .arn(rule.arn())
            .eventPattern(ArchiveStore.pattern(wanted == null ? "" : wanted))
            .state(RuleState.ENABLED)
            .managedBy(ArchiveStore.OWNER)
            .eventBusName(bus.name())
            .createdBy(bus.scope().account())
            .build());
    var template =
        "{\"archive-arn\": \"%s\", \"event\": <aws.events.event.json>, \"ingestion-time\": <aws.events.event.ingestion-time>}"
            .formatted(archive.archiveArn());
    store.targets.put(
        batch,
        new TargetKey(rule, rule.name()),
        Target.builder()
            .id(rule.name())
            .arn("arn:" + bus.scope().partition() + ":events:" + bus.scope().region() + ":::")
            .inputTransformer(InputTransformer.builder().inputTemplate(template).build())
            .build());
    store.changed(batch, bus);
  }

  @Override
  public DescribeArchiveResponse describeArchive(DescribeArchiveRequest request) {
    named(request.archiveName()).check();
    var key = EventStore.key(request.archiveName());
    var contents = archives.contents(key);
    return there(key).toBuilder().eventCount(contents.events()).sizeBytes(contents.bytes()).build();
  }

  private DescribeArchiveResponse there(BusKey key) {
    var found = archives.archives.get(key);
    if (found == null) {
      throw EventsErrors.notFound("Archive " + key.name() + " does not exist.");
    }
    return found;
  }

  @Override
  public ListArchivesResponse listArchives(ListArchivesRequest request) {
    new EventsConstraints()
        .prefix("namePrefix", request.namePrefix(), NAME_LENGTH_MAX)
        .length("eventSourceArn", request.eventSourceArn(), 1, 1600)
        .pattern("eventSourceArn", request.eventSourceArn(), BUS_ARN)
        .oneOf("state", request.stateAsString(), STATES)
        .paging(request.limit(), request.nextToken())
        .check();
    var filters =
        Stream.of(request.namePrefix(), request.eventSourceArn(), request.stateAsString())
            .filter(filter -> filter != null)
            .count();
    if (filters > 1) {
      throw EventsErrors.validation(
          "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or"
              + " NamePrefix.");
    }
    var found =
        store.list(archives.archives).stream()
            .filter(archive ->
                request.namePrefix() == null
                    || archive.archiveName().startsWith(request.namePrefix()))
            .filter(archive ->
                request.eventSourceArn() == null
                    || archive.eventSourceArn().equals(request.eventSourceArn()))
            .filter(archive -> request.state() == null || archive.state() == request.state())
            .toList();
    var page =
        EventsErrors.page(
            found, DescribeArchiveResponse::archiveName, request.limit(), request.nextToken());
    List<Archive> shown = page.items().stream().map(this::shown).toList();
    return ListArchivesResponse.builder().archives(shown).nextToken(page.token()).build();
  }

  private Archive shown(DescribeArchiveResponse archive) {
    var contents = archives.contents(EventStore.key(archive.archiveName()));
    return Pojos.copy(archive, Archive.builder())
        .eventCount(contents.events())
        .sizeBytes(contents.bytes())
        .build();
  }

  @Override
  public UpdateArchiveResponse updateArchive(UpdateArchiveRequest request) {
    named(request.archiveName())
        .description(request.description())
        .eventPattern(request.eventPattern())
        .atLeast("retentionDays", request.retentionDays(), 0)
        .kmsKey(request.kmsKeyIdentifier())
        .check();
    EventPatterns.check(given(request.eventPattern()));
    var key = EventStore.key(request.archiveName());
    return store.change(batch -> {
      var changed = Pojos.copy(request, there(key).toBuilder());
      if ("".equals(request.eventPattern())) {
        changed.eventPattern(null);
      }
      var archive = changed.build();
      archives.archives.put(batch, key, archive);
      feed(batch, BusKey.of(EventStore.scope(), archive.eventSourceArn()), archive);
      return Pojos.copy(archive, UpdateArchiveResponse.builder()).build();
    });
  }

  @Override
  public DeleteArchiveResponse deleteArchive(DeleteArchiveRequest request) {
    named(request.archiveName()).check();
    var key = EventStore.key(request.archiveName());
    return store.change(batch -> {
      var archive = there(key);
      var bus = BusKey.of(EventStore.scope(), archive.eventSourceArn());
      var rule = new RuleKey(bus, ArchiveStore.RULE_PREFIX + key.name());
      store.rules.delete(batch, rule);
      store.targets.delete(batch, new TargetKey(rule, rule.name()));
      store.changed(batch, bus);
      archives.archives.delete(batch, key);
      archives.archived.deleteAll(batch, ArchiveStore.At.parts(key));
      return DeleteArchiveResponse.builder().build();
    });
  }
}

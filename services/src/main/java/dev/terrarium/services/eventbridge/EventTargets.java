package dev.terrarium.services.eventbridge;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTargetsByRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// The targets of rules.
final class EventTargets extends EventsPart {
  private static final int TARGETS_MAX = 5;
  private static final int NAME_LENGTH_MAX = 64;

  EventTargets(EventStore store) {
    super(store);
  }

  @Override
  public PutTargetsResponse putTargets(PutTargetsRequest request) {
    new TargetChecks().shapes(request).check();
    var key = key(request.rule(), request.eventBusName());
    var rule = store.rule(key);
    request.targets().forEach(TargetChecks::sense);
    return store.change(batch -> {
      if (rule.managedBy() != null) {
        throw EventsErrors.managed(key);
      }
      var ids = store.targets.list(key.parts()).stream().map(Target::id).toList();
      var added = request.targets().stream().map(Target::id).distinct();
      if (ids.size() + added.filter(id -> !ids.contains(id)).count() > TARGETS_MAX) {
        throw EventsErrors.tooMany();
      }
      for (var target : request.targets()) {
        store.targets.put(batch, new TargetKey(key, target.id()), target);
      }
      store.changed(batch, key.bus());
      return PutTargetsResponse.builder().failedEntryCount(0).failedEntries(List.of()).build();
    });
  }

  private RuleKey key(@Nullable String rule, @Nullable String bus) {
    return store.ruleKey(bus, String.valueOf(rule));
  }

  @Override
  public RemoveTargetsResponse removeTargets(RemoveTargetsRequest request) {
    var constraints =
        new EventsConstraints()
            .name("rule", request.rule(), NAME_LENGTH_MAX)
            .busOrArn("eventBusName", request.eventBusName())
            .present("ids", request.hasIds());
    if (request.hasIds()) {
      constraints.count("ids", request.ids(), 1, 100);
    }
    constraints.check();
    var key = key(request.rule(), request.eventBusName());
    var rule = store.rule(key);
    if (rule.managedBy() != null && !Boolean.TRUE.equals(request.force())) {
      throw EventsErrors.managed(key);
    }
    return store.change(batch -> {
      for (var id : request.ids()) {
        store.targets.delete(batch, new TargetKey(key, id));
      }
      store.changed(batch, key.bus());
      return RemoveTargetsResponse.builder()
          .failedEntryCount(0)
          .failedEntries(List.<RemoveTargetsResultEntry>of())
          .build();
    });
  }

  @Override
  public ListTargetsByRuleResponse listTargetsByRule(ListTargetsByRuleRequest request) {
    new EventsConstraints()
        .name("rule", request.rule(), NAME_LENGTH_MAX)
        .busOrArn("eventBusName", request.eventBusName())
        .paging(request.limit(), request.nextToken())
        .check();
    var key = key(request.rule(), request.eventBusName());
    var _ = store.rule(key);
    var page =
        EventsErrors.page(
            store.targets.list(key.parts()), Target::id, request.limit(), request.nextToken());
    return ListTargetsByRuleResponse.builder()
        .targets(page.items())
        .nextToken(page.token())
        .build();
  }
}

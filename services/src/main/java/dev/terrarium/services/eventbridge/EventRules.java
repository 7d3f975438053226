package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Page;
import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DeleteRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.DisableRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.EnableRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.ListRuleNamesByTargetRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRuleNamesByTargetResponse;
import software.amazon.awssdk.services.eventbridge.model.ListRulesRequest;
import software.amazon.awssdk.services.eventbridge.model.ListRulesResponse;
import software.amazon.awssdk.services.eventbridge.model.PutRuleRequest;
import software.amazon.awssdk.services.eventbridge.model.PutRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.Rule;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Tag;

/// Rules.
final class EventRules extends EventsPart {
  private static final int RULES_MAX = 300;
  private static final int NAME_LENGTH_MAX = 64;

  private final RuleSchedules schedules;

  EventRules(EventStore store, RuleSchedules schedules) {
    super(store);
    this.schedules = schedules;
  }

  @Override
  public PutRuleResponse putRule(PutRuleRequest request) {
    new EventsConstraints()
        .name("name", request.name(), NAME_LENGTH_MAX)
        .length("scheduleExpression", request.scheduleExpression(), 0, 256)
        .eventPattern(request.eventPattern())
        .oneOf(
            "state",
            request.stateAsString(),
            "ENABLED",
            "DISABLED",
            "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
        .description(request.description())
        .length("roleArn", request.roleArn(), 1, 1600)
        .tags(request.tags())
        .busOrArn("eventBusName", request.eventBusName())
        .check();
    var pattern = given(request.eventPattern());
    var schedule = given(request.scheduleExpression());
    if (pattern == null && schedule == null) {
      throw EventsErrors.validation(
          "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    var bus = BusKey.of(EventStore.scope(), request.eventBusName());
    if (schedule != null) {
      if (!bus.isDefault()) {
        throw EventsErrors.validation(
            "ScheduleExpression is supported only on the default event bus.");
      }
      RuleSchedules.check(schedule);
    }
    EventPatterns.check(pattern);
    var key = store.ruleKey(request.eventBusName(), request.name());
    return store.change(batch -> {
      var before = store.rules.get(key);
      if (before == null && store.rulesOf(key.bus()).size() >= RULES_MAX) {
        throw EventsErrors.tooMany();
      } else if (before != null && before.managedBy() != null) {
        throw EventsErrors.managed(key);
      }
      var rule =
          DescribeRuleResponse.builder()
              .name(request.name())
              .arn(key.arn())
              .eventPattern(pattern)
              .scheduleExpression(schedule)
              .state(request.state() == null ? RuleState.ENABLED : request.state())
              .description(request.description())
              .roleArn(request.roleArn())
              .eventBusName(key.bus().name())
              .createdBy(EventStore.scope().account())
              .build();
      save(batch, key, rule, before);
      if (before == null && !request.tags().isEmpty()) {
        store.tags.put(batch, key.arn(), tags(request.tags()));
      }
      return PutRuleResponse.builder().ruleArn(key.arn()).build();
    });
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static Map<String, String> tags(List<Tag> given) {
    var tags = new LinkedHashMap<String, String>();
    given.forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }

  private void save(
      Batch batch, RuleKey key, DescribeRuleResponse rule, @Nullable DescribeRuleResponse before) {
    store.rules.put(batch, key, rule);
    store.changed(batch, key.bus());
    schedules.changed(batch, key, rule, before);
  }

  @Override
  public DescribeRuleResponse describeRule(DescribeRuleRequest request) {
    new EventsConstraints()
        .name("name", request.name(), NAME_LENGTH_MAX)
        .busOrArn("eventBusName", request.eventBusName())
        .check();
    return store.rule(store.ruleKey(request.eventBusName(), request.name()));
  }

  @Override
  public ListRulesResponse listRules(ListRulesRequest request) {
    new EventsConstraints()
        .prefix("namePrefix", request.namePrefix(), NAME_LENGTH_MAX)
        .busOrArn("eventBusName", request.eventBusName())
        .paging(request.limit(), request.nextToken())
        .check();
    var bus = store.ruleKey(request.eventBusName(), "").bus();
    var prefix = request.namePrefix() == null ? "" : request.namePrefix();
    var found = store.rulesOf(bus).stream().filter(rule -> rule.name().startsWith(prefix)).toList();
    var page =
        EventsErrors.page(found, DescribeRuleResponse::name, request.limit(), request.nextToken());
    return ListRulesResponse.builder()
        .rules(page.items().stream().map(EventRules::shown).toList())
        .nextToken(page.token())
        .build();
  }

  private static Rule shown(DescribeRuleResponse rule) {
    return Pojos.copy(rule, Rule.builder()).build();
  }

  @Override
  public ListRuleNamesByTargetResponse listRuleNamesByTarget(ListRuleNamesByTargetRequest request) {
    new EventsConstraints()
        .required("targetArn", request.targetArn())
        .length("targetArn", request.targetArn(), 1, 1600)
        .busOrArn("eventBusName", request.eventBusName())
        .paging(request.limit(), request.nextToken())
        .check();
    var bus = store.ruleKey(request.eventBusName(), "").bus();
    var names = new ArrayList<String>();
    store.targets.scan(
        (key, target) -> {
          var name = key.rule().name();
          if (target.arn().equals(request.targetArn()) && !names.contains(name)) {
            names.add(name);
          }
          return true;
        },
        bus.scope().account(),
        bus.scope().region(),
        bus.name());
    Page<String> page =
        EventsErrors.page(names, name -> name, request.limit(), request.nextToken());
    return ListRuleNamesByTargetResponse.builder()
        .ruleNames(page.items())
        .nextToken(page.token())
        .build();
  }

  @Override
  public DeleteRuleResponse deleteRule(DeleteRuleRequest request) {
    new EventsConstraints()
        .name("name", request.name(), NAME_LENGTH_MAX)
        .busOrArn("eventBusName", request.eventBusName())
        .check();
    var key = store.ruleKey(request.eventBusName(), request.name());
    return store.change(batch -> {
      var rule = store.rules.get(key);
      if (rule == null) {
        return DeleteRuleResponse.builder().build();
      }
      if (rule.managedBy() != null && !Boolean.TRUE.equals(request.force())) {
        throw EventsErrors.managed(key);
      }
      if (!store.targets.list(key.parts()).isEmpty()) {
        throw EventsErrors.validation("Rule can't be deleted since it has targets.");
      }
      store.rules.delete(batch, key);
      store.tags.delete(batch, key.arn());
      store.changed(batch, key.bus());
      schedules.changed(batch, key, null, rule);
      return DeleteRuleResponse.builder().build();
    });
  }

  @Override
  public EnableRuleResponse enableRule(EnableRuleRequest request) {
    turn(request.name(), request.eventBusName(), RuleState.ENABLED);
    return EnableRuleResponse.builder().build();
  }

  @Override
  public DisableRuleResponse disableRule(DisableRuleRequest request) {
    turn(request.name(), request.eventBusName(), RuleState.DISABLED);
    return DisableRuleResponse.builder().build();
  }

  private void turn(@Nullable String name, @Nullable String bus, RuleState state) {
    new EventsConstraints()
        .name("name", name, NAME_LENGTH_MAX)
        .busOrArn("eventBusName", bus)
        .check();
    var key = store.ruleKey(bus, String.valueOf(name));
    UnaryOperator<DescribeRuleResponse> turned = rule -> rule.toBuilder().state(state).build();
    var _ =
        store.change(batch -> {
          var before = store.rule(key);
          if (before.managedBy() != null) {
            throw EventsErrors.managed(key);
          }
          if (before.state() != state) {
            save(batch, key, turned.apply(before), before);
          }
          return before;
        });
  }
}

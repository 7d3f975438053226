package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.DeleteInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.DisableInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.EnableInsightRulesRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableInsightRulesResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetInsightRuleReportResponse;
import software.amazon.awssdk.services.cloudwatch.model.InsightRule;
import software.amazon.awssdk.services.cloudwatch.model.PartialFailure;
import software.amazon.awssdk.services.cloudwatch.model.PutInsightRuleRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutInsightRuleResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

/// Contributor Insights: rules, and the reports that [InsightReport] makes of logs.
final class CloudWatchRules implements CloudWatchPart {
  private static final String ENABLED = "ENABLED";
  private static final String DISABLED = "DISABLED";

  private final Cloud cloud;
  private final Keyspace<AlarmKey, InsightRule> rules;

  /// They come later, for they ask whether a rule exists.
  private @Nullable CloudWatchTags tags;

  CloudWatchRules(Cloud cloud) {
    this.cloud = cloud;
    this.rules =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.rules",
            AlarmKey.CODEC,
            new PojoCodec<>(InsightRule::builder));
  }

  void tags(CloudWatchTags found) {
    tags = found;
  }

  boolean exists(AlarmKey key) {
    return rules.contains(key);
  }

  @Override
  public PutInsightRuleResponse putInsightRule(PutInsightRuleRequest request) {
    if (request.ruleName() == null) {
      throw CloudWatchMetrics.missing("RuleName");
    } else if (request.ruleDefinition() == null) {
      throw CloudWatchMetrics.missing("RuleDefinition");
    }
    var state = request.ruleState() == null ? ENABLED : request.ruleState();
    if (!state.equals(ENABLED) && !state.equals(DISABLED)) {
      throw CloudWatchMetrics.invalid("The value " + state + " for RuleState is invalid.");
    }
    try {
      var definition = Json.parse(request.ruleDefinition());
      if (!definition.at("/Schema/Name").asText().equals("CloudWatchLogRule")
          || !definition.at("/Contribution/Keys").isArray()
          || !definition.path("LogGroupNames").isArray()
              && !definition.path("LogGroupARNs").isArray()) {
        throw CloudWatchMetrics.invalid(
            "The rule definition needs Schema, LogGroupNames and Contribution.Keys.");
      } else if (definition.path("LogFormat").asText("JSON").equals("CLF")) {
        throw Errors.notImplemented("cloudwatch", "PutInsightRule with the format CLF");
      }
    } catch (IllegalArgumentException e) {
      throw CloudWatchMetrics.invalid("The rule definition is not valid JSON.");
    }
    var key = CloudWatchAlarms.key(request.ruleName());
    var batch = new Batch();
    var isNew = !rules.contains(key);
    rules.put(
        batch,
        key,
        InsightRule.builder()
            .name(key.name())
            .state(state)
            .schema("CloudWatchLogRule/1")
            .definition(request.ruleDefinition())
            .managedRule(false)
            .applyOnTransformedLogs(Boolean.TRUE.equals(request.applyOnTransformedLogs()))
            .build());
    if (isNew && tags != null) {
      tags.create(
          batch, key.scope().arn("cloudwatch", "insight-rule/" + key.name()), request.tags());
    }
    cloud.store().commit(batch);
    return PutInsightRuleResponse.builder().build();
  }

  @Override
  public DescribeInsightRulesResponse describeInsightRules(DescribeInsightRulesRequest request) {
    var scope = Call.current().scope();
    var all = rules.list(scope.account(), scope.region());
    var from = request.nextToken() == null ? 0 : CloudWatchMetrics.number(request.nextToken());
    var max = request.maxResults() == null ? 500 : request.maxResults();
    var to = Math.min(all.size(), from + max);
    return DescribeInsightRulesResponse.builder()
        .insightRules(all.subList(Math.min(from, to), to))
        .nextToken(to < all.size() ? Integer.toString(to) : null)
        .build();
  }

  @Override
  public DeleteInsightRulesResponse deleteInsightRules(DeleteInsightRulesRequest request) {
    var failures = failures(request.ruleNames());
    var batch = new Batch();
    request.ruleNames().forEach(name -> rules.delete(batch, CloudWatchAlarms.key(name)));
    cloud.store().commit(batch);
    return DeleteInsightRulesResponse.builder().failures(failures).build();
  }

  @Override
  public EnableInsightRulesResponse enableInsightRules(EnableInsightRulesRequest request) {
    turn(request.ruleNames(), ENABLED);
    return EnableInsightRulesResponse.builder().failures(failures(request.ruleNames())).build();
  }

  @Override
  public DisableInsightRulesResponse disableInsightRules(DisableInsightRulesRequest request) {
    turn(request.ruleNames(), DISABLED);
    return DisableInsightRulesResponse.builder().failures(failures(request.ruleNames())).build();
  }

  private void turn(List<String> names, String state) {
    var batch = new Batch();
    for (var name : names) {
      var rule = rules.get(CloudWatchAlarms.key(name));
      if (rule != null) {
        rules.put(batch, CloudWatchAlarms.key(name), rule.toBuilder().state(state).build());
      }
    }
    cloud.store().commit(batch);
  }

  private List<PartialFailure> failures(List<String> names) {
    var failures = new ArrayList<PartialFailure>();
    for (var name : names) {
      if (!rules.contains(CloudWatchAlarms.key(name))) {
        failures.add(
            PartialFailure.builder()
                .failureResource(name)
                .exceptionType("ResourceNotFoundException")
                .failureCode("404")
                .failureDescription("Rule " + name + " does not exist")
                .build());
      }
    }
    return failures;
  }

  @Override
  public GetInsightRuleReportResponse getInsightRuleReport(GetInsightRuleReportRequest request) {
    if (request.ruleName() == null) {
      throw CloudWatchMetrics.missing("RuleName");
    }
    var rule = rules.get(CloudWatchAlarms.key(request.ruleName()));
    if (rule == null) {
      throw Errors.of(
          ResourceNotFoundException.builder(),
          404,
          "ResourceNotFoundException",
          "Rule " + request.ruleName() + " does not exist");
    }
    CloudWatchReads.check(request.startTime(), request.endTime());
    var period = CloudWatchMetrics.period(request.period(), "Period");
    return new InsightReport(cloud, Json.parse(rule.definition()), request, period).make();
  }
}

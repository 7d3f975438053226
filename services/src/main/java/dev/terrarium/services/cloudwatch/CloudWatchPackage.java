package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.ArrayList;
import java.util.List;

/// Amazon CloudWatch.
public final class CloudWatchPackage implements ServicePackage {
  @Override
  public String name() {
    return "cloudwatch";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.cloudwatch.CloudWatchClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var stored = new MetricStore(cloud);
    var history = new AlarmHistory(cloud);
    var actions = new AlarmActions(cloud, history);
    var composites = new Composites(cloud, stored, actions, history);
    var evaluator = new Evaluator(cloud, stored, actions, history, composites);
    var streams = new CloudWatchStreams(cloud, stored);
    var rules = new CloudWatchRules(cloud);
    var tags = new CloudWatchTags(cloud, arn -> exists(arn, stored, streams, rules));
    streams.tags(tags);
    rules.tags(tags);
    actions.resume();
    return List.of(
        new CloudWatchMetrics(stored, evaluator),
        new CloudWatchReads(stored),
        new CloudWatchAlarms(stored, evaluator, composites, history, tags),
        new AlarmQueries(stored),
        new CloudWatchDashboards(cloud),
        new CloudWatchDetectors(cloud),
        streams,
        rules,
        tags,
        history);
  }

  private static boolean exists(
      Arn arn, MetricStore stored, CloudWatchStreams streams, CloudWatchRules rules) {
    var parts = arn.resource().split("[:/]", 2);
    if (parts.length < 2) {
      return false;
    }
    var key = new MetricStore.AlarmKey(arn.account(), arn.region(), parts[1]);
    return switch (parts[0]) {
      case "alarm" -> stored.alarms.contains(key) || stored.composites.contains(key);
      case "metric-stream" -> streams.exists(key);
      case "insight-rule" -> rules.exists(key);
      default -> false;
    };
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    var types = new ArrayList<>(WatchResources.of(cloud));
    types.add(new AlarmResource(cloud));
    return types;
  }
}

package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
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
    var evaluator = new Evaluator(cloud, stored, actions, history);
    actions.resume();
    return List.of(
        new CloudWatchMetrics(stored, evaluator),
        new CloudWatchAlarms(stored, evaluator, history),
        new CloudWatchDashboards(cloud),
        history);
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(new AlarmResource(cloud));
  }
}

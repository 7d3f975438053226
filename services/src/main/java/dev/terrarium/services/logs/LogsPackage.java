package dev.terrarium.services.logs;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Brings CloudWatch Logs.
public final class LogsPackage implements ServicePackage {
  @Override
  public String name() {
    return "logs";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var state = new LogsState(cloud);
    return List.of(
        new LogGroups(cloud, state),
        new LogStreams(cloud, state),
        new LogWrites(cloud, state),
        new LogReads(state),
        new LogTail(cloud, state),
        new LogInsights(cloud, state),
        new LogFilters(cloud, state),
        new LogPolicies(cloud, state),
        new LogProtection(cloud, state),
        new LogTransformers(cloud, state),
        new LogDestinations(cloud, state),
        new LogExports(cloud, state),
        new LogDeliveries(cloud, state),
        new LogTags(state),
        new LogDetectors(cloud, state),
        new LogDetails(cloud, state));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new LogsResources(cloud).all();
  }
}

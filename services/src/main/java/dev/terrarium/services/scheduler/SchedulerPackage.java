package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

/// Amazon EventBridge Scheduler as Terrarium finds it.
public final class SchedulerPackage implements ServicePackage {
  @Override
  public String name() {
    return "scheduler";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.scheduler.SchedulerClient";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var store = new SchedulerStore(cloud);
    var metrics = new SchedulerMetrics(cloud);
    var clockwork = new Clockwork(store, new Attempts(store, metrics));
    var groups = new ScheduleGroups(store);
    clockwork.start();
    groups.start();
    return List.of(
        metrics,
        clockwork,
        groups,
        new Schedules(store, clockwork),
        new GroupTags(store),
        new SchedulerGuard());
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return new SchedulerResources(cloud).all();
  }
}

package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.LambdaTarget;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;

/// A deployment as it is stored: what AWS shows of it and what it needs to go on.
///
/// @param target what it does to its alias; its lifecycle events are how far it has come
/// @param spec [AppSpec#NONE] until it is read
/// @param hook the execution of a lifecycle event's function that is going on, or empty
/// @param asked whether that function has been called
/// @param stop empty, or how it is to be stopped: [#STOP] or [#STOP_AND_ROLL_BACK]
record Deployment(
    DeploymentInfo info,
    LambdaTarget target,
    AppSpec spec,
    String hook,
    boolean asked,
    String stop) {
  static final String STOP = "STOP";
  static final String STOP_AND_ROLL_BACK = "STOP_AND_ROLL_BACK";
  static final String ALLOW = "AllowTraffic";

  private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Stopped");
  private static final PojoCodec<DeploymentInfo> INFO = new PojoCodec<>(DeploymentInfo::builder);
  private static final PojoCodec<LambdaTarget> TARGET = new PojoCodec<>(LambdaTarget::builder);

  static final Codec<Deployment> CODEC =
      Codec.of(
          1,
          (deployment, writer) -> {
            INFO.write(writer, deployment.info);
            TARGET.write(writer, deployment.target);
            deployment.spec.write(writer);
            writer.string(deployment.hook).flag(deployment.asked).string(deployment.stop);
          },
          reader ->
              new Deployment(
                  INFO.read(reader),
                  TARGET.read(reader),
                  AppSpec.read(reader),
                  reader.string(),
                  reader.flag(),
                  reader.string()));

  /// One that has not begun.
  static Deployment created(DeploymentInfo info) {
    return new Deployment(
        info,
        LambdaTarget.builder().deploymentId(info.deploymentId()).build(),
        AppSpec.NONE,
        "",
        false,
        "");
  }

  String id() {
    return info.deploymentId();
  }

  boolean isEnded() {
    return ENDED.contains(info.statusAsString());
  }

  /// Whether it takes another deployment back.
  boolean isRollback() {
    var rollback = info.rollbackInfo();
    return rollback != null && rollback.rollbackTriggeringDeploymentId() != null;
  }

  Deployment with(DeploymentInfo changed) {
    return new Deployment(changed, target, spec, hook, asked, stop);
  }

  Deployment with(LambdaTarget changed) {
    return new Deployment(info, changed, spec, hook, asked, stop);
  }

  Deployment with(AppSpec read) {
    return new Deployment(info, target, read, hook, asked, stop);
  }

  Deployment stopping(String how) {
    return new Deployment(info, target, spec, hook, asked, how);
  }

  /// The same, with a function that is being asked.
  Deployment asking(String execution, boolean called) {
    return new Deployment(info, target, spec, execution, called, stop);
  }

  LifecycleEvent event(String name) {
    return target.lifecycleEvents().stream()
        .filter(event -> event.lifecycleEventName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /// The same, with one of its lifecycle events changed.
  Deployment event(String name, Instant now, UnaryOperator<LifecycleEvent.Builder> change) {
    var events = new ArrayList<LifecycleEvent>();
    for (var event : target.lifecycleEvents()) {
      events.add(
          event.lifecycleEventName().equals(name)
              ? change.apply(event.toBuilder()).build()
              : event);
    }
    return with(target.toBuilder().lifecycleEvents(events).lastUpdatedAt(now).build());
  }

  Deployment began(String name, Instant now) {
    return event(name, now, event -> event.status(LifecycleEventStatus.IN_PROGRESS).startTime(now));
  }

  Deployment done(String name, Instant now, LifecycleEventStatus status) {
    return event(name, now, event -> event.status(status).endTime(now));
  }

  /// The lifecycle events of every deployment, in their order.
  static List<LifecycleEvent> events() {
    return List.of(AppSpec.BEFORE, ALLOW, AppSpec.AFTER).stream()
        .map(name ->
            LifecycleEvent.builder()
                .lifecycleEventName(name)
                .status(LifecycleEventStatus.PENDING)
                .build())
        .toList();
  }
}

package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Errors;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentOverview;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.ErrorCode;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;

/// Carries deployments out: each on a thread of its own, step by step. What a step has done is
/// stored before the next begins, so that a deployment goes on where it stood when the process
/// ended.
final class Runner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Runner.class.getName());
  private static final Duration HOOK_MAX = Duration.ofHours(1);
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private final DeployStore store;
  private final Traffic traffic;
  private final AlarmWatch alarms;
  private final Endings endings;
  private final Set<DeployKey> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Runner(DeployStore store) {
    this.store = store;
    this.traffic = new Traffic(store.cloud);
    this.alarms = new AlarmWatch(store);
    this.endings = new Endings(store, this);
  }

  /// Takes up what was going on when the process ended.
  void resume() {
    store.active.scan((key, id) -> {
      start(DeployKey.of(key.scope(), id));
      return true;
    });
  }

  /// Goes on with a deployment.
  void start(DeployKey key) {
    if (!closed && running.add(key)) {
      store.cloud.background("codedeploy", key.name(), key.scope(), () -> run(key));
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void run(DeployKey key) {
    try (var watch = store.cloud.signals().watch(key.signal())) {
      for (var due = advance(key); due != null; due = advance(key)) {
        watch.await(due);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The cloud closes; the deployment goes on with it.
    } finally {
      running.remove(key);
    }
  }

  /// Does what is to be done now; when to look again, or null if the deployment has ended.
  private @Nullable Instant advance(DeployKey key) {
    while (!closed) {
      var deployment = store.deployments.get(key);
      if (deployment == null || deployment.isEnded()) {
        return null;
      }
      try {
        var due = step(key, deployment);
        if (due != null) {
          return due;
        }
      } catch (Failure failure) {
        endings.failed(key, failure.code, failure.message);
      } catch (AwsServiceException e) {
        if (!closed) {
          endings.failed(key, Traffic.code(e), Errors.message(e));
        }
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.log(Level.ERROR, "The deployment " + key.name() + " failed", e);
          endings.failed(key, ErrorCode.INTERNAL_ERROR, "Internal error");
        }
      }
    }
    return null;
  }

  /// What ends a deployment.
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;
    private final String message;

    Failure(ErrorCode code, String message) {
      super(message);
      this.code = code;
      this.message = message;
    }
  }

  /// One step; when to look again, or null if there is more to do now.
  private @Nullable Instant step(DeployKey key, Deployment deployment) {
    if (!deployment.stop().isEmpty()) {
      endings.stopped(key, deployment);
      return null;
    }
    if (deployment.info().status() == DeploymentStatus.CREATED) {
      begin(key, deployment);
      return null;
    }
    var watched = alarms.of(deployment);
    var alarmed = alarms.alarmed(deployment, watched);
    if (!alarmed.isEmpty()) {
      endings.alarmed(key, alarmed);
      return null;
    }
    var due = phase(key, deployment);
    if (due == null || watched.isEmpty()) {
      return due;
    }
    var look = store.cloud.clock().now().plus(LOOK_EVERY);
    return look.isBefore(due) ? look : due;
  }

  private void begin(DeployKey key, Deployment deployment) {
    var spec = new RevisionReader(store.cloud).read(deployment.info().revision());
    if (!deployment.isRollback()) {
      traffic.check(spec);
    }
    var arn = traffic.arn(spec);
    var now = store.cloud.clock().now();
    store.update(
        key,
        d ->
            d.with(spec)
                .with(
                    d.info().toBuilder()
                        .status(DeploymentStatus.IN_PROGRESS)
                        .startTime(now)
                        .deploymentOverview(overview(DeploymentStatus.IN_PROGRESS))
                        .build())
                .with(
                    d.target().toBuilder()
                        .targetId(spec.targetId())
                        .targetArn(arn)
                        .status(TargetStatus.IN_PROGRESS)
                        .lastUpdatedAt(now)
                        .lifecycleEvents(Deployment.events())
                        .lambdaFunctionInfo(f ->
                            f.functionName(spec.function())
                                .functionAlias(spec.alias())
                                .currentVersion(spec.current())
                                .targetVersion(spec.target())
                                .targetVersionWeight(0.0))
                        .build()));
  }

  /// How the one target stands.
  static DeploymentOverview overview(DeploymentStatus status) {
    return DeploymentOverview.builder()
        .pending(status == DeploymentStatus.CREATED ? 1L : 0L)
        .inProgress(status == DeploymentStatus.IN_PROGRESS ? 1L : 0L)
        .succeeded(status == DeploymentStatus.SUCCEEDED ? 1L : 0L)
        .failed(status == DeploymentStatus.FAILED ? 1L : 0L)
        .skipped(status == DeploymentStatus.STOPPED ? 1L : 0L)
        .ready(0L)
        .build();
  }

  private @Nullable Instant phase(DeployKey key, Deployment deployment) {
    var spec = deployment.spec();
    for (var event : deployment.target().lifecycleEvents()) {
      if (event.status() != LifecycleEventStatus.SUCCEEDED) {
        return switch (event.lifecycleEventName()) {
          case AppSpec.BEFORE -> hook(key, deployment, AppSpec.BEFORE, spec.before());
          case AppSpec.AFTER -> hook(key, deployment, AppSpec.AFTER, spec.after());
          default -> shift(key, deployment);
        };
      }
    }
    endings.succeeded(key);
    return null;
  }

  private @Nullable Instant hook(
      DeployKey key, Deployment deployment, String name, String function) {
    var event = deployment.event(name);
    var now = store.cloud.clock().now();
    if (function.isEmpty()) {
      store.update(key, d -> d.began(name, now).done(name, now, LifecycleEventStatus.SUCCEEDED));
      return null;
    }
    if (event.status() == LifecycleEventStatus.PENDING) {
      var execution = store.cloud.ids().uuid();
      store.update(key, d -> d.began(name, now).asking(execution, false));
      return null;
    }
    if (event.status() != LifecycleEventStatus.IN_PROGRESS) {
      throw new Failure(
          ErrorCode.HOOK_EXECUTION_FAILURE,
          "The deployment failed because the %s validation function %s failed."
              .formatted(name, function));
    }
    if (!deployment.asked()) {
      traffic.ask(function, deployment.id(), deployment.hook());
      store.update(key, d -> d.asking(d.hook(), true));
      return null;
    }
    var deadline = event.startTime().plus(HOOK_MAX);
    if (now.isBefore(deadline)) {
      return deadline;
    }
    throw new Failure(
        ErrorCode.TIMEOUT,
        "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.");
  }

  private @Nullable Instant shift(DeployKey key, Deployment deployment) {
    var name = Deployment.ALLOW;
    var event = deployment.event(name);
    var now = store.cloud.clock().now();
    if (event.status() == LifecycleEventStatus.PENDING) {
      store.update(key, d -> d.began(name, now));
      return null;
    }
    var config =
        store.findConfig(key.scope(), String.valueOf(deployment.info().deploymentConfigName()));
    var percent = 0;
    Instant next = null;
    for (var shift : Shift.all(config == null ? null : config.trafficRoutingConfig())) {
      var due = event.startTime().plus(Duration.ofMinutes(shift.minute()));
      if (due.isAfter(now)) {
        next = due;
        break;
      }
      percent = shift.percent();
    }
    double weight = percent;
    if (weight == deployment.target().lambdaFunctionInfo().targetVersionWeight()) {
      return next; // Nothing is stored, for what is stored wakes this again.
    }
    traffic.weigh(deployment.spec(), percent);
    store.update(
        key,
        d -> {
          var function =
              d.target().lambdaFunctionInfo().toBuilder().targetVersionWeight(weight).build();
          var weighed = d.with(d.target().toBuilder().lambdaFunctionInfo(function).build());
          return weight < 100 ? weighed : weighed.done(name, now, LifecycleEventStatus.SUCCEEDED);
        });
    return weight < 100 ? next : null;
  }
}

package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.ActionsSuppressedBy;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// The states of composite alarms: they follow those of their children, at once.
///
/// While the suppressor is in alarm, and for a while before and after, a composite alarm that goes
/// off does nothing. What it then waits for is a timer; see *Alarm suppression* in the user guide.
final class Composites {
  private static final String TIMER = "cloudwatch.suppression";
  private static final int DEPTH_MAX = 100;

  private final Cloud cloud;
  private final MetricStore stored;
  private final AlarmActions actions;
  private final AlarmHistory history;
  private final Locks locks = new Locks();

  Composites(Cloud cloud, MetricStore stored, AlarmActions actions, AlarmHistory history) {
    this.cloud = cloud;
    this.stored = stored;
    this.actions = actions;
    this.history = history;
    cloud.timers().handle(TIMER, this::waited);
  }

  /// The state of an alarm of either kind, or null if there is none.
  @Nullable StateValue state(AlarmKey key) {
    var alarm = stored.alarms.get(key);
    if (alarm != null) {
      return alarm.model().stateValue();
    }
    var composite = stored.composites.get(key);
    return composite == null ? null : composite.model().stateValue();
  }

  private static AlarmKey sibling(AlarmKey key, String name) {
    return new AlarmKey(key.account(), key.region(), name);
  }

  private static String name(String nameOrArn) {
    var mark = nameOrArn.indexOf(":alarm:");
    return mark < 0 ? nameOrArn : nameOrArn.substring(mark + 7);
  }

  /// Lets the composite alarms that look at an alarm know that its state has changed.
  void childChanged(AlarmKey child, StateValue now) {
    childChanged(child, now, 0);
  }

  private void childChanged(AlarmKey child, StateValue now, int depth) {
    if (depth > DEPTH_MAX) {
      return;
    }
    for (var composite : stored.composites.list(child.account(), child.region())) {
      var suppressor = composite.model().actionsSuppressor();
      if (suppressor != null && name(suppressor).equals(child.name())) {
        suppressorChanged(composite, now);
      }
      if (composite.rule().names().contains(child.name())) {
        evaluate(composite.key(), child, depth);
      }
    }
  }

  /// Brings a composite alarm into the state that its rule says.
  ///
  /// @param child the alarm whose change is the reason, or null
  void evaluate(AlarmKey key, @Nullable AlarmKey child, int depth) {
    var change =
        locks.with(
            key,
            () -> {
              var composite = stored.composites.get(key);
              return composite == null ? null : decide(composite, child);
            });
    if (change != null) {
      actions.carryOut(key);
      childChanged(key, change.state(), depth + 1);
    }
  }

  private @Nullable Change decide(Composite composite, @Nullable AlarmKey child) {
    var key = composite.key();
    var holds = composite.rule().holds(name -> state(sibling(key, name)));
    var state = holds ? StateValue.ALARM : StateValue.OK;
    if (state == composite.model().stateValue()) {
      return null;
    }
    var now = cloud.clock().now();
    var data = Json.object();
    var triggering = data.putArray("triggeringAlarms");
    if (child != null) {
      var node = triggering.addObject().put("arn", child.arn());
      node.putObject("state")
          .put("value", String.valueOf(state(child)))
          .put("timestamp", now.toString());
    }
    var reason =
        child == null
            ? "The alarm rule was evaluated to " + (holds ? "TRUE" : "FALSE")
            : "%s transitioned to %s at %s".formatted(child.arn(), state(child), now);
    return set(composite, state, reason, Json.write(data), now);
  }

  private Change set(
      Composite composite, StateValue state, String reason, String data, Instant now) {
    var before = composite.model().stateValue();
    var changed = composite.in(state, reason, data, now);
    var batch = new Batch();
    var change = Change.of(changed, before);
    if (before != state) {
      history.stateChanged(batch, change);
      changed = act(batch, changed, change, now);
    }
    stored.composites.put(batch, composite.key(), changed);
    cloud.store().commit(batch);
    return change;
  }

  /// Notes the actions, unless they are suppressed for now.
  private Composite act(Batch batch, Composite composite, Change change, Instant now) {
    var suppressor = composite.model().actionsSuppressor();
    if (suppressor == null || change.state() == StateValue.INSUFFICIENT_DATA) {
      actions.note(batch, change);
      return suppressed(composite, null, "");
    }
    if (state(sibling(composite.key(), name(suppressor))) == StateValue.ALARM) {
      return suppressed(
          composite, ActionsSuppressedBy.ALARM, "Actions suppressed by " + suppressor);
    }
    var wait = composite.model().actionsSuppressorWaitPeriod();
    if (change.state() == StateValue.OK || wait == null || wait == 0) {
      actions.note(batch, change);
      return suppressed(composite, null, "");
    }
    schedule(batch, composite, now.plusSeconds(wait));
    return suppressed(
        composite,
        ActionsSuppressedBy.WAIT_PERIOD,
        "Actions suppressed by the wait period for " + suppressor);
  }

  private static Composite suppressed(
      Composite composite, @Nullable ActionsSuppressedBy by, String reason) {
    return new Composite(
        composite.key(),
        composite.model().toBuilder()
            .actionsSuppressedBy(by)
            .actionsSuppressedReason(by == null ? null : reason)
            .build());
  }

  private void schedule(Batch batch, Composite composite, Instant due) {
    var key = composite.key();
    var text = String.join("\n", key.account(), key.region(), key.name());
    cloud
        .timers()
        .schedule(batch, new Timer(due, TIMER, text, text.getBytes(StandardCharsets.UTF_8)));
  }

  private void suppressorChanged(Composite composite, StateValue state) {
    var key = composite.key();
    locks.with(
        key,
        () -> {
          var current = stored.composites.get(key);
          if (current == null || current.model().actionsSuppressedBy() == null) {
            return null;
          }
          var now = cloud.clock().now();
          var batch = new Batch();
          if (state == StateValue.ALARM) {
            var reason = "Actions suppressed by " + current.model().actionsSuppressor();
            stored.composites.put(
                batch, key, suppressed(current, ActionsSuppressedBy.ALARM, reason));
          } else if (current.model().actionsSuppressedBy() == ActionsSuppressedBy.ALARM) {
            var extension = current.model().actionsSuppressorExtensionPeriod();
            var length = Duration.ofSeconds(extension == null ? 0 : extension);
            schedule(batch, current, now.plus(length));
            stored.composites.put(
                batch,
                key,
                suppressed(
                    current,
                    ActionsSuppressedBy.EXTENSION_PERIOD,
                    "Actions suppressed by the extension period"));
          }
          cloud.store().commit(batch);
          return null;
        });
  }

  /// A wait is over: what was suppressed is done, unless the suppressor is in alarm.
  private void waited(Timer timer) {
    var parts = new String(timer.payload(), StandardCharsets.UTF_8).split("\n");
    var key = new AlarmKey(parts[0], parts[1], parts[2]);
    cloud.background("cloudwatch", "suppression", key.scope(), () -> release(key));
  }

  private void release(AlarmKey key) {
    locks.with(
        key,
        () -> {
          var current = stored.composites.get(key);
          if (current == null || current.model().actionsSuppressedBy() == null) {
            return null;
          }
          var suppressor = current.model().actionsSuppressor();
          if (suppressor != null && state(sibling(key, name(suppressor))) == StateValue.ALARM) {
            return null;
          }
          var batch = new Batch();
          var now = cloud.clock().now();
          actions.noteActions(batch, Change.of(current, StateValue.OK), now);
          stored.composites.put(batch, key, suppressed(current, null, ""));
          cloud.store().commit(batch);
          return null;
        });
    actions.carryOut(key);
  }

  /// Sets a state by hand.
  void force(Composite composite, StateValue state, String reason, @Nullable String data) {
    var change =
        locks.with(
            composite.key(),
            () -> set(composite, state, reason, data == null ? "{}" : data, cloud.clock().now()));
    if (change.before() != state) {
      actions.carryOut(composite.key());
      childChanged(composite.key(), state);
    }
  }

  /// Whether `rule` leads back to the alarm of that name.
  boolean isCircular(AlarmKey key, AlarmRule rule) {
    var seen = new ArrayList<String>();
    var open = new ArrayList<>(rule.names());
    while (!open.isEmpty()) {
      var name = open.removeLast();
      if (name.equals(key.name())) {
        return true;
      }
      var composite = stored.composites.get(sibling(key, name));
      if (composite != null && !seen.contains(name)) {
        seen.add(name);
        open.addAll(composite.rule().names());
      }
    }
    return false;
  }
}

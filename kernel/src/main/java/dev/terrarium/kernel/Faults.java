package dev.terrarium.kernel;

import dev.terrarium.kernel.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Named points at which a seeded plan can disturb what passes: delay it, drop it, duplicate it,
/// refuse it, or end the process.
///
/// Every call passes `call:<service>:<Operation>`; deliveries between services pass points that
/// their services name, such as `deliver:s3:sqs`. Without a plan a point costs one read of a field.
public final class Faults {
  /// What is done to something that passes a point.
  public enum Kind {
    /// It passes later.
    DELAY,
    /// It does not pass; the sender believes that it did.
    DROP,
    /// It passes twice.
    DUPLICATE,
    /// It is refused as too much: `ThrottlingException`, 400.
    THROTTLE,
    /// It is refused as broken: `InternalFailure`, 500.
    FAIL,
    /// The process ends at once, as by `kill -9`.
    KILL
  }

  /// One line of a plan.
  ///
  /// @param point a point's name, or its beginning followed by `*`; then perhaps `@` and a region,
  ///   for calls in that region only
  /// @param probability how likely each passage is disturbed, 0 to 1
  /// @param times how many passages are disturbed at most
  /// @param delay for [Kind#DELAY]
  public record Rule(String point, Kind kind, double probability, long times, Duration delay) {
    boolean matches(String passed, String region) {
      var at = point.indexOf('@');
      if (at >= 0 && !point.substring(at + 1).equals(region)) {
        return false;
      }
      var name = at < 0 ? point : point.substring(0, at);
      return name.endsWith("*")
          ? passed.startsWith(name.substring(0, name.length() - 1))
          : passed.equals(name);
    }
  }

  /// How something passed.
  public enum Passage {
    /// As it should.
    ONCE,
    /// The caller is to deliver it a second time.
    TWICE,
    /// The caller is to forget it.
    NEVER
  }

  private static final class Active {
    final Rule rule;
    final AtomicLong left;

    Active(Rule rule) {
      this.rule = rule;
      this.left = new AtomicLong(rule.times());
    }
  }

  private final Timers timers;
  private final ReentrantLock lock = new ReentrantLock();
  private Random random = new Random(0);
  private volatile List<Active> plan = List.of();

  Faults(Timers timers) {
    this.timers = timers;
  }

  /// Replaces the plan.
  ///
  /// @param seed from which the choices follow
  public void plan(long seed, List<Rule> rules) {
    lock.lock();
    try {
      random = new Random(seed);
      var active = new ArrayList<Active>();
      rules.forEach(rule -> active.add(new Active(rule)));
      plan = List.copyOf(active);
    } finally {
      lock.unlock();
    }
  }

  /// The plan in force.
  public List<Rule> rules() {
    return plan.stream().map(active -> active.rule).toList();
  }

  /// Whether there is a plan, for callers who would have to build a point's name.
  public boolean isPlanned() {
    return !plan.isEmpty();
  }

  /// Lets something pass a point, disturbed as the plan says.
  ///
  /// @throws AwsServiceException if it is throttled or fails
  public Passage pass(String point) {
    return pass(point, "");
  }

  /// The same, of something that happens in a region.
  ///
  /// @throws AwsServiceException if it is throttled or fails
  public Passage pass(String point, String region) {
    var rules = plan;
    for (var active : rules) {
      if (active.rule.matches(point, region) && chosen(active)) {
        return disturb(active.rule, point);
      }
    }
    return Passage.ONCE;
  }

  private boolean chosen(Active active) {
    lock.lock();
    try {
      return random.nextDouble() < active.rule.probability() && active.left.getAndDecrement() > 0;
    } finally {
      lock.unlock();
    }
  }

  private Passage disturb(Rule rule, String point) {
    return switch (rule.kind()) {
      case DELAY -> {
        try {
          timers.sleepUntil(timers.clock().now().plus(rule.delay()));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        yield Passage.ONCE;
      }
      case DROP -> Passage.NEVER;
      case DUPLICATE -> Passage.TWICE;
      case THROTTLE -> throw Errors.of(400, "ThrottlingException", "Rate exceeded");
      case FAIL -> throw Errors.of(500, "InternalFailure", "A fault was planned at " + point);
      case KILL -> {
        Runtime.getRuntime().halt(137);
        yield Passage.NEVER;
      }
    };
  }
}

package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/// A subscription's filter policy, compiled: AWS's own rule engine decides.
///
/// See *Amazon SNS subscription filter policies* in the developer guide.
final class Filter {
  private static final String RULE = "policy";

  private final Machine machine = Machine.builder().build();
  private final ReentrantLock lock = new ReentrantLock();
  private final boolean ofBody;

  private Filter(String policy, boolean ofBody) throws IOException {
    this.ofBody = ofBody;
    machine.addRule(RULE, policy);
  }

  /// The filter of a subscription, or null if it takes everything.
  static @Nullable Filter of(Subscription subscription) {
    var policy = subscription.attribute("FilterPolicy");
    if (policy.isEmpty() || Json.parse(policy).isEmpty()) {
      return null;
    }
    try {
      return new Filter(policy, subscription.attribute("FilterPolicyScope").equals("MessageBody"));
    } catch (IOException e) {
      throw new IllegalStateException("A stored filter policy does not compile", e);
    }
  }

  /// Checks a policy that somebody wants to set.
  static void check(String policy) {
    if (policy.isEmpty()) {
      return;
    }
    try {
      var tree = Json.parse(policy);
      if (!tree.isObject()) {
        throw SnsErrors.invalid("FilterPolicy: Filter policy must be a JSON object");
      }
      if (!tree.isEmpty()) {
        var problem = JsonRuleCompiler.check(policy);
        if (problem != null) {
          throw SnsErrors.invalid("FilterPolicy: " + problem);
        }
      }
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid("FilterPolicy: failed to parse JSON. " + e.getMessage());
    }
  }

  boolean accepts(Notification notification) {
    var event = ofBody ? notification.message() : attributes(notification);
    lock.lock();
    try {
      return !machine.rulesForJSONEvent(event).isEmpty();
    } catch (Exception e) {
      // A body that is no JSON matches no policy on it.
      return false;
    } finally {
      lock.unlock();
    }
  }

  private static String attributes(Notification notification) {
    var event = Json.object();
    notification
        .attributes()
        .forEach((name, value) -> put(event, name, value.dataType(), value.stringValue()));
    return Json.write(event);
  }

  private static void put(ObjectNode event, String name, String type, @Nullable String text) {
    if (text == null) {
      return;
    }
    if (type.equals("Number")) {
      event.put(name, new java.math.BigDecimal(text));
    } else if (type.equals("String.Array")) {
      try {
        event.set(name, Json.parse(text));
      } catch (IllegalArgumentException e) {
        event.put(name, text);
      }
    } else {
      event.put(name, text);
    }
  }
}

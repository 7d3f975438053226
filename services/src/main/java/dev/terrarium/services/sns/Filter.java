package dev.terrarium.services.sns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/// A subscription's filter policy, compiled: AWS's own rule engine decides.
///
/// See *Amazon SNS subscription filter policies* in the developer guide.
final class Filter {
  private static final String RULE = "policy";
  private static final int BYTES_MAX = 256 * 1024;
  private static final int KEYS_MAX = 5;
  private static final int COMBINATIONS_MAX = 150;

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
  ///
  /// @param ofBody whether it looks at the body, where properties may be nested
  /// @param prefix what comes before the reason
  static void check(String policy, boolean ofBody, String prefix) {
    JsonNode tree;
    try {
      tree = Json.parse(policy);
    } catch (IllegalArgumentException e) {
      throw SnsErrors.invalid(prefix + "failed to parse JSON. " + SnsErrors.unparsed(e, policy));
    }
    if (!tree.isObject()) {
      throw SnsErrors.invalid(prefix + "Filter policy must be a JSON object");
    } else if (policy.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
      throw SnsErrors.invalid(prefix + "Filter policy is too large");
    } else if (tree.isEmpty()) {
      return;
    }
    var combinations = combinations(tree, 1, ofBody, prefix);
    if (combinations > COMBINATIONS_MAX) {
      throw SnsErrors.invalid(prefix + "Filter policy is too complex");
    }
    var problem = JsonRuleCompiler.check(policy);
    if (problem != null) {
      throw SnsErrors.invalid(prefix + problem);
    }
  }

  /// How many combinations of values match; those of nested properties count by their depth.
  private static long combinations(JsonNode policy, int depth, boolean ofBody, String prefix) {
    if (depth == 1 && policy.size() > KEYS_MAX) {
      throw SnsErrors.invalid(prefix + "Filter policy can not have more than 5 keys");
    }
    long product = 1;
    for (var property : policy.properties()) {
      var value = property.getValue();
      var name = property.getKey();
      if (name.equals("$or") && value.isArray()) {
        continue;
      } else if (value.isObject()) {
        if (!ofBody) {
          throw SnsErrors.invalid(
              prefix
                  + "Filter policy scope MessageAttributes does not support nested filter policy");
        }
        product *= combinations(value, depth + 1, true, prefix);
      } else if (!value.isArray()) {
        throw SnsErrors.invalid(prefix + "\"" + name + "\" must be an object or an array");
      } else if (value.isEmpty()) {
        throw SnsErrors.invalid(prefix + "Empty arrays are not allowed");
      } else {
        product *= (long) value.size() * depth;
      }
      product = Math.min(product, Integer.MAX_VALUE);
    }
    return product;
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

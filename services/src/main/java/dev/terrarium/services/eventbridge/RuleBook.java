package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.event.ruler.Machine;

/// The enabled rules of one bus and their targets, the patterns compiled into one machine. Made
/// anew when any of them changes, so it is only read, and by many at a time.
final class RuleBook {
  /// A rule that matches.
  ///
  /// @param archive the archive that it feeds, or null
  record Match(RuleKey key, List<Target> targets, @Nullable BusKey archive) {
    Match(RuleKey key, List<Target> targets) {
      this(key, targets, null);
    }
  }

  private final Machine machine = Machine.builder().build();
  private final Map<String, Match> rules = new HashMap<>();

  RuleBook(EventStore store, BusKey bus) {
    for (var rule : store.rulesOf(bus)) {
      if (rule.eventPattern() != null && rule.state() != RuleState.DISABLED) {
        add(store, new RuleKey(bus, rule.name()), rule);
      }
    }
  }

  private void add(EventStore store, RuleKey key, DescribeRuleResponse rule) {
    try {
      machine.addRule(key.name(), rule.eventPattern());
    } catch (IOException e) {
      throw new IllegalStateException("A stored event pattern does not compile", e);
    }
    var isArchive = ArchiveStore.OWNER.equals(rule.managedBy());
    var archive =
        isArchive
            ? new BusKey(key.bus().scope(), key.name().substring(ArchiveStore.RULE_PREFIX.length()))
            : null;
    var targets = isArchive ? List.<Target>of() : store.targets.list(key.parts());
    rules.put(key.name(), new Match(key, targets, archive));
  }

  /// Whether nothing can match.
  boolean isEmpty() {
    return rules.isEmpty();
  }

  /// The rules that match an event, in the order of their names.
  List<Match> matching(JsonNode event) {
    if (rules.isEmpty()) {
      return List.of();
    }
    var found = new ArrayList<Match>(2);
    for (var name : machine.rulesForJSONEvent(event)) {
      var match = rules.get(name);
      if (match != null) {
        found.add(match);
      }
    }
    found.sort(Comparator.comparing(match -> match.key().name()));
    return found;
  }
}

package dev.terrarium.systems.cdc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Bucket;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.Images;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The chain of objects that the audit's consumer wrote, read and played again.
final class AuditTrail {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// A change, and when the consumer took it.
  record Entry(Change change, long taken) {}

  private final Bucket bucket;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<String> broken = new ArrayList<>();
  private final Map<String, String> state = new TreeMap<>();
  private final Map<String, String> last = new HashMap<>();
  private String hash = "";
  private int objects;
  private int gaps;

  AuditTrail(Bucket bucket) {
    this.bucket = bucket;
  }

  /// Reads on from where it was; returns how many changes there are.
  int read() {
    var keys = bucket.keys("");
    for (; objects < keys.size(); objects++) {
      var text = bucket.text(keys.get(objects));
      var object = tree(text);
      if (!object.path("previous").asText().equals(hash)) {
        broken.add(keys.get(objects));
      }
      hash = Images.sha256(text);
      for (var record : object.path("changes")) {
        replay(new Entry(Change.of(record), object.path("taken").asLong()));
      }
    }
    return entries.size();
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not an audit object: " + text, e);
    }
  }

  /// Does what a change did; one that came again does nothing.
  private void replay(Entry entry) {
    var change = entry.change();
    var key = Images.json(change.keys()).toString();
    if (entries.putIfAbsent(change.id(), entry) != null) {
      return;
    }
    // A stream that is switched on again is another one, whose numbers may begin anew.
    var ofStream = change.record().path("eventSourceARN").asText() + key;
    if (change.order().compareTo(last.getOrDefault(ofStream, "")) < 0) {
      broken.add(change.order() + " came too late");
    }
    last.put(ofStream, change.order());
    var before = change.oldImage().isEmpty() ? "" : Images.json(change.oldImage()).toString();
    if (!state.getOrDefault(key, "").equals(before)) {
      gaps++;
    }
    if (change.newImage().isEmpty()) {
      state.remove(key);
    } else {
      state.put(key, Images.json(change.newImage()).toString());
    }
  }

  /// Every change, once.
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /// Where the chain does not hold.
  List<String> broken() {
    return broken;
  }

  /// How often an item was not what the change before had left.
  int gaps() {
    return gaps;
  }

  /// The items that come out, each as the one text for it.
  List<String> rebuilt() {
    return state.values().stream().sorted().toList();
  }
}

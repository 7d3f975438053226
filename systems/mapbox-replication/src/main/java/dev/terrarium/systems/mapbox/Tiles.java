package dev.terrarium.systems.mapbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.systems.functions.Images;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Tiles of a map that are drawn, drawn anew and taken away, from a seed.
final class Tiles {
  private final SplittableRandom random;
  private final TreeMap<String, Map<String, AttributeValue>> items = new TreeMap<>();
  private int drawn;

  Tiles(long seed) {
    random = new SplittableRandom(seed);
  }

  /// A change that is to be made.
  ///
  /// @param key of which item
  /// @param item as it is to be; empty if it is to go
  /// @param number of the change, from 1
  record Write(Map<String, AttributeValue> key, Map<String, AttributeValue> item, int number) {}

  /// Draws changes, in an order that holds for each key. A fifth of them are deletions.
  List<Write> draw(int count) {
    var writes = new ArrayList<Write>();
    for (int i = 0; i < count; i++) {
      var tile =
          "12/" + random.nextInt(2000, 2010) + "/" + random.nextInt(1300, 1300 + 1 + count / 40);
      var layer = Integer.toString(random.nextInt(3));
      var key = Map.of("tile", AttributeValue.fromS(tile), "layer", AttributeValue.fromN(layer));
      var name = Images.json(key).toString();
      drawn++;
      if (items.containsKey(name) && random.nextInt(5) < 2) {
        items.remove(name);
        writes.add(new Write(key, Map.of(), drawn));
      } else {
        var item = new HashMap<>(key);
        item.put("n", AttributeValue.fromN(Integer.toString(drawn)));
        item.put("features", AttributeValue.fromS(Long.toHexString(random.nextLong())));
        items.put(name, item);
        writes.add(new Write(key, item, drawn));
      }
    }
    return writes;
  }

  /// The items that there must be in the end.
  void truth(ObjectNode truth) {
    items.forEach((key, item) -> truth.set(key, Images.json(item)));
  }
}

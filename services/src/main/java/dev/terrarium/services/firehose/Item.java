package dev.terrarium.services.firehose;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A record on its way through the processors.
///
/// @param id tells it apart from the others of its delivery
/// @param source as it was taken in
/// @param data what has become of it
/// @param partitionKeys what processors found out about where it belongs
record Item(String id, BufferedRecord source, byte[] data, Map<String, String> partitionKeys) {
  Item {
    partitionKeys = Map.copyOf(partitionKeys);
  }

  static List<Item> of(List<BufferedRecord> records) {
    var items = new ArrayList<Item>(records.size());
    for (var record : records) {
      items.add(new Item(id(items.size()), record, record.data(), Map.of()));
    }
    return items;
  }

  /// Ids as AWS gives them to functions, of digits alone.
  private static String id(int number) {
    return "49546986683135544286507457936321625675700192471"
        + String.format(Locale.ROOT, "%09d", number)
        + "000000";
  }

  long arrivalMillis() {
    return source.arrivalMillis();
  }

  Item withData(byte[] replacement) {
    return new Item(id, source, replacement, partitionKeys);
  }

  Item withPartitionKeys(Map<String, String> replacement) {
    return new Item(id, source, data, replacement);
  }
}

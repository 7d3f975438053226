package dev.terrarium.systems.cdc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.systems.functions.Images;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Products that come, change and go, drawn from a seed; and what the consumers must make of it.
final class Catalogue {
  private static final String[] STATUS = {"active", "active", "active", "discontinued"};

  private final SplittableRandom random;
  private final boolean hot;
  private final Instant expiry;
  private final TreeMap<String, Map<String, AttributeValue>> items = new TreeMap<>();
  private final Map<String, Integer> kinds = new TreeMap<>();
  private final List<Integer> discontinued = new ArrayList<>();
  private int halved;
  private int expiring;
  private int number;
  private int products;

  /// @param hot whether most changes are of one item
  /// @param expiry when those items end that end by themselves
  Catalogue(long seed, boolean hot, Instant expiry) {
    this.random = new SplittableRandom(seed);
    this.hot = hot;
    this.expiry = expiry;
  }

  /// Draws changes, in an order that holds for each item.
  ///
  /// @param seen whether a stream tells of them
  List<Operation> draw(int count, boolean seen) {
    var operations = new ArrayList<Operation>();
    while (operations.size() < count) {
      var drawn = random.nextInt(10);
      var id = drawn < 3 || items.isEmpty() ? "product-" + products++ : existing();
      var before = items.get(id);
      var isHot = id.equals("product-0");
      var isLeftAlone =
          id.startsWith("poison") || (before != null && before.containsKey("expires"));
      if (before != null && !isLeftAlone && drawn == 9 && !isHot) {
        operations.add(change(id, Map.of(), seen));
      } else if (!isLeftAlone) {
        operations.add(change(id, product(id, before, !isHot), seen));
      }
    }
    return operations;
  }

  private String existing() {
    if (hot && random.nextInt(20) < 19) {
      return items.firstKey();
    }
    var ids = List.copyOf(items.keySet());
    return ids.get(random.nextInt(ids.size()));
  }

  /// A change of an item's price to something that is no number.
  List<Operation> poison(String id) {
    var item = product(id, null, false);
    var first = change(id, item, true);
    var broken = new HashMap<>(first.item());
    broken.put("price", AttributeValue.fromS("ask"));
    broken.put("status", item.get("status"));
    broken.put("n", AttributeValue.fromN(Integer.toString(++number)));
    return List.of(first, change(id, broken, true));
  }

  /// A change, and what follows from it.
  private Operation change(String id, Map<String, AttributeValue> after, boolean seen) {
    var before = items.getOrDefault(id, Map.of());
    if (seen) {
      note(before, after);
    }
    if (after.containsKey("expires")) {
      expiring++; // such items are not changed any more
    }
    if (after.isEmpty()) {
      items.remove(id);
    } else {
      items.put(id, after);
    }
    return new Operation(id, after);
  }

  private void note(Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
    kinds.merge(
        before.isEmpty() ? "INSERT" : after.isEmpty() ? "REMOVE" : "MODIFY", 1, Integer::sum);
    if (!before.isEmpty() && !after.isEmpty()) {
      if (is(after, "discontinued") && !is(before, "discontinued")) {
        discontinued.add(number);
      }
      if (cents(after) > 0 && cents(after) * 2 <= cents(before)) {
        halved++;
      }
    }
  }

  private static boolean is(Map<String, AttributeValue> item, String status) {
    return Objects.requireNonNull(item.get("status")).s().equals(status);
  }

  private static long cents(Map<String, AttributeValue> item) {
    var price = Objects.requireNonNull(item.get("price")).n();
    return price == null ? 0 : Math.round(Double.parseDouble(price) * 100);
  }

  /// A product with an attribute of every type.
  private Map<String, AttributeValue> product(
      String id, @Nullable Map<String, AttributeValue> before, boolean mayExpire) {
    number++;
    var item = new HashMap<String, AttributeValue>();
    item.put("id", AttributeValue.fromS(id));
    item.put("n", AttributeValue.fromN(Integer.toString(number)));
    item.put("name", AttributeValue.fromS("Bücherregal №" + random.nextInt(1000)));
    item.put("price", AttributeValue.fromN(random.nextInt(1, 500) + ".95"));
    item.put("status", AttributeValue.fromS(STATUS[random.nextInt(STATUS.length)]));
    item.put("inStock", AttributeValue.fromBool(random.nextBoolean()));
    item.put("successor", AttributeValue.fromNul(true));
    item.put("tags", AttributeValue.fromSs(List.of("oak", "shelf-" + random.nextInt(9))));
    item.put(
        "sizes", AttributeValue.fromNs(List.of("40", Integer.toString(60 + random.nextInt(60)))));
    item.put("picture", AttributeValue.fromB(bytes()));
    item.put("codes", AttributeValue.fromBs(List.of(bytes())));
    var reviews = new ArrayList<AttributeValue>();
    if (before != null) {
      reviews.addAll(Objects.requireNonNull(before.get("reviews")).l());
    }
    if (reviews.size() < 5) {
      reviews.add(
          AttributeValue.fromM(
              Map.of("stars", AttributeValue.fromN(Integer.toString(1 + random.nextInt(5))))));
    }
    item.put("reviews", AttributeValue.fromL(reviews));
    if (mayExpire && random.nextInt(15) == 0) {
      item.put("expires", AttributeValue.fromN(Long.toString(expiry.getEpochSecond())));
    }
    return item;
  }

  private SdkBytes bytes() {
    return SdkBytes.fromByteArray(
        Long.toString(random.nextLong(), 36).getBytes(StandardCharsets.UTF_8));
  }

  /// The items as they are now.
  Map<String, Map<String, AttributeValue>> items() {
    return Map.copyOf(items);
  }

  /// Counts changes that are made without meaning anything.
  void noteTouches(String kind, int count) {
    if (count > 0) {
      kinds.merge(kind, count, Integer::sum);
    }
  }

  /// What must come out when everything that expires is gone.
  void truth(ObjectNode truth) {
    noteTouches("REMOVE", expiring);
    var counts = truth.putObject("changes");
    kinds.forEach(counts::put);
    counts.put("EXPIRED", expiring);
    discontinued.forEach(truth.putArray("discontinued")::add);
    truth.put("halved", halved);
    var left = truth.putObject("items");
    items.forEach((id, item) -> {
      if (!item.containsKey("expires")) {
        left.set(id, Images.json(item));
      }
    });
  }
}

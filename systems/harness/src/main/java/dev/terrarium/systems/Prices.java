package dev.terrarium.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A dated table of list prices in dollars, without free tier: `service:item` or `service:*`.
final class Prices {
  static final String DATE = "2026-11";

  private final Properties table = new Properties();

  Prices() {
    try (var in = Prices.class.getResourceAsStream("/prices-" + DATE + ".properties")) {
      table.load(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Double price(String item) {
    var price = table.getProperty(item);
    if (price == null) {
      price = table.getProperty(item.substring(0, item.indexOf(':') + 1) + "*");
    }
    return price == null ? null : Double.valueOf(price.strip());
  }

  /// What was used between two readings of the meter, in words.
  String bill(Map<String, Double> before, Map<String, Double> after) {
    var services = new TreeMap<String, Double>();
    var unknown = new ArrayList<String>();
    var total = 0.0;
    for (var item : after.entrySet()) {
      var amount = item.getValue() - before.getOrDefault(item.getKey(), 0.0);
      var price = price(item.getKey());
      if (amount > 0 && price == null) {
        unknown.add(item.getKey());
      } else if (amount > 0 && price != null && price > 0) {
        services.merge(
            item.getKey().substring(0, item.getKey().indexOf(':')), amount * price, Double::sum);
        total += amount * price;
      }
    }
    var text = new StringBuilder(String.format(Locale.ROOT, "$%.6f", total));
    services.forEach((service, dollars) ->
        text.append(String.format(Locale.ROOT, ", %s $%.6f", service, dollars)));
    text.append(" (list prices of ").append(DATE).append(", us-east-1, no free tier)");
    if (!unknown.isEmpty()) {
      text.append("; no price known for ").append(String.join(", ", unknown));
    }
    return text.toString();
  }
}

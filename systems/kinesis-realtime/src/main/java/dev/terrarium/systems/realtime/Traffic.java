package dev.terrarium.systems.realtime;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// Five kinds of producers, drawn from a seed: clicks of sessions, payments of cards, posts of
/// users, logs of hosts, tracks of devices.
final class Traffic {
  private static final int MINUTES = 20;
  private static final long MINUTE = 60_000;
  private static final String[] PAGES = {
    "/", "/search", "/product/1", "/product/2", "/product/3", "/cart", "/checkout", "/help"
  };

  /// An agent of each kind, as browsers and crawlers of 2026 call themselves.
  private static final String[][] AGENTS = {
    {
      "desktop",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/146.0.0.0 Safari/537.36"
    },
    {
      "desktop",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
          + " Version/19.1 Safari/605.1.15"
    },
    {"desktop", "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"},
    {
      "mobile",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
          + " Gecko) Version/19.2 Mobile/15E148 Safari/604.1"
    },
    {
      "mobile",
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
          + " Chrome/146.0.0.0 Mobile Safari/537.36"
    },
    {"robot", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
  };

  private final SplittableRandom random;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private final Set<String> thieves = new TreeSet<>();

  Traffic(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /// Draws the events, in the order in which they happen.
  ///
  /// @param each how many of each kind, more or less
  List<Event> all(int each) {
    clicks(each);
    payments(each);
    posts(each);
    logs(each);
    tracks(each);
    events.sort(Comparator.comparingLong(Event::at));
    // Numbers tell the order in which things happen, which is not that in which they were drawn.
    return events.stream()
        .map(event ->
            new Event(
                event.source(),
                event.key(),
                numbers.merge(event.key(), 1L, Long::sum),
                event.at(),
                event.body(),
                event.found()))
        .toList();
  }

  /// The cards that pay more often than their owners would.
  Set<String> thieves() {
    return thieves;
  }

  private void add(String source, String key, long at, ObjectNode body, String found) {
    events.add(new Event(source, key, 0, at, body, found));
  }

  private static ObjectNode body() {
    return JsonNodeFactory.instance.objectNode();
  }

  private long moment() {
    return random.nextLong(MINUTES * MINUTE);
  }

  /// Sessions of some pages each; few pages are asked for often, as Zipf has it.
  private void clicks(int count) {
    for (int made = 0; made < count; ) {
      var session = "session-" + Long.toHexString(random.nextLong() >>> 24);
      var agent = AGENTS[random.nextInt(AGENTS.length)];
      var at = moment();
      var pages = 1 + random.nextInt(12);
      for (int i = 0; i < pages; i++, made++) {
        var page = PAGES[zipf(random, PAGES.length)];
        add("clicks", session, at, body().put("page", page).put("agent", agent[1]), agent[0]);
        at += 1000 + random.nextInt(20_000);
      }
    }
  }

  private static int zipf(RandomGenerator random, int size) {
    var sum = 0.0;
    for (int rank = 1; rank <= size; rank++) {
      sum += 1.0 / rank;
    }
    var drawn = random.nextDouble() * sum;
    for (int rank = 1; rank < size; rank++) {
      drawn -= 1.0 / rank;
      if (drawn < 0) {
        return rank - 1;
      }
    }
    return size - 1;
  }

  /// Cards pay once in a while; one in twenty is stolen and pays eight times in half a minute.
  private void payments(int count) {
    for (int made = 0, cards = 0; made < count; cards++) {
      var number = cardNumber();
      var card = "card-" + Long.toHexString(random.nextLong() >>> 24);
      var stolen = cards % 20 == 3;
      var at = moment();
      var payments = stolen ? 8 : 1 + random.nextInt(5);
      for (int i = 0; i < payments; i++, made++) {
        var valid = random.nextInt(30) != 0;
        var pan = valid ? number : flipped(number);
        var cents = 100 + random.nextInt(20_000);
        var body = body().put("pan", pan).put("cents", cents).put("currency", "EUR");
        add("payments", card, at, body, valid ? "valid" : "invalid");
        at += stolen ? 1000 + random.nextInt(3000) : 30_000 + random.nextInt(60_000);
      }
      if (stolen) {
        thieves.add(card);
      }
    }
  }

  /// Sixteen digits whose last makes Luhn's sum a multiple of ten.
  private String cardNumber() {
    var digits = new StringBuilder("4");
    while (digits.length() < 15) {
      digits.append(random.nextInt(10));
    }
    int sum = 0;
    for (int i = 14; i >= 0; i--) {
      int digit = digits.charAt(i) - '0';
      int counted = i % 2 == 0 ? 2 * digit : digit;
      sum += counted / 10 + counted % 10;
    }
    return digits.append((10 - sum % 10) % 10).toString();
  }

  private static String flipped(String number) {
    var last = number.charAt(15) == '9' ? '0' : (char) (number.charAt(15) + 1);
    return number.substring(0, 15) + last;
  }

  private void posts(int count) {
    for (int i = 0; i < count; i++) {
      var user = "user-" + zipf(random, Math.max(8, count / 8));
      var mentions = random.nextInt(4);
      var text =
          new StringBuilder("Nr. ").append(random.nextInt(10_000)).append(" \u2014 \u00e9t\u00e9");
      for (int m = 0; m < mentions; m++) {
        text.append(" @user-").append(random.nextInt(100));
      }
      add(
          "posts",
          user,
          moment(),
          body().put("text", text.toString()),
          "mentions " + (mentions + 1));
    }
  }

  private void logs(int count) {
    for (int i = 0; i < count; i++) {
      var status = new int[] {200, 200, 200, 204, 301, 404, 500, 503}[random.nextInt(8)];
      add(
          "logs",
          "host-" + random.nextInt(12),
          moment(),
          body().put("status", status).put("millis", random.nextInt(2000)),
          status >= 500 ? "page" : "keep");
    }
  }

  /// Devices that rest and move by turns, each on its own way.
  private void tracks(int count) {
    for (int made = 0, device = 0; made < count; device++) {
      var latitude = random.nextDouble(-60, 70);
      var longitude = random.nextDouble(-180, 180);
      var at = random.nextLong(MINUTE);
      for (int i = 0; i < 20; i++, made++) {
        var moving = random.nextInt(3) > 0;
        var speed = moving ? 1 + random.nextInt(30) : 0;
        latitude += speed * 0.0001;
        var body =
            body()
                .put("latitude", Math.round(latitude * 1e6) / 1e6)
                .put("longitude", Math.round(longitude * 1e6) / 1e6)
                .put("metresPerSecond", speed);
        add("tracks", "device-" + device, at, body, moving ? "moving" : "resting");
        at += MINUTE / 2 + random.nextInt(1000);
      }
    }
  }
}
